"""Categories to show."""

from typing import Any

from pypika_tortoise import functions as sql
from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import Term
from tortoise.queryset import QuerySet

from auth.viewer import Viewer
from compiler.terms import Scalar
from models import Category, PostKind, PostStatus
from resolvers import lookups
from resolvers.ids import primary_key


def visible(_: Viewer) -> QuerySet[Category]:
    """All categories: everybody sees them."""
    return Category.all()


def top(_: Viewer) -> QuerySet[Category]:
    """Those without a parent, in their menu order."""
    return Category.filter(parent_id__isnull=True).order_by("position", "id")


def children(_: Viewer) -> QuerySet[Category]:
    """Sub-categories in their menu order."""
    return Category.all().order_by("position", "id")


def by_id(viewer: Viewer, id_: Any) -> QuerySet[Category]:
    """The category with this global id."""
    return visible(viewer).filter(id=primary_key("category", id_))


def by_slug(viewer: Viewer, slug: Any) -> QuerySet[Category]:
    """The category with this slug."""
    return visible(viewer).filter(slug=lookups.slug(slug))


def post_count(row: Any, viewer: Viewer) -> Term:
    """The stored count, and the scheduled posts that have come due and that nobody has noticed yet."""
    filed = Table("post_categories")
    count: Term = row.post_count + due_posts(filed, filed.category_id == row.id, viewer)
    return count


def due_posts(filed: Table, condition: Any, viewer: Viewer) -> Term:
    """The number of scheduled articles filed there that have come due and that nobody has noticed yet."""
    due = (
        Query.from_(filed)
        .select(sql.Count("*"))
        .where(
            condition
            & filed.counted.eq(False)
            & (filed.kind == PostKind.ARTICLE.value)
            & (filed.status == PostStatus.PUBLISHED.value)
            & (filed.published_at <= viewer.now)
        )
    )
    return Scalar(due)


def by_path(viewer: Viewer, path: Any) -> QuerySet[Category]:
    """The category that once was at this path."""
    return visible(viewer).filter(aliases__path=lookups.path(path))


def by_own_path(viewer: Viewer, path: Any) -> QuerySet[Category]:
    """The category at this path of the site as it is."""
    return by_slug(viewer, lookups.last_of("categories", path))
