"""Posts to show."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, cast

from pypika_tortoise import functions
from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import Case, Criterion, Term
from tortoise.models import Model
from tortoise.queryset import QuerySet

from auth import permissions
from auth.policy import AuthPolicy
from auth.viewer import Viewer
from compiler.terms import Joined, Scalar
from models import Post, PostCategory, PostKind, PostStatus, PostTag
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
    tag: Any
    author: Any
    language: Any
    published_from: Any
    published_before: Any
    status: PostStatus | None
    kind: PostKind | None
    pinned: bool | None


COLUMNS = {
    PostOrder.NEWEST: ("-published_at", "-"),
    PostOrder.OLDEST: ("published_at", ""),
    PostOrder.MOST_COMMENTED: ("-comment_count", "-"),
    PostOrder.LAST_COMMENTED: ("-last_commented_at", "-"),
}
"""What each order goes by, and the direction of the key that follows."""

FILED: dict[str, type[Model]] = {"category": PostCategory, "tag": PostTag}
"""What files posts under the terms of a filter."""


def visible(viewer: Viewer) -> QuerySet[Post]:
    """Every post that the viewer may see."""
    return Post.filter(permissions.visible_posts(viewer))


def of_site(viewer: Viewer, filter: Filter | None, order_by: PostOrder) -> QuerySet[Any]:
    """Posts that fit the filter: the published articles unless told. Those of a category or tag are found there."""
    for term, over in FILED.items():
        if filter is not None and getattr(filter, term) is not None:
            return listed(viewer, filter, order_by, over, found_by=term)
    return listed(viewer, filter, order_by)


def listed(
    viewer: Viewer,
    filter: Filter | None,
    order_by: PostOrder,
    over: type[Model] = Post,
    *,
    found_by: str | None = None,
) -> QuerySet[Any]:
    """Posts likewise, as rows of their own or of what files them; of these `found_by` is a term of the filter."""
    status = (filter and filter.status) or PostStatus.PUBLISHED
    kind = (filter and filter.kind) or PostKind.ARTICLE
    posts = over.filter(permissions.posts_of_status(viewer, status), kind=kind)
    if filter is not None:
        posts = posts.filter(**_conditions(filter, "" if over is Post else "post__", found_by))
    column, direction = COLUMNS[order_by]
    return posts.order_by(column, direction + ("id" if over is Post else "post_id"))


def _conditions(filter: Filter, post: str, found_by: str | None) -> dict[str, Any]:
    """What the rows themselves do not have is asked of the post that they lead to, such as where else it is filed."""
    category = "category_id" if found_by == "category" else f"{post}filed__category_id"
    tag = "tag_id" if found_by == "tag" else f"{post}tagged__tag_id"
    given = {
        category: None if filter.category is None else primary_key("category", filter.category),
        tag: None if filter.tag is None else primary_key("tag", filter.tag),
        "author_id": None if filter.author is None else primary_key("user", filter.author),
        f"{post}language": None if filter.language is None else lookups.language(filter.language),
        "published_at__gte": filter.published_from,
        "published_at__lt": filter.published_before,
        f"{post}pinned": filter.pinned,
    }
    return {name: value for name, value in given.items() if value is not None}


def by_id(viewer: Viewer, id_: Any) -> QuerySet[Post]:
    """The visible post with this global id."""
    return visible(viewer).filter(id=primary_key("post", id_))


def by_slug(viewer: Viewer, slug: Any) -> QuerySet[Post]:
    """The visible post that has or once had this slug."""
    return visible(viewer).filter(slugs__slug=lookups.slug(slug))


def by_path(viewer: Viewer, path: Any) -> QuerySet[Post]:
    """The visible post that is or once was at this path."""
    return visible(viewer).filter(aliases__path=lookups.path(path))


def by_page(viewer: Viewer, address: Any) -> QuerySet[Post]:
    """The visible post that stands for the page of another site at this address."""
    return visible(viewer).filter(pages__key=lookups.page(address))


def by_own_path(viewer: Viewer, path: Any) -> QuerySet[Post]:
    """The visible post at this path of the site as it is."""
    return visible(viewer).filter(slugs__slug=lookups.slug(lookups.last_of("posts", path)))


def before(viewer: Viewer) -> QuerySet[Post]:
    """What a post comes after: public ones, the newest first."""
    return Post.filter(permissions.public_posts(viewer)).order_by("-published_at", "-id")


def after(viewer: Viewer) -> QuerySet[Post]:
    """What a post comes before: public ones, the oldest first."""
    return Post.filter(permissions.public_posts(viewer)).order_by("published_at", "id")


def has_neighbours(row: Any, _: Viewer) -> Criterion:
    """Whether the post stands among others: a draft has no date."""
    is_dated: Criterion = row.status != PostStatus.DRAFT.value
    return is_dated


def categories_of(_: Viewer) -> QuerySet[PostCategory]:
    """Where a post is filed, the main category first."""
    return PostCategory.all().order_by("position", "category_id")


def tags_of(_: Viewer) -> QuerySet[PostTag]:
    """A post's tags in the order in which its author gave them."""
    return PostTag.all().order_by("position", "tag_id")


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
    """Where its page is; that of another site's page is there."""
    return functions.Coalesce(row.address, Joined(f"{site.url}/posts/", row.slug))


def feed_cursor(_: Any, __: Viewer) -> Term:
    """The newest event's cursor, as of the statement that reads it."""
    feed = Table("feed")
    return Scalar(Query.from_(feed).select(feed.cursor))


def viewer_can_edit(row: Any, viewer: Viewer) -> Term:
    """What `updatePost` asks."""
    return cast("Term", row.holds(permissions.changeable_posts(viewer)))


def viewer_can_comment(row: Any, viewer: Viewer, policy: AuthPolicy) -> Term:
    """What `addComment` asks of the post."""
    return cast("Term", row.holds(permissions.commentable_posts(viewer, policy)))


async def next_publication(moment: datetime) -> datetime | None:
    """When the next scheduled post comes due after the moment; None when none is scheduled."""
    post = await (
        Post.filter(kind__in=[*PostKind], status=PostStatus.PUBLISHED, published_at__gt=moment, counted=False)
        .order_by("published_at")
        .first()
        .only("published_at")
    )
    return None if post is None else post.published_at
