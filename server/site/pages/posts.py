"""A post with its conversation."""

from collections.abc import Iterable
from typing import Any

from resolvers.share_services import INSTANCE
from server.http.discovery import Discovery
from server.site.answers import Answer, moved
from server.site.routing import route
from server.site.visit import NotHereError, Visit

PER_PAGE = 100


async def show_post(visit: Visit) -> Answer:
    """The post; earlier slugs lead to the present one."""
    slug = visit.params["slug"]
    data = await visit.ask("post", slug=slug, first=PER_PAGE, after=visit.query.get("after"))
    post = data["post"]
    if post is None or post["kind"] == "EXTERNAL":
        raise NotHereError
    if post["slug"] != slug:
        return moved(post["url"])
    discovery = Discovery.of(post, visit.context.policy)
    return visit.show(
        "post.html",
        data,
        headers=discovery.headers,
        discovery=discovery,
        trackback_rdf=discovery.trackback_rdf(post),
        shared=[link for link in post["shareLinks"] if INSTANCE not in link["url"]],
        threads=threads(post["comments"]["nodes"]),
    )


def threads(comments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The comments of a list with each reply in the `replies` of what it answers, if that is in the list."""
    by_id = {comment["id"]: {**comment, "replies": []} for comment in comments}
    tops: list[dict[str, Any]] = []
    for comment in by_id.values():
        parent = by_id.get(comment["parent"]["id"]) if comment["parent"] else None
        (tops if parent is None else parent["replies"]).append(comment)
    return tops


ROUTES = (route("/posts/{slug}", get=show_post),)
