"""The pages. Each module has those about one thing, and says at which paths they are."""

from collections.abc import Iterator
from itertools import chain

from server.site.pages import (
    accounts,
    archive,
    comment_changes,
    comments,
    crawlers,
    desk,
    drafts,
    elsewhere,
    home,
    live,
    people,
    permalinks,
    popup,
    posts,
    searching,
    settings,
    terms,
    writing,
)
from server.site.routing import Route

MODULES = (
    home,
    posts,
    accounts,
    settings,
    popup,
    comments,
    comment_changes,
    archive,
    terms,
    people,
    searching,
    live,
    permalinks,
    crawlers,
    desk,
    writing,
    drafts,
    elsewhere,
)


BESIDE_FRONT_END = (posts, accounts, popup)
"""Those that there are where a front-end of the owner's shows the blog: what other sites look for."""


def routes(*, is_whole: bool = True) -> Iterator[Route]:
    """All of them, or those beside a front-end."""
    return chain.from_iterable(module.ROUTES for module in (MODULES if is_whole else BESIDE_FRONT_END))
