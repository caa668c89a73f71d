"""The archive to show: months and years with posts that fit a filter, and how many.

Where nothing is filtered, the stored counts tell; otherwise the posts of each period are counted by an index.
"""

from copy import copy
from typing import Any

from pypika_tortoise.terms import Criterion, Term
from tortoise.queryset import QuerySet

from auth.viewer import Viewer
from compiler.terms import Joined
from models import ArchiveMonth, ArchiveYear, Post, PostKind, PostStatus
from resolvers.policy import Site
from resolvers.reads import posts
from resolvers.reads.posts import Filter, PostOrder

WITHIN = ("published_at", "starts_at", "ends_at")
"""The column of a post that tells in which period it is, and where one starts and ends."""


def years(_: Viewer) -> QuerySet[ArchiveYear]:
    """All years, the newest first."""
    return ArchiveYear.all().order_by("-id")


def months(_: Viewer) -> QuerySet[ArchiveMonth]:
    """All months, the newest first."""
    return ArchiveMonth.all().order_by("-id")


def has_posts(row: Any, viewer: Viewer, filter: Filter | None) -> Criterion:
    """Whether there are posts in the period that fit the filter."""
    if _is_everything(filter):
        any_at_all: Criterion = (row.post_count > 0) | row.has_any(_due(viewer), within=WITHIN)
        return any_at_all
    found: Criterion = row.has_any(posts.of_site(viewer, filter, PostOrder.NEWEST), within=WITHIN)
    return found if filter is None else _overlaps(row, filter) & found


def _overlaps(row: Any, filter: Filter) -> Criterion:
    """Whether the period is not wholly outside of the time that the filter leaves: then nobody has to look at posts."""
    overlaps: Criterion = row.starts_at < row.ends_at
    if filter.published_from is not None:
        overlaps = overlaps & (row.ends_at > filter.published_from)
    if filter.published_before is not None:
        overlaps = overlaps & (row.starts_at < filter.published_before)
    return overlaps


def post_count(row: Any, viewer: Viewer, filter: Filter | None) -> Term:
    """How many they are. Nearly all posts are not pinned, and no index tells that: all but the pinned ones are they."""
    if filter is None or filter.pinned is not False:
        return _count(row, viewer, filter)
    every, pinned = copy(filter), copy(filter)
    every.pinned, pinned.pinned = None, True
    others: Term = _count(row, viewer, every) - _count(row, viewer, pinned)
    return others


def _count(row: Any, viewer: Viewer, filter: Filter | None) -> Term:
    """The stored count and what has come due unnoticed, or the number of those that fit."""
    if _is_everything(filter):
        due = row.number_of(_due(viewer), within=WITHIN)
        count: Term = row.post_count + row.if_any(_due(viewer), due, 0)
        return count
    fitting: Term = row.number_of(posts.of_site(viewer, filter, PostOrder.NEWEST), within=WITHIN)
    return fitting


def url(row: Any, site: Site) -> Term:
    """Where the month's page is."""
    return Joined(f"{site.url}/", row.path)


def _is_everything(filter: Filter | None) -> bool:
    """Whether the filter leaves out none of the published articles, which are counted."""
    if filter is None:
        return True
    usual = {"status": PostStatus.PUBLISHED, "kind": PostKind.ARTICLE}
    return all(value is None or value is usual.get(name) for name, value in vars(filter).items())


def _due(viewer: Viewer) -> QuerySet[Post]:
    """Scheduled articles that have come due and that nobody has noticed yet."""
    return Post.filter(
        kind=PostKind.ARTICLE, status=PostStatus.PUBLISHED, counted=False, published_at__lte=viewer.now
    )
