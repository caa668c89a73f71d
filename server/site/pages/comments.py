"""Writing comments."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from auth.policy import GuestPolicy
from server.site.answers import Answer
from server.site.guests import FIELDS as GUEST
from server.site.guests import remember_guest
from server.site.mistakes import Mistakes, mistakes_of
from server.site.routing import route
from server.site.visit import NotHereError, Visit

TRAP = "homepage"
"""A field that people do not see; programs fill it in."""
NAMED = {"body": "body", **{f"guest.{name}": name for name in GUEST}}
NO_COMMENT = "comment_0"


async def show_form(visit: Visit) -> Answer:
    """The form by itself; with ?reply= for a reply to that comment."""
    return await _form(visit, {"parent": visit.query.get("reply", ""), **visit.guest}, Mistakes())


async def add_comment(visit: Visit) -> Answer:
    """Write the comment, or show what it will look like."""
    form = visit.form
    if form.text(TRAP):
        trapped = visit.gettext("Please send it once more: a field was filled in that people do not see.")
        return await _form(visit, _typed(visit), Mistakes(others=(trapped,)))
    if form.checked("preview"):
        return await _preview(visit)
    post = (await visit.ask("comment_form", slug=visit.params["slug"], parent=NO_COMMENT))["post"]
    if post is None or post["kind"] == "EXTERNAL":
        raise NotHereError
    payload = await visit.do("add_comment", input=_given(visit, post["id"]))
    if payload["error"]:
        mistakes = mistakes_of(payload["error"], visit.language, NAMED)
        return await _form(visit, _typed(visit), mistakes, needs_account=_needs_account(payload["error"]))
    return _added(visit, post, payload)


async def show_again(visit: Visit) -> Answer:
    """The text of somebody who has signed in, or out, since they began to write it."""
    changed = visit.gettext("You have signed in or out since you opened this form. Please send it again.")
    mistakes = Mistakes(others=(changed,), status=403)
    return await _form(visit, _typed(visit), mistakes)


def _added(visit: Visit, post: Mapping[str, Any], payload: Mapping[str, Any]) -> Answer:
    """Where it stands now; a guest sees it when everybody does."""
    notice = "held" if payload["status"] == "PENDING" else None
    comment = payload["comment"]
    if comment is None:
        return visit.see(f"/posts/{post['slug']}", *_remembered(visit), notice=notice)
    return visit.see(f"/comments/{comment['id']}", *_remembered(visit), notice=notice)


def _remembered(visit: Visit) -> list[tuple[bytes, bytes]]:
    if visit.is_signed_in:
        return []
    said_of_oneself = (
        {name: visit.form.text(name) for name in GUEST} if visit.form.checked("remember") else {}
    )
    return [remember_guest(visit.site, said_of_oneself)] if said_of_oneself or visit.guest else []


def _given(visit: Visit, post: str) -> dict[str, Any]:
    """The input of the mutation; who sends the same form twice has written one comment."""
    form = visit.form
    given: dict[str, Any] = {"post": post, "parent": form.optional("parent"), "body": form.text("body")}
    sent = json.dumps([form.text("key"), *given.values()])
    given["key"] = blake2b(sent.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    if not visit.is_signed_in and visit.context.policy.auth.guests is not GuestPolicy.OFF:
        given["guest"] = {name: form.text(name) for name in GUEST}
    return given


async def _preview(visit: Visit) -> Answer:
    payload = await visit.do("preview", input={"body": visit.form.text("body"), "kind": "COMMENT"})
    if payload["error"]:
        mistakes = mistakes_of(payload["error"], visit.language, NAMED)
        return await _form(visit, _typed(visit), mistakes, needs_account=_needs_account(payload["error"]))
    return await _form(visit, _typed(visit), Mistakes(), preview=payload["html"])


def _needs_account(error: Mapping[str, Any]) -> bool:
    return bool(error["__typename"] == "NotSignedIn")


def _typed(visit: Visit) -> dict[str, str]:
    form = visit.form
    names = ("body", "parent", "key", *GUEST)
    return {
        **{name: form.text(name) for name in names},
        **({"remember": "on"} if form.checked("remember") else {}),
    }


async def _form(
    visit: Visit,
    typed: Mapping[str, str],
    mistakes: Mistakes,
    *,
    preview: str | None = None,
    needs_account: bool = False,
) -> Answer:
    """The form on a page of its own, below what it answers."""
    parent = typed.get("parent") or NO_COMMENT
    data = await visit.ask("comment_form", slug=visit.params["slug"], parent=parent)
    post, above = data["post"], data["above"]
    if post is None or post["kind"] == "EXTERNAL":
        raise NotHereError
    if above is not None and above["post"]["id"] != post["id"]:
        above = None
    return visit.show(
        "comment_write.html",
        {**data, "above": above},
        status=mistakes.status if mistakes else 200,
        headers=mistakes.headers,
        typed=typed,
        mistakes=mistakes,
        preview=preview,
        needs_account=needs_account,
    )


ROUTES = (route("/posts/{slug}/comments", get=show_form, post=add_comment, resume=show_again),)
