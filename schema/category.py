"""Categories."""

from typing import TYPE_CHECKING, Annotated, Any, Optional

import strawberry
from strawberry import lazy

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from models import PostCategory
from resolvers import feeds
from resolvers.policy import Policy
from resolvers.reads import categories, posts
from resolvers.reads.posts import PostOrder
from schema.feed import FeedLink, links
from schema.filters import PostFilterArgument, PostOrderArgument
from schema.node import Node

if TYPE_CHECKING:
    from schema.post import Post


@compiler.row_type(models.Category, prefix="category", visible=categories.visible)
@strawberry.type(description="A place in the menu where posts are filed.")
class Category(Node):
    """A place in the menu where posts are filed."""

    slug: str = compiler.column("The name in addresses.")
    name: str = compiler.column("The name to show.")
    description: str = compiler.column("What the category is about, in plain text; may be empty.")
    parent: Optional["Category"] = compiler.one("The category above it; null at the top.", via="parent")

    @compiler.listing("Sub-categories in their menu order.", by="parent", at_most=1000)
    def children(viewer: Viewer) -> list["Category"]:
        return categories.children(viewer)

    @compiler.expression("Published articles in this category itself.")
    def post_count(row: Any, viewer: Viewer) -> int:
        return categories.post_count(row, viewer)

    @compiler.connection(
        "Posts in this category itself, whether it is their main one or another.",
        by="category",
        offset=True,
        over=PostCategory,
        through="post",
    )
    def posts(
        viewer: Viewer,
        filter: PostFilterArgument = strawberry.UNSET,
        order_by: PostOrderArgument = PostOrder.NEWEST,
    ) -> Connection[Annotated["Post", lazy("schema.post")]]:
        return posts.listed(viewer, filter, order_by or PostOrder.NEWEST, PostCategory)

    @compiler.computed("The posts in it, as feeds in each format.", needs=("slug", "name"), by_policy=True)
    def feeds(rows: list[dict[str, Any]], _: Viewer, policy: Policy) -> list[list[FeedLink]]:
        return [links(feeds.of_category(row["slug"], row["name"]), policy.site) for row in rows]
