"""Lists of posts on numbered pages: the newest are at the list's own address, the ones behind at /page/2 and so on."""

from collections.abc import Iterable
from typing import Any

from resolvers.feeds import FeedLink, ListedFeed, feeds, of_site
from resolvers.share_services import INSTANCE
from server.site.answers import Answer
from server.site.visit import NotHereError, Visit

PER_PAGE = 10


def number_of(visit: Visit) -> int:
    """Which page of its list is looked at."""
    return int(visit.params.get("number", "1"))


def place(visit: Visit) -> dict[str, int]:
    """The variables of the operation that reads the page's posts."""
    return {"first": PER_PAGE, "offset": (number_of(visit) - 1) * PER_PAGE}


def show_list(
    visit: Visit,
    template: str,
    data: dict[str, Any],
    posts: dict[str, Any],
    path: str,
    lists: Iterable[ListedFeed] = (),
    **values: Any,
) -> Answer:
    """The page of the list that begins at `path`; a page that would be empty is none, but for the first."""
    number = number_of(visit)
    if number > 1 and not posts["nodes"]:
        raise NotHereError
    return visit.show(
        template,
        data,
        posts={**posts, "nodes": [with_open_share_links(post) for post in posts["nodes"]]},
        number=number,
        pages=-(-posts["totalCount"] // PER_PAGE),
        path=path,
        feeds=feeds_on(visit, lists),
        **values,
    )


def with_open_share_links(post: dict[str, Any]) -> dict[str, Any]:
    """The post without those services whose host only the reader knows: a link cannot ask for it."""
    return {**post, "shareLinks": [link for link in post["shareLinks"] if INSTANCE not in link["url"]]}


def feeds_on(visit: Visit, lists: Iterable[ListedFeed]) -> list[FeedLink]:
    """What a page says of feeds: its own lists' first, then the site's."""
    return feeds([*lists, *of_site(visit.site)], visit.site)
