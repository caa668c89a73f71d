"""Tags to show."""

from enum import StrEnum
from typing import Any

from pypika_tortoise.queries import Table
from pypika_tortoise.terms import Term
from tortoise.queryset import QuerySet

from auth.viewer import Viewer
from compiler.terms import Joined
from models import Tag
from resolvers import lookups
from resolvers.ids import primary_key
from resolvers.policy import Site
from resolvers.reads.categories import due_posts


class TagOrder(StrEnum):
    """In which order tags are listed."""

    NAME = "NAME"
    MOST_USED = "MOST_USED"


COLUMNS = {TagOrder.NAME: ("name", "id"), TagOrder.MOST_USED: ("-post_count", "-id")}


def visible(_: Viewer) -> QuerySet[Tag]:
    """All tags: everybody sees them."""
    return Tag.all()


def listed(viewer: Viewer, order_by: TagOrder) -> QuerySet[Tag]:
    """Those that published articles have, in this order: what only drafts are called is their authors' business."""
    return visible(viewer).filter(post_count__gt=0).order_by(*COLUMNS[order_by])


def by_id(viewer: Viewer, id_: Any) -> QuerySet[Tag]:
    """The tag with this global id."""
    return visible(viewer).filter(id=primary_key("tag", id_))


def by_slug(viewer: Viewer, slug: Any) -> QuerySet[Tag]:
    """The tag with this slug."""
    return visible(viewer).filter(slug=lookups.slug(slug))


def by_path(viewer: Viewer, path: Any) -> QuerySet[Tag]:
    """The tag that once was at this path."""
    return visible(viewer).filter(aliases__path=lookups.path(path))


def by_own_path(viewer: Viewer, path: Any) -> QuerySet[Tag]:
    """The tag at this path of the site as it is."""
    return by_slug(viewer, lookups.last_of("tags", path))


def url(row: Any, site: Site) -> Term:
    """Where its page is."""
    return Joined(f"{site.url}/tags/", row.slug)


def post_count(row: Any, viewer: Viewer) -> Term:
    """The stored count, and the scheduled posts that have come due and that nobody has noticed yet."""
    filed = Table("post_tags")
    count: Term = row.post_count + due_posts(filed, filed.tag_id == row.id, viewer)
    return count
