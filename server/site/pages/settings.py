"""What people change about themselves, their password, and where they are signed in."""

from collections.abc import Mapping

from server.http.http_error import HTTPError
from server.site.answers import NOT_KEPT, Answer
from server.site.cookies import end_session
from server.site.mistakes import Mistakes, mistake, mistakes_of, refused_field
from server.site.pictures import keep_picture
from server.site.routing import route
from server.site.visit import Visit

PROFILE = ("name", "bio", "website")
PASSWORDS = {"newPassword": "new_password"}
SETTINGS = "/settings"


async def show_settings(visit: Visit) -> Answer:
    """All of it."""
    visit.require_signed_in()
    return await _settings(visit, Mistakes())


async def update_profile(visit: Visit) -> Answer:
    """Change what everybody sees. A picture that was taken is not chosen again when something else is wrong."""
    visit.require_signed_in()
    form = visit.form
    typed = {name: form.text(name) for name in PROFILE}
    given: dict[str, str | None] = dict(typed)
    avatar = form.optional("avatar")
    if form.picture is not None:
        try:
            avatar = await keep_picture(visit, avatar=True)
        except HTTPError as error:
            return await _settings(visit, refused_field("picture", error, visit.language), typed)
    if avatar is not None or form.checked("no_picture"):
        given["avatar"] = avatar
    payload = await visit.do("update_profile", input=given)
    if payload["error"]:
        mistakes = mistakes_of(payload["error"], visit.language, {name: name for name in PROFILE})
        return await _settings(visit, mistakes, typed, avatar=avatar)
    return visit.see(SETTINGS, notice="saved")


async def change_password(visit: Visit) -> Answer:
    """Another password; all other devices are signed out."""
    visit.require_signed_in()
    form = visit.form
    given = {"currentPassword": form.text("password"), "newPassword": form.text("new_password")}
    payload = await visit.do("change_password", input=given)
    error = payload["error"]
    if not error:
        return visit.see(SETTINGS, notice="password-changed")
    mistakes = mistakes_of(error, visit.language, PASSWORDS)
    if error["__typename"] == "InvalidCredentials":
        mistakes = mistake("password", mistakes.others[0])
    return await _settings(visit, mistakes)


async def end_one_session(visit: Visit) -> Answer:
    """Sign one device out; this one, too."""
    visit.require_signed_in()
    payload = await visit.do("end_session", id=visit.form.text("id"))
    if not visit.is_signed_in:
        return visit.see("/", end_session(visit.site), notice="signed-out")
    if payload["error"]:  # it has ended already
        return visit.see(SETTINGS)
    return visit.see(SETTINGS, notice="saved")


async def _settings(
    visit: Visit, mistakes: Mistakes, typed: Mapping[str, str] | None = None, avatar: str | None = None
) -> Answer:
    data = await visit.ask("settings")
    me = data["me"]
    return visit.show(
        "settings.html",
        data,
        status=mistakes.status if mistakes else 200,
        headers=(NOT_KEPT, *mistakes.headers),
        mistakes=mistakes,
        typed=typed or {name: me[name] or "" for name in PROFILE},
        avatar=avatar,
    )


ROUTES = (
    route(SETTINGS, get=show_settings, post=update_profile, picture=True),
    route("/settings/password", get=show_settings, post=change_password),
    route("/settings/sessions", get=show_settings, post=end_one_session),
)
