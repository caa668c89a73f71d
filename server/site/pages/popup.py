"""Signing in for a page of another site that has a conversation of ours in it: in a window that the page opens.

The page is given a session of its own, and only after somebody has pressed a button beside the name of that site. It is
handed over by a message that no other site receives.
"""

from typing import Any

from models.errors import TooManyRequests
from resolvers import accounts
from server.http.origins import Origins
from server.site.answers import NOT_KEPT, Answer
from server.site.mistakes import Mistakes, mistakes_of, throttled
from server.site.routing import route
from server.site.visit import Visit

PAGE = "popup.html"
ORIGIN = "origin"
HEADERS = (NOT_KEPT, (b"referrer-policy", b"no-referrer"))
"""Besides, there is none about openers: the window has to know who opened it."""


async def show_popup(visit: Visit) -> Answer:
    """Which site asks, and the form for it."""
    return await _asked(visit, visit.query.get(ORIGIN, ""), Mistakes())


async def hand_over(visit: Visit) -> Answer:
    """Sign in there: with a password, or as whoever has signed in here."""
    origin = visit.form.text(ORIGIN)
    if not _is_one(visit, origin):
        return await _asked(visit, origin, Mistakes())
    if visit.is_signed_in:
        return await _handed(visit, origin, (await visit.ask("frame"))["viewer"])
    given = {"email": visit.form.text("email"), "password": visit.form.text("password")}
    payload = await visit.do("sign_in", input=given)
    if payload["error"]:
        mistakes = mistakes_of(payload["error"], visit.language, {})
        return await _asked(visit, origin, mistakes, email=given["email"])
    own_session = visit.context.session_id
    try:
        return await _handed(visit, origin, payload["user"])
    finally:
        if own_session is not None:  # nobody has its token
            await accounts.sign_out(own_session)


async def ask_again(visit: Visit) -> Answer:
    """Somebody has signed in meanwhile: they see as whom."""
    return await _asked(visit, visit.form.text(ORIGIN), Mistakes())


def _is_one(visit: Visit, origin: str) -> bool:
    """Whether it is a site that has conversations here."""
    origins = Origins(visit.context.policy.page_origins)
    return origin.isascii() and origins.names(origin.encode()) and origin == origin.lower()


async def _handed(visit: Visit, origin: str, user: dict[str, Any]) -> Answer:
    """Hand over a session that may do what a reader may."""
    try:
        token, _ = await accounts.start_session(visit.context.viewer, visit.context.policy.auth)
    except TooManyRequests as error:
        return await _asked(visit, origin, throttled(error.retry_after, visit.language))
    handed = {"origin": origin, "token": token, "user": {"id": user["id"], "name": user["name"]}}
    return visit.show(PAGE, {}, headers=HEADERS, state="done", origin=origin, handed=handed)


async def _asked(visit: Visit, origin: str, mistakes: Mistakes, **typed: str) -> Answer:
    data = await visit.ask("frame")
    if not _is_one(visit, origin):
        return visit.show(PAGE, data, status=403, headers=HEADERS, state="refused", origin=origin)
    return visit.show(
        PAGE,
        data,
        status=mistakes.status if mistakes else 200,
        headers=(*HEADERS, *mistakes.headers),
        state="asked",
        origin=origin,
        mistakes=mistakes,
        typed=typed,
    )


ROUTES = (route("/sign-in/popup", get=show_popup, post=hand_over, resume=ask_again),)
