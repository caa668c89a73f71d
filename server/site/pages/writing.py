"""Writing a post, and editing it: one form, in which nothing that was typed is ever lost."""

from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from compiler import RequestError
from server.http.http_error import HTTPError
from server.http.refusals import refusal_of
from server.site import post_form
from server.site.answers import Answer
from server.site.differences import differences
from server.site.mistakes import Mistakes, mistake, mistakes_of
from server.site.moments import offsets_of
from server.site.post_form import Typed
from server.site.post_pictures import take_picture
from server.site.post_times import TimeMistakeError, published_at
from server.site.routing import route
from server.site.sentences import said
from server.site.visit import NotForYouError, NotHereError, Visit
from storage import StorageError

FORBIDDEN = 403
CONFLICT = 409
GONE = 410
WITHOUT_SAVING = ("insert", "illustrate", "bare")
"""Buttons that change what the form shows, and nothing else."""


async def show_new(visit: Visit) -> Answer:
    """An empty form."""
    require_author(visit)
    data = await visit.ask("write")
    return _shown(visit, data, None, post_form.blank(visit.site.language))


async def take_new(visit: Visit) -> Answer:
    """A new post, or the form again."""
    require_author(visit)
    return await _taken(visit, await visit.ask("write"), None, post_form.filled_in(visit.form))


async def show_edit(visit: Visit) -> Answer:
    """The form, filled in with a post; `at` in the address is when somebody wants to publish a draft."""
    data = await _post_to_edit(visit)
    post = data["post"]
    typed = post_form.of_post(post, ZoneInfo(visit.site.timezone))
    typed["at"] = typed["at"] or visit.query.get("at", "")
    if post["slug"] != visit.params["slug"]:
        return visit.see(_edit_path(post))
    return _shown(visit, data, post, typed)


async def take_edit(visit: Visit) -> Answer:
    """The post as it is from now on, or the form again."""
    typed = post_form.filled_in(visit.form)
    try:
        data = await _post_to_edit(visit)
    except NotHereError:
        if not visit.context.viewer.is_author:
            raise
        return await _gone(visit, typed)
    return await _taken(visit, data, data["post"], typed)


async def resume(visit: Visit) -> Answer:
    """The form again, for one whose session has ended, or who has signed in anew, since it was shown."""
    typed, gettext = post_form.filled_in(visit.form), visit.templates.gettext(visit.language)
    if not visit.is_signed_in:
        again = {"to": visit.path, "do": visit.form.text("do")}
        mistakes = Mistakes(others=(gettext(SIGNED_OUT),), status=FORBIDDEN)
        return _shown(visit, await visit.ask("write"), None, typed, mistakes, again=again)
    require_author(visit)
    try:
        data = await (_post_to_edit(visit) if "slug" in visit.params else visit.ask("write"))
    except NotHereError:
        return await _gone(visit, typed)
    mistakes = Mistakes(others=(gettext(SIGNED_IN_ANEW),), status=FORBIDDEN)
    return _shown(visit, data, data.get("post"), typed, mistakes)


def require_author(visit: Visit) -> None:
    """Only those who write posts."""
    visit.require_signed_in()
    if not visit.context.viewer.is_author:
        raise NotForYouError


async def _post_to_edit(visit: Visit) -> dict[str, Any]:
    visit.require_signed_in()
    data = await visit.ask("edit_post", slug=visit.params["slug"])
    if data["post"] is None or data["post"]["kind"] == "EXTERNAL":
        raise NotHereError
    if not data["post"]["viewerCanEdit"]:
        raise NotForYouError
    return data


