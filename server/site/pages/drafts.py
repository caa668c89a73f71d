"""What becomes of posts besides their texts: drafts, publishing, deleting, and what they have been."""

from itertools import pairwise
from typing import Any

from server.site.answers import Answer
from server.site.differences import differences
from server.site.mistakes import Mistakes, mistakes_of
from server.site.pages.writing import require_author
from server.site.routing import route
from server.site.visit import NotForYouError, NotHereError, Visit

PER_PAGE = 50
REVISIONS_PER_PAGE = 10


async def show_drafts(visit: Visit) -> Answer:
    """One's drafts and scheduled posts, the newest first; administrators see everybody's."""
    require_author(visit)
    number = int(visit.params.get("number", "1"))
    data = await visit.ask("drafts", first=PER_PAGE, offset=(number - 1) * PER_PAGE)
    if number > 1 and not data["drafts"]["nodes"]:
        raise NotHereError
    return visit.show("drafts.html", data, number=number, pages=-(-data["drafts"]["totalCount"] // PER_PAGE))


async def publish(visit: Visit) -> Answer:
    """Publish a draft, or a scheduled post before its time."""
    post = (await _own_post(visit))["post"]
    payload = await visit.do("publish_post", id=post["id"])
    if payload["error"] is not None:
        raise NotHereError
    return visit.see(f"/posts/{post['slug']}", notice="published")


async def ask_to_delete(visit: Visit) -> Answer:
    """What goes with a post, before it goes."""
    return visit.show("post_delete.html", await _own_post(visit), mistakes=Mistakes())


async def delete(visit: Visit) -> Answer:
    """Delete a post, once somebody has said so."""
    data = await _own_post(visit)
    payload = await visit.do("delete_post", id=data["post"]["id"])
    if payload["error"] is not None:
        mistakes = mistakes_of(payload["error"], visit.language, {})
        return visit.show("post_delete.html", data, status=mistakes.status, mistakes=mistakes)
    return visit.see("/" if data["post"]["status"] == "PUBLISHED" else "/drafts", notice="deleted")


async def show_revisions(visit: Visit) -> Answer:
    """What a post has been, the newest first, and what each change changed."""
    after = visit.query.get("after")
    data = await _own_post(visit, "revisions", first=REVISIONS_PER_PAGE + 1, after=after)
    edges = data["post"]["revisions"]["edges"]
    shown = edges[:REVISIONS_PER_PAGE]
    older = shown[-1]["cursor"] if len(edges) > REVISIONS_PER_PAGE else None
    changes = [_change(new["node"], old["node"]) for new, old in pairwise(edges)]
    if older is None and edges:
        changes.append(_change(edges[-1]["node"], {"title": "", "body": ""}))
    return visit.show("revisions.html", data, changes=changes, older=older)


def _change(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    compared = {name: differences(old[name], new[name]) for name in ("title", "body")}
    return {"revision": new, **compared}


async def _own_post(visit: Visit, operation: str = "delete_post_page", **variables: Any) -> dict[str, Any]:
    """The data of an operation about the post of the address, which the visitor may change."""
    visit.require_signed_in()
    data = await visit.ask(operation, slug=visit.params["slug"], **variables)
    if data["post"] is None or data["post"]["kind"] == "EXTERNAL":
        raise NotHereError
    if not data["post"]["viewerCanEdit"]:
        raise NotForYouError
    return data


ROUTES = (
    route("/drafts", get=show_drafts),
    route("/drafts/page/{number:int}", get=show_drafts),
    route("/posts/{slug}/publish", post=publish),
    route("/posts/{slug}/delete", get=ask_to_delete, post=delete),
    route("/posts/{slug}/revisions", get=show_revisions),
)
