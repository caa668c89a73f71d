"""The search for posts and comments."""

from typing import Any

from server.site.answers import Answer
from server.site.routing import route
from server.site.visit import Visit

PER_PAGE = 20
KINDS = {"posts": "POSTS", "comments": "COMMENTS"}
LONGEST = 500


async def show_search(visit: Visit) -> Answer:
    """The form, and what was found for what is in it."""
    words = visit.query.get("q", "").replace("\0", "").strip()[:LONGEST]
    kind = visit.query.get("kind", "")
    category = visit.query.get("category", "")
    data = await _found(visit, words, kind, category) if words else await visit.ask("frame")
    return visit.show("search.html", {"search": None, **data}, words=words, kind=kind, category=category)


async def _found(visit: Visit, words: str, kind: str, category: str) -> dict[str, Any]:
    return await visit.ask(
        "search",
        query=f"{words} category:{category}" if category else words,
        **{"in": [KINDS[kind]] if kind in KINDS else None},
        first=PER_PAGE,
        after=visit.query.get("after"),
    )


ROUTES = (route("/search", get=show_search),)