async def _taken(visit: Visit, data: dict[str, Any], post: dict[str, Any] | None, typed: Typed) -> Answer:
    """What the button does that was pressed; where the server cannot do it now, the form is shown again."""
    action = visit.form.text("do")
    mistakes, snippet = await take_picture(visit, action, typed, _format(post))
    if mistakes or action in WITHOUT_SAVING:
        return _shown(visit, data, post, typed, mistakes, snippet=snippet)
    try:
        if action == "preview":
            return await _previewed(visit, data, post, typed)
        return await _saved(visit, data, post, typed, action)
    except (HTTPError, RequestError, StorageError) as error:
        return _failed(visit, data, post, typed, refusal_of(error))


async def _saved(
    visit: Visit, data: dict[str, Any], post: dict[str, Any] | None, typed: Typed, action: str
) -> Answer:
    zone = ZoneInfo(visit.site.timezone)
    try:
        when = published_at(action, typed, post, zone, visit.context.viewer.now)
    except TimeMistakeError as error:
        sentence = visit.templates.gettext(visit.language)(error.sentence)
        return _shown(visit, data, post, typed, mistake("at", sentence))
    if post is None:
        return await _create(visit, data, typed, action, when)
    return await _update(visit, data, post, typed, when)


async def _previewed(visit: Visit, data: dict[str, Any], post: dict[str, Any] | None, typed: Typed) -> Answer:
    text = {"body": typed["body"], "kind": "POST", "bodyFormat": _format(post)}
    payload = await visit.do("preview", input=text)
    if payload["error"] is not None:
        return _shown(visit, data, post, typed, _mistakes(visit, payload["error"]))
    return _shown(visit, data, post, typed, preview=payload)


async def _create(
    visit: Visit, data: dict[str, Any], typed: Typed, action: str, when: dict[str, Any]
) -> Answer:
    """A post that is published now is a draft first: asked for twice, the same is asked for, at whatever moment."""
    is_now = action == "publish" and not typed["at"]
    payload = await visit.do("create_post", input={**post_form.input_of(typed), **({} if is_now else when)})
    if payload["error"] is None and is_now:
        payload = await visit.do("publish_post", id=payload["post"]["id"])
    if payload["error"] is not None:
        return _refused(visit, data, None, typed, payload["error"])
    return _done(visit, payload["post"], typed)


async def _update(
    visit: Visit, data: dict[str, Any], post: dict[str, Any], typed: Typed, when: dict[str, Any]
) -> Answer:
    stored = post_form.of_post(post, ZoneInfo(visit.site.timezone))
    changed = post_form.changes(typed, stored)
    if typed["updated_at"] != post["updatedAt"] and not changed and _is_there(post, when):
        return _done(visit, post, typed)  # it was sent twice
    known = {"id": post["id"], "ifUpdatedAt": typed["updated_at"] or post["updatedAt"]}
    payload = await visit.do("update_post", input={**known, **changed, **when})
    if payload["error"] is None:
        return _done(visit, payload["post"], typed)
    if payload["error"]["__typename"] == "EditConflict":
        return await _conflict(visit, typed)
    return _refused(visit, data, post, typed, payload["error"])


def _is_there(post: dict[str, Any], when: dict[str, Any]) -> bool:
    """Whether a post is published, or is not, as the form has it."""
    return "publishedAt" not in when or (when["publishedAt"] is None) == (post["status"] == "DRAFT")


def _done(visit: Visit, post: dict[str, Any], typed: Typed) -> Answer:
    if post["status"] == "PUBLISHED":
        is_new = not typed["updated_at"] or visit.form.text("do") in ("publish", "now")
        return visit.see(f"/posts/{post['slug']}", notice="published" if is_new else "saved")
    if post["status"] == "SCHEDULED":
        return visit.see(_edit_path(post), notice="scheduled")
    return visit.see(_edit_path(post, at=typed["at"]), notice="draft-saved")


def _edit_path(post: dict[str, Any], at: str = "") -> str:
    return f"/posts/{post['slug']}/edit" + (f"?at={quote(at[:20], safe='')}" if at else "")


