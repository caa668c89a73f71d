"""The archive by year and month, in the site's time zone."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import lazy

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from resolvers.policy import Policy
from resolvers.reads import archive, posts
from resolvers.reads.posts import PostOrder
from schema.filters import PostFilter, PostOrderArgument

if TYPE_CHECKING:
    from schema.post import Post

COUNT = "How many of its posts fit the archive's filter; at least one does."


@compiler.row_type(models.ArchiveMonth, prefix="archivemonth", visible=archive.months)
@strawberry.type(description="A month in which there are posts.")
class ArchiveMonth:
    """A month in which there are posts."""

    year: int = compiler.column("Its year.", name="year_id")
    month: int = compiler.column("From 1 for January to 12 for December.")

    @compiler.expression(COUNT, inherits=("filter",), counts=True)
    def post_count(row: Any, viewer: Viewer, filter: PostFilter | None) -> int:
        return archive.post_count(row, viewer, filter)

    from_: datetime = compiler.column(
        "When it begins in the site's time zone: `publishedFrom` of a filter.",
        name="starts_at",
        shown_as="from",
    )
    before: datetime = compiler.column(
        "When the next one does: `publishedBefore` of a filter.", name="ends_at"
    )

    @compiler.expression(
        "Where the month's page is: the site's url and, say, /2024/03.",
        by_policy=True,
    )
    def url(row: Any, _: Viewer, policy: Policy) -> str:
        return archive.url(row, policy.site)

    @compiler.connection(
        "The month's posts that fit the archive's filter.",
        within=archive.WITHIN,
        inherits=("filter",),
        offset=True,
        through="post",
    )
    def posts(
        viewer: Viewer, filter: PostFilter | None, order_by: PostOrderArgument = PostOrder.NEWEST
    ) -> Connection[Annotated["Post", lazy("schema.post")]]:
        return posts.of_site(viewer, filter, order_by or PostOrder.NEWEST)


@compiler.row_type(models.ArchiveYear, prefix="archiveyear", visible=archive.years)
@strawberry.type(description="A year in which there are posts.")
class ArchiveYear:
    """A year in which there are posts."""

    year: int = compiler.column("Its number.", name="id")

    @compiler.expression(COUNT, inherits=("filter",), counts=True)
    def post_count(row: Any, viewer: Viewer, filter: PostFilter | None) -> int:
        return archive.post_count(row, viewer, filter)

    @compiler.listing(
        "Its months in which there are posts, the newest first.",
        by="year",
        at_most=12,
        inherits=("filter",),
        having=archive.has_posts,
    )
    def months(viewer: Viewer, filter: PostFilter | None) -> list[ArchiveMonth]:  # noqa: ARG002 - for `having`
        return archive.months(viewer)
