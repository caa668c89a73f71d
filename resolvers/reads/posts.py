"""Posts to show."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, cast

from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import Case, Term
from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from compiler.terms import Joined, Scalar
from models import Post, PostStatus
from resolvers import lookups
from resolvers.ids import primary_key
from resolvers.policy import Site


class PostOrder(StrEnum):
    """In which order posts are listed."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    MOST_COMMENTED = "MOST_COMMENTED"
    LAST_COMMENTED = "LAST_COMMENTED"


class Filter(Protocol):
    """What posts can be narrowed to; None means no matter, anything else may be a placeholder."""

    category: Any
    author: Any
    language: Any
    published_from: Any
    published_before: Any
    status: PostStatus | None


COLUMNS = {
    PostOrder.NEWEST: ("-published_at", "-id"),
    PostOrder.OLDEST: ("published_at", "id"),
    PostOrder.MOST_COMMENTED: ("-comment_count", "-id"),
    PostOrder.LAST_COMMENTED: ("-last_commented_at", "-id"),
}


def visible(viewer: Viewer) -> QuerySet[Post]:
    """Every post that the viewer may see."""
    return Post.filter(permissions.visible_posts(viewer))


def listed(viewer: Viewer, filter: Filter | None, order_by: PostOrder) -> QuerySet[Post]:
    """Posts of one status, the published ones unless told, that fit the filter."""
    status = (filter and filter.status) or PostStatus.PUBLISHED
    posts = Post.filter(permissions.posts_of_status(viewer, status))
    if filter is not None:
        posts = posts.filter(**_conditions(filter))
    return posts.order_by(*COLUMNS[order_by])


def _conditions(filter: Filter) -> dict[str, Any]:
    given = {
        "category_id": None if filter.category is None else primary_key("category", filter.category),
        "author_id": None if filter.author is None else primary_key("user", filter.author),
        "language": None if filter.language is None else lookups.language(filter.language),
        "published_at__gte": filter.published_from,
        "published_at__lt": filter.published_before,
    }
    return {name: value for name, value in given.items() if value is not None}


def by_id(viewer: Viewer, id_: Any) -> QuerySet[Post]:
    """The visible post with this global id."""
    return visible(viewer).filter(id=primary_key("post", id_))


def by_slug(viewer: Viewer, slug: Any) -> QuerySet[Post]:
    """The visible post that has or once had this slug."""
    return visible(viewer).filter(slugs__slug=lookups.slug(slug))


def status(row: Any, viewer: Viewer) -> Term:
    """DRAFT or PUBLISHED as stored, SCHEDULED while a published post's date is to come."""
    scheduled = (
        (row.status == PostStatus.PUBLISHED.value) & (row.published_at > viewer.now) & row.counted.eq(False)
    )
    return Case().when(scheduled, PostStatus.SCHEDULED.value).else_(row.status)


def published_at(row: Any, _: Viewer) -> Term:
    """When it appears or appeared; null for a draft."""
    return Case().when(row.status != PostStatus.DRAFT.value, row.published_at).else_(None)


def url(row: Any, site: Site) -> Term:
    """Where its page is."""
    return Joined(f"{site.url}/posts/", row.slug)


def feed_cursor(_: Any, __: Viewer) -> Term:
    """The newest event's cursor, as of the statement that reads it."""
    feed = Table("feed")
    return Scalar(Query.from_(feed).select(feed.cursor))


def viewer_can_edit(row: Any, viewer: Viewer) -> Term:
    """What `updatePost` asks."""
    return cast("Term", row.holds(permissions.changeable_posts(viewer)))


def viewer_can_comment(row: Any, viewer: Viewer) -> Term:
    """What `addComment` asks of the post."""
    return cast("Term", row.holds(permissions.commentable_posts(viewer)))


async def next_publication(moment: datetime) -> datetime | None:
    """When the next scheduled post comes due after the moment; None when none is scheduled."""
    post = await (
        Post.filter(status=PostStatus.PUBLISHED, published_at__gt=moment, counted=False)
        .order_by("published_at")
        .first()
        .only("published_at")
    )
    return None if post is None else post.published_at