def _refused(
    visit: Visit, data: dict[str, Any], post: dict[str, Any] | None, typed: Typed, error: dict[str, Any]
) -> Answer:
    mistakes = _mistakes(visit, error)
    if any(each["field"] == "key" for each in error.get("fields", ())):
        typed["key"] = post_form.new_key()
        gettext = visit.templates.gettext(visit.language)
        mistakes = Mistakes(others=(gettext(SENT_BEFORE),))
    return _shown(visit, data, post, typed, mistakes)


def _failed(
    visit: Visit, data: dict[str, Any], post: dict[str, Any] | None, typed: Typed, error: HTTPError
) -> Answer:
    """The server could not do it now: the form again, to be sent once more."""
    sentence = said(error.message, visit.language)
    mistakes = Mistakes(others=(sentence,), status=error.status, headers=tuple(error.headers))
    return _shown(visit, data, post, typed, mistakes)


async def _conflict(visit: Visit, typed: Typed) -> Answer:
    """Both versions; sent once more, what was typed replaces the other one that is shown."""
    data = await _post_to_edit(visit)
    post = data["post"]
    theirs = post_form.of_post(post, ZoneInfo(visit.site.timezone))
    typed["updated_at"] = post["updatedAt"]
    kept = {"excerpt"} if typed["excerpt"] == typed["excerpt_was"] else set()
    compared = {
        name: [] if name in kept else differences(theirs[name], typed[name])
        for name in ("title", "excerpt", "tags", "body")
    }
    mistakes = Mistakes(others=(visit.templates.gettext(visit.language)(CHANGED_MEANWHILE),), status=CONFLICT)
    return _shown(visit, data, post, typed, mistakes, compared=compared)


async def _gone(visit: Visit, typed: Typed) -> Answer:
    """The post was deleted meanwhile: what was typed can become another one."""
    typed |= {"updated_at": "", "key": typed["key"] or post_form.new_key()}
    mistakes = Mistakes(others=(visit.templates.gettext(visit.language)(DELETED_MEANWHILE),), status=GONE)
    return _shown(visit, await visit.ask("write"), None, typed, mistakes)


def _mistakes(visit: Visit, error: dict[str, Any]) -> Mistakes:
    return mistakes_of(error, visit.language, post_form.FIELD_OF_INPUT)


def _format(post: dict[str, Any] | None) -> str:
    return "MARKDOWN" if post is None else str(post["bodyFormat"])


def _shown(
    visit: Visit,
    data: dict[str, Any],
    post: dict[str, Any] | None,
    typed: Typed,
    mistakes: Mistakes | None = None,
    **more: Any,
) -> Answer:
    """The form; where something is wrong with it, with the status of that."""
    shown = {"preview": None, "snippet": None, "compared": None, "again": None, **more}
    return visit.show(
        "write.html",
        {**data, "post": post, "typed": typed, "mistakes": mistakes or Mistakes(), **shown},
        status=mistakes.status if mistakes else 200,
        headers=mistakes.headers if mistakes else (),
        body_format=_format(post),
        choices=post_form.places_of(data["places"], post),
        twice=offsets_of(typed["at"], ZoneInfo(visit.site.timezone)),
    )


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


SENT_BEFORE = _(
    "This form was sent before, with another text. Look at your drafts and posts; send it again to have another post."
)
CHANGED_MEANWHILE = _(
    "Somebody has changed this post while you were writing. Nothing is saved yet: compare both versions below."
)
SIGNED_OUT = _(
    "You are no longer signed in. Nothing is saved yet: sign in in another window, come back here, and send this again."
)
SIGNED_IN_ANEW = _(
    "You have signed in anew since you opened this page. Nothing is saved yet: please send it again."
)
DELETED_MEANWHILE = _(
    "This post was deleted while you were writing. Your text is still here: it can be saved as a new post."
)

ROUTES = (
    route("/write", get=show_new, post=take_new, picture=True, resume=resume),
    route("/posts/{slug}/edit", get=show_edit, post=take_edit, picture=True, resume=resume),
)
