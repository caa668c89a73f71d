"""Tags."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import lazy

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from models import PostTag
from resolvers import feeds
from resolvers.policy import Policy
from resolvers.reads import posts, tags
from resolvers.reads.posts import PostOrder
from schema.feed import FeedLink, links
from schema.filters import PostFilterArgument, PostOrderArgument
from schema.node import Node

if TYPE_CHECKING:
    from schema.post import Post


@compiler.row_type(models.Tag, prefix="tag", visible=tags.visible)
@strawberry.type(description="A label that authors give to posts.")
class Tag(Node):
    """A label that authors give to posts."""

    slug: str = compiler.column("The name in addresses.")
    name: str = compiler.column("The name to show.")

    @compiler.expression("Published articles with this tag.")
    def post_count(row: Any, viewer: Viewer) -> int:
        return tags.post_count(row, viewer)

    @compiler.expression(
        "Where the tag's page is: the site's url, /tags/ and the slug.",
        by_policy=True,
    )
    def url(row: Any, _: Viewer, policy: Policy) -> str:
        return tags.url(row, policy.site)

    @compiler.connection("Posts with this tag.", by="tag", offset=True, over=PostTag, through="post")
    def posts(
        viewer: Viewer,
        filter: PostFilterArgument = strawberry.UNSET,
        order_by: PostOrderArgument = PostOrder.NEWEST,
    ) -> Connection[Annotated["Post", lazy("schema.post")]]:
        return posts.listed(viewer, filter, order_by or PostOrder.NEWEST, PostTag)

    @compiler.computed("The posts with it, as feeds in each format.", needs=("slug", "name"), by_policy=True)
    def feeds(rows: list[dict[str, Any]], _: Viewer, policy: Policy) -> list[list[FeedLink]]:
        return [links(feeds.of_tag(row["slug"], row["name"]), policy.site) for row in rows]
