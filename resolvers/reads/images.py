"""Pictures to show, and where they are."""

from typing import Any

from pypika_tortoise.terms import Case, Function, Term, ValueWrapper
from tortoise.queryset import QuerySet

from auth.images import usable_images
from auth.viewer import Viewer
from compiler.terms import Joined
from media.names import EXTENSION, WIDTHS, name_of
from models import Image
from resolvers.policy import Site


def visible(viewer: Viewer) -> QuerySet[Image]:
    """By themselves people see their own pictures; others' where these are shown."""
    return Image.filter(usable_images(viewer))


def address(site: Site, digest: str) -> str:
    """Where the picture is."""
    return f"{site.media_url}/{name_of(digest)}"


def url(row: Any, site: Site) -> Term:
    """The same of a row."""
    return _address(row, site)


def sized(row: Any, site: Site, width: Any) -> Term:
    """Where the narrowest of the stored sizes is that is at least so wide, or the picture when none is."""
    wanted, which = ValueWrapper(width) if isinstance(width, int) else width, Case()
    for stored in WIDTHS:
        which = which.when((row.width > stored) & (wanted <= ValueWrapper(stored)), f"-w{stored}")
    return _address(row, site, which.else_(""))


def _address(row: Any, site: Site, which: Term | str = "") -> Term:
    """As `media.names.name_of` has it; a test holds one against the other."""
    folder = Function("SUBSTR", row.digest, 1, 2)
    return Joined(f"{site.media_url}/", folder, "/", row.digest, which, EXTENSION)
