"""What lists can be narrowed to, and how single things are found."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import ID, UNSET, argument

from models import CommentDecision, DeliveryStatus, LinkbackKind, LinkbackStatus, PostKind, PostStatus, Role
from resolvers.reads.comments import CommentOrder
from resolvers.reads.posts import PostOrder


@strawberry.input(
    description="Which posts; what is left out does not matter, except that status is PUBLISHED and kind ARTICLE then."
)
class PostFilter:
    """Which posts."""

    category: ID | None = strawberry.field(default=UNSET, description="Filed in this category itself.")
    tag: ID | None = strawberry.field(default=UNSET, description="With this tag.")
    author: ID | None = strawberry.field(default=UNSET, description="Written by this user.")
    language: str | None = strawberry.field(
        default=UNSET, description="In this language, the tag as the post has it."
    )
    published_from: datetime | None = strawberry.field(default=UNSET, description="Published then or later.")
    published_before: datetime | None = strawberry.field(default=UNSET, description="Published before then.")
    status: PostStatus | None = strawberry.field(
        default=UNSET,
        description="PUBLISHED unless told. Drafts and scheduled posts: those the viewer may see.",
    )
    kind: PostKind | None = strawberry.field(default=UNSET, description="ARTICLE unless told.")
    pinned: bool | None = strawberry.field(default=UNSET, description="Pinned, or not pinned.")


@strawberry.input(description="Which comments; what is left out does not matter.")
class CommentFilter:
    """Which comments."""

    post: ID | None = strawberry.field(default=UNSET, description="Under this post.")
    author: ID | None = strawberry.field(default=UNSET, description="Written by this user.")
    under: ID | None = strawberry.field(
        default=UNSET, description="This comment and all that hangs under it, at whatever depth."
    )
    status: CommentDecision | None = strawberry.field(
        default=UNSET, description="Approved ones and those pending that the viewer may see, unless told."
    )


@strawberry.input(description="Which linkbacks; what is left out does not matter.")
class LinkbackFilter:
    """Which linkbacks."""

    post: ID | None = strawberry.field(default=UNSET, description="That link to this post.")
    kind: LinkbackKind | None = strawberry.field(default=UNSET, description="By this protocol.")
    status: LinkbackStatus | None = strawberry.field(
        default=UNSET, description="Approved ones, and for moderators those that wait, unless told."
    )


@strawberry.input(description="Which of what was sent; what is left out does not matter.")
class OutgoingLinkbackFilter:
    """Which of what was sent."""

    status: DeliveryStatus | None = strawberry.field(default=UNSET, description="What has become of it.")


@strawberry.input(description="Which accounts; what is left out does not matter.")
class UserFilter:
    """Which accounts."""

    role: Role | None = strawberry.field(default=UNSET, description="With this role, and no other.")
    query: str | None = strawberry.field(
        default=UNSET,
        description="With this text in the user name or the name to show, for administrators also in the e-mail "
        "address. Capital letters from A to Z make no difference.",
    )


@strawberry.input(one_of=True, description="How to find a post.")
class PostBy:
    """How to find a post."""

    id: ID | None = strawberry.field(default=UNSET, description="Its global id.")
    slug: str | None = strawberry.field(default=UNSET, description="Its slug, or one that it had.")
    path: str | None = strawberry.field(
        default=UNSET, description="A path of the old site, such as /2008/02/03/poutine/ or /?p=18."
    )
    url: str | None = strawberry.field(
        default=UNSET,
        description="The address of a page of another site, whose conversation is here: null until it has begun.",
    )


@strawberry.input(one_of=True, description="How to find a category.")
class CategoryBy:
    """How to find a category."""

    id: ID | None = strawberry.field(default=UNSET, description="Its global id.")
    slug: str | None = strawberry.field(default=UNSET, description="Its slug.")


@strawberry.input(one_of=True, description="How to find a tag.")
class TagBy:
    """How to find a tag."""

    id: ID | None = strawberry.field(default=UNSET, description="Its global id.")
    slug: str | None = strawberry.field(default=UNSET, description="Its slug.")


@strawberry.input(one_of=True, description="How to find a user.")
class UserBy:
    """How to find a user."""

    id: ID | None = strawberry.field(default=UNSET, description="The global id.")
    username: str | None = strawberry.field(default=UNSET, description="The user name.")


PostFilterArgument = Annotated[PostFilter | None, argument(description="Which posts.")]
PostOrderArgument = Annotated[PostOrder | None, argument(description="In which order.")]
CommentOrderArgument = Annotated[CommentOrder | None, argument(description="In which order.")]
