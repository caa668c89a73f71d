"""Editing, deleting and deciding about a comment that is there."""

from typing import Any

from models import CommentDecision
from server.http.http_error import HTTPError
from server.site.answers import Answer
from server.site.mistakes import Mistakes, mistakes_of
from server.site.returning import HOME, NEXT, own_path
from server.site.routing import route
from server.site.sentences import said
from server.site.visit import NotForYouError, NotHereError, Visit

DECISIONS = frozenset(decision.name for decision in CommentDecision)
TOO_OLD = "This comment is too old to be edited."


async def show_edit(visit: Visit) -> Answer:
    """The form with the comment's source."""
    data = await _own(visit, "viewerCanEdit", for_text=True)
    if not data["comment"]["viewerCanEdit"]:
        return visit.show(
            "problem.html",
            data,
            status=403,
            problem="refused",
            code=None,
            message=said(TOO_OLD, visit.language),
        )
    return _edit_form(visit, data, data["comment"]["body"], Mistakes())


async def edit(visit: Visit) -> Answer:
    """Give it another text, or show what that will look like."""
    body, id_ = visit.form.text("body"), visit.params["id"]
    data = await _own(visit, "viewerCanEdit", for_text=True)  # of which nothing is lost where it is too late
    if visit.form.checked("preview"):
        asked = {"body": body, "kind": "COMMENT", "bodyFormat": data["comment"]["bodyFormat"]}
        payload = await visit.do("preview", input=asked)
    else:
        payload = await visit.do("edit_comment", input={"id": id_, "body": body})
    if payload["error"]:
        return _edit_form(visit, data, body, mistakes_of(payload["error"], visit.language, {"body": "body"}))
    if "html" in payload:
        return _edit_form(visit, data, body, Mistakes(), payload["html"])
    waits = payload["comment"]["status"] == "PENDING"
    return visit.see(f"/comments/{id_}", notice="held" if waits else "saved")


async def edit_again(visit: Visit) -> Answer:
    """The text of somebody whose session is another one than when they began, or has ended."""
    data = await visit.ask("comment_page", id=visit.params["id"])
    if data["comment"] is None or data["comment"]["deleted"]:
        raise NotHereError
    changed = visit.gettext("You have signed in or out since you opened this form. Please send it again.")
    return _edit_form(visit, data, visit.form.text("body"), Mistakes(others=(changed,), status=403))


async def show_delete(visit: Visit) -> Answer:
    """Ask whether it is really meant."""
    return visit.show("comment_delete.html", await _own(visit, "viewerCanDelete"))


async def delete(visit: Visit) -> Answer:
    """Delete it; an empty place may be left for its replies."""
    post = (await _own(visit, "viewerCanDelete"))["comment"]["post"]
    payload = await visit.do("delete_comment", id=visit.params["id"])
    _raise(payload)
    if payload["comment"] is not None:
        return visit.see(f"/comments/{payload['comment']['id']}", notice="deleted")
    return visit.see(
        HOME if post["kind"] == "EXTERNAL" else f"/posts/{post['slug']}#comments", notice="deleted"
    )


async def decide(visit: Visit) -> Answer:
    """A moderator's decision, who goes on where they were."""
    await _own(visit, "viewerCanModerate")
    id_, status = visit.params["id"], visit.form.text("status")
    if status not in DECISIONS:
        raise HTTPError(400, "BAD_REQUEST", "This form cannot be read.")
    _raise(await visit.do("set_comment_status", input={"id": id_, "status": status}))
    back = own_path(visit.form.text(NEXT))
    return visit.see(back if back != HOME else f"/comments/{id_}", notice="saved")


async def _own(visit: Visit, right: str, *, for_text: bool = False) -> dict[str, Any]:
    """What the page shows, if the visitor may do this; `for_text` also if they wrote it and only time has passed."""
    visit.require_signed_in()
    data = await visit.ask("comment_page", id=visit.params["id"])
    comment = data["comment"]
    if comment is None or comment["deleted"]:
        raise NotHereError
    if comment[right] or (for_text and _wrote(data)):
        return data
    raise NotForYouError


def _wrote(data: dict[str, Any]) -> bool:
    author = data["comment"]["author"]
    return author is not None and author["id"] == data["viewer"]["id"]


def _raise(payload: dict[str, Any]) -> None:
    """What has changed since the page was shown."""
    error = payload["error"]
    if error:
        raise NotHereError if error["__typename"] == "NotFound" else NotForYouError


def _edit_form(
    visit: Visit, data: dict[str, Any], body: str, mistakes: Mistakes, preview: str | None = None
) -> Answer:
    status = mistakes.status if mistakes else 200
    headers, typed = mistakes.headers, {"body": body}
    return visit.show(
        "comment_edit.html",
        data,
        status=status,
        headers=headers,
        typed=typed,
        mistakes=mistakes,
        preview=preview,
    )


ROUTES = (
    route("/comments/{id}/edit", get=show_edit, post=edit, resume=edit_again),
    route("/comments/{id}/delete", get=show_delete, post=delete),
    route("/comments/{id}/status", post=decide),
)
