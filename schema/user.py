"""People."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import argument, lazy

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from models import CommentDecision, Role
from resolvers import feeds
from resolvers.policy import Policy
from resolvers.reads import comments, posts, sessions, users
from resolvers.reads.posts import PostOrder
from schema.feed import FeedLink, links
from schema.filters import PostFilterArgument, PostOrderArgument
from schema.image import Image
from schema.node import Node
from schema.session import Session

if TYPE_CHECKING:
    from schema.comment import Comment
    from schema.post import Post


@compiler.row_type(models.User, prefix="user", visible=users.visible)
@strawberry.type(description="Somebody with an account, or a guest, who has none.")
class User(Node):
    """Somebody with an account, or a guest."""

    username: str | None = compiler.column(
        "The name in addresses: unique, lower case. Null for a guest, who has no page."
    )
    name: str = compiler.column("The name to show.")
    bio: str = compiler.column("A few words about oneself; empty when there are none.")
    website: str | None = compiler.column("An http or https address; null when there is none.")
    avatar: Image | None = compiler.one("A picture of the user; null when there is none.", via="avatar")
    role: Role = compiler.column("What the user may do.")
    created_at: datetime = compiler.column("When the account was made; of a guest, when they first came.")

    @compiler.expression("Whether they have no account: name, website and address are what somebody typed.")
    def is_guest(row: Any, viewer: Viewer) -> bool:
        return users.is_guest(row, viewer)

    @compiler.expression(
        "Only the user and administrators see it; null for anyone else, and for a guest who gave none."
    )
    def email(row: Any, viewer: Viewer) -> str | None:
        return users.email(row, viewer)

    @compiler.connection("What the user wrote.", by="author", offset=True)
    def posts(
        viewer: Viewer,
        filter: PostFilterArgument = strawberry.UNSET,
        order_by: PostOrderArgument = PostOrder.NEWEST,
    ) -> Connection[Annotated["Post", lazy("schema.post")]]:
        return posts.listed(viewer, filter, order_by or PostOrder.NEWEST)

    @compiler.connection("The user's comments, newest first.", by="author")
    def comments(
        viewer: Viewer,
        status: Annotated[
            CommentDecision | None, argument(description="Of this status; as in other lists, unless told.")
        ] = None,
    ) -> Connection[Annotated["Comment", lazy("schema.comment")]]:
        return comments.of_user(viewer, status)

    @compiler.listing("Where one is signed in oneself, the newest first; empty for others.", by="user")
    def sessions(viewer: Viewer) -> list[Session]:
        return sessions.own(viewer)

    @compiler.computed(
        "What the user wrote, as feeds in each format; none of a guest.",
        needs=("username", "name"),
        by_policy=True,
    )
    def feeds(rows: list[dict[str, Any]], _: Viewer, policy: Policy) -> list[list[FeedLink]]:
        return [links(feeds.of_user(row["username"], row["name"]), policy.site) for row in rows]
