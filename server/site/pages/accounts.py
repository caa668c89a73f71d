"""Signing up, in and out."""

from dataclasses import replace

from server.http.context import Context
from server.site.answers import NOT_KEPT, Answer
from server.site.cookies import end_session, set_session
from server.site.mistakes import Mistakes, mistakes_of
from server.site.returning import NEXT, own_path
from server.site.routing import Handler, route
from server.site.visit import Visit

SIGN_UP_FIELDS = ("email", "username", "name", "password")


async def show_sign_in(visit: Visit) -> Answer:
    """The form; whoever has signed in already goes on."""
    back = own_path(visit.query.get(NEXT, ""))
    return visit.see(back) if visit.is_signed_in else await _sign_in_form(visit, back, Mistakes())


async def sign_in(visit: Visit) -> Answer:
    """Sign in, and go back to where one came from. A session that there is ends."""
    form, before = visit.form, visit.context
    back = own_path(form.text(NEXT))
    visit.context = replace(before)
    given = {"email": form.text("email"), "password": form.text("password")}
    payload = await visit.do("sign_in", input=given)
    if payload["error"]:
        mistakes = mistakes_of(payload["error"], visit.language, {})
        return await _sign_in_form(visit, back, mistakes, email=form.text("email"))
    return await _admitted(visit, before, payload["token"], back)


async def show_sign_up(visit: Visit) -> Answer:
    """The form; whoever has signed in already goes on."""
    back = own_path(visit.query.get(NEXT, ""))
    return visit.see(back) if visit.is_signed_in else await _sign_up_form(visit, back, Mistakes())


async def sign_up(visit: Visit) -> Answer:
    """Make an account, and be signed in."""
    form, before = visit.form, visit.context
    back = own_path(form.text(NEXT))
    visit.context = replace(before)
    payload = await visit.do("sign_up", input={name: form.text(name) for name in SIGN_UP_FIELDS})
    if payload["error"]:
        mistakes = mistakes_of(payload["error"], visit.language, {name: name for name in SIGN_UP_FIELDS})
        typed = {name: form.text(name) for name in SIGN_UP_FIELDS if name != "password"}
        return await _sign_up_form(visit, back, mistakes, **typed)
    return await _admitted(visit, before, payload["token"], back)


def _unless_signed_in(take: Handler) -> Handler:
    """Whoever has signed in meanwhile, in another tab, goes on; for everybody else it is as if they had just come."""

    async def resume(visit: Visit) -> Answer:
        return visit.see(own_path(visit.form.text(NEXT))) if visit.is_signed_in else await take(visit)

    return resume


async def sign_out(visit: Visit) -> Answer:
    """End the session."""
    await visit.do("sign_out")
    return visit.see("/", end_session(visit.site), notice="signed-out")


async def sign_out_everywhere(visit: Visit) -> Answer:
    """End all sessions of the account."""
    await visit.do("sign_out_everywhere")
    return visit.see("/", end_session(visit.site), notice="signed-out-everywhere")


async def _admitted(visit: Visit, before: Context, token: str, back: str) -> Answer:
    """Signed in by a session that nobody else can know; the one before it is of no more use."""
    visit.context = before
    if before.session_id is not None:
        await visit.do("sign_out")
    return visit.see(back, set_session(visit.site, token), notice="signed-in")


async def _sign_in_form(visit: Visit, back: str, mistakes: Mistakes, **typed: str) -> Answer:
    data = await visit.ask("frame")
    return _form(visit, "sign_in.html", data, back, mistakes, typed)


async def _sign_up_form(visit: Visit, back: str, mistakes: Mistakes, **typed: str) -> Answer:
    data = await visit.ask("rules")
    return _form(visit, "sign_up.html", data, back, mistakes, typed)


def _form(
    visit: Visit, template: str, data: dict[str, object], back: str, mistakes: Mistakes, typed: dict[str, str]
) -> Answer:
    headers = (NOT_KEPT, *mistakes.headers)
    status = mistakes.status if mistakes else 200
    return visit.show(
        template, data, status=status, headers=headers, mistakes=mistakes, typed=typed, back=back
    )


ROUTES = (
    route("/sign-in", get=show_sign_in, post=sign_in, resume=_unless_signed_in(sign_in)),
    route("/sign-up", get=show_sign_up, post=sign_up, resume=_unless_signed_in(sign_up)),
    route("/sign-out", post=sign_out),
    route("/sign-out-everywhere", post=sign_out_everywhere),
)
