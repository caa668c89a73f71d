"""A post with its conversation."""

from collections.abc import Iterable
from typing import Any

from server.http.discovery import Discovery
from server.site.answers import Answer, moved
from server.site.listing import with_open_share_links
from server.site.pages.visits import note_read
from server.site.routing import route
from server.site.structured_data import breadcrumbs, category_address, json_ld, posting
from server.site.visit import NotHereError, Visit

PER_PAGE = 50
"""Comments at once: so a page with as many, each a few lines long, has less than 60 kB."""


async def show_post(visit: Visit) -> Answer:
    """The post; earlier slugs lead to the present one."""
    slug = visit.params["slug"]
    data = await visit.ask("post", slug=slug.lower(), first=PER_PAGE, after=visit.query.get("after"))
    post = data["post"]
    if post is None or post["kind"] == "EXTERNAL":
        raise NotHereError
    if post["slug"] != slug:
        return moved(post["url"])
    await note_read(visit, post)
    discovery = Discovery.of(post, visit.context.policy)
    return visit.show(
        "post.html",
        {**data, "post": with_open_share_links(post)},
        headers=discovery.headers,
        discovery=discovery,
        feeds=discovery.feeds,
        trackback_rdf=discovery.trackback_rdf(post),
        json_ld=_structured(visit, post),
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


def _structured(visit: Visit, post: dict[str, Any]) -> str:
    category = post["categories"][0]
    way = breadcrumbs(
        visit.site,
        (category["name"], category_address(visit.site, category["slug"])),
        (post["title"], post["url"]),
    )
    return json_ld(posting(visit.site, post), way)


ROUTES = (route("/posts/{slug}", get=show_post),)
