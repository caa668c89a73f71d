"""Who may come to the desk, and what each of its pages has."""

from collections.abc import Mapping
from typing import Any

from server.site.answers import Answer
from server.site.returning import own_path
from server.site.sentences import said
from server.site.visit import NotForYouError, Visit

SECTIONS = ("queue", "comments", "linkbacks", "people", "categories", "sent", "imports")
"""The desk's pages, as `desk/frame.html` names them."""
FOR_ADMINISTRATORS = ("categories", "sent", "imports")
PER_PAGE = 50


def require_moderator(visit: Visit) -> None:
    """Raises SignInFirstError or NotForYouError."""
    visit.require_signed_in()
    if not visit.context.viewer.is_moderator:
        raise NotForYouError


def require_administrator(visit: Visit) -> None:
    """Raises SignInFirstError or NotForYouError."""
    visit.require_signed_in()
    if not visit.context.viewer.is_admin:
        raise NotForYouError


def show(
    visit: Visit, section: str, template: str, data: Mapping[str, Any], *, status: int = 200, **values: Any
) -> Answer:
    """A page of the desk; other sections are offered to those who may see them."""
    is_admin = visit.context.viewer.is_admin
    offered = [each for each in SECTIONS if is_admin or each not in FOR_ADMINISTRATORS]
    return visit.show(
        f"desk/{template}",
        data,
        status=status,
        section=section,
        sections=offered,
        is_admin=is_admin,
        **values,
    )


def chosen(given: str | None, known: tuple[str, ...]) -> str | None:
    """What an address chooses, if it is one of these."""
    return given if given in known else None


def told(visit: Visit, error: Mapping[str, Any]) -> str:
    """Why something was not done, in the language of the page."""
    return said(error["message"], visit.language)


def way_back(visit: Visit) -> str:
    """The page of the desk that a form was sent from."""
    path = own_path(visit.form.text("back"))
    return path if path == "/desk" or path.startswith(("/desk/", "/desk?")) else "/desk"
