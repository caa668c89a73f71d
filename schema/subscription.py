"""What can be listened to."""

from typing import Annotated, Any

import strawberry
from graphql import GraphQLError
from strawberry import ID, argument

import compiler
from auth.viewer import Viewer
from compiler import Row
from live import Topic
from live.feed import events
from resolvers.ids import global_id, primary_key
from schema.comment import Comment
from schema.linkback import Linkback
from schema.post import Post


@strawberry.interface(
    description="Something that happened to a comment or a linkback, or to the feed itself: FeedReset."
)
class FeedEvent:
    """Something that happened."""

    cursor: str = strawberry.field(description="Pass the last one you saw to commentFeed(after:).")


@strawberry.type(
    description="A comment that was not visible before: written, approved, or its post published."
)
class CommentAdded(FeedEvent):
    """A comment that was not visible before."""

    comment: Comment = strawberry.field(description="The comment as it is now.")


@strawberry.type(description="A comment that was visible before and still is, changed.")
class CommentEdited(FeedEvent):
    """A comment that changed."""

    comment: Comment = strawberry.field(description="The comment as it is now.")


@strawberry.type(description="Deleted, rejected, or hidden: take it off the page.")
class CommentRemoved(FeedEvent):
    """A comment that is not visible any more."""

    comment_id: ID = strawberry.field(description="The comment that was there.")
    parent_id: ID | None = strawberry.field(description="The comment that it replied to; null at the top.")
    post_id: ID = strawberry.field(description="The post that it was under.")
    post: Post | None = strawberry.field(
        description="The post as it is now, its `commentCount` included; null when it is no longer visible."
    )


@strawberry.type(
    description="A page elsewhere that links to a post, and that was not visible before. Moderators see one that waits."
)
class LinkbackAdded(FeedEvent):
    """A linkback that was not visible before."""

    linkback: Linkback = strawberry.field(description="The linkback as it is now.")


@strawberry.type(
    description="Of a linkback that was visible before and still is, another status. Only moderators are told: one "
    "that waited was approved, or waits again."
)
class LinkbackEdited(FeedEvent):
    """A linkback that something else was decided about."""

    linkback: Linkback = strawberry.field(description="The linkback as it is now.")


@strawberry.type(description="Deleted, rejected, or hidden: take it off the page.")
class LinkbackRemoved(FeedEvent):
    """A linkback that is not visible any more."""

    linkback_id: ID = strawberry.field(description="The linkback that was there.")
    post_id: ID = strawberry.field(description="The post that it led to.")


@strawberry.type(
    description="The cursor is older than the log, or from a restored database: fetch the list again and go on "
    "from this cursor."
)
class FeedReset(FeedEvent):
    """The cursor leads nowhere."""


EVENTS = (
    CommentAdded,
    CommentEdited,
    CommentRemoved,
    LinkbackAdded,
    LinkbackEdited,
    LinkbackRemoved,
    FeedReset,
)
"""What `commentFeed` gives, for the schema: nothing else mentions them."""

OfPost = Annotated[ID | None, argument(description="Only under this post.")]
OfCategory = Annotated[ID | None, argument(description="Only under posts of this category itself.")]


def _comment(event: events.CommentAdded | events.CommentEdited) -> Row:
    return Row("Comment", event.comment_id)


def _linkback_event(event: events.LinkbackAdded | events.LinkbackEdited) -> FeedEvent:
    linkback: Any = Row("Linkback", event.linkback_id)
    if isinstance(event, events.LinkbackAdded):
        return LinkbackAdded(cursor=event.cursor, linkback=linkback)
    return LinkbackEdited(cursor=event.cursor, linkback=linkback)


def _event(event: events.FeedEvent) -> FeedEvent:
    match event:
        case events.CommentAdded():
            return CommentAdded(cursor=event.cursor, comment=_comment(event))  # type: ignore[arg-type]
        case events.CommentEdited():
            return CommentEdited(cursor=event.cursor, comment=_comment(event))  # type: ignore[arg-type]
        case events.CommentRemoved():
            return CommentRemoved(
                cursor=event.cursor,
                comment_id=ID(global_id("comment", event.comment_id)),
                parent_id=None if event.parent_id is None else ID(global_id("comment", event.parent_id)),
                post_id=ID(global_id("post", event.post_id)),
                post=Row("Post", event.post_id),  # type: ignore[arg-type]
            )
        case events.LinkbackAdded() | events.LinkbackEdited():
            return _linkback_event(event)
        case events.LinkbackRemoved():
            return LinkbackRemoved(
                cursor=event.cursor,
                linkback_id=ID(global_id("linkback", event.linkback_id)),
                post_id=ID(global_id("post", event.post_id)),
            )
        case events.FeedReset():
            return FeedReset(cursor=event.cursor)


def _known(prefix: str, id_: str | None) -> int | None:
    if id_ is None:
        return None
    if not (number := primary_key(prefix, id_)):
        raise GraphQLError(f'"{id_[:40]}" is not the id of a {prefix}', extensions={"code": "BAD_USER_INPUT"})
    return int(number)


@strawberry.type(description="What can be listened to, over graphql-transport-ws and as event streams.")
class Subscription:
    """What can be listened to."""

    @compiler.topic(
        "New comments, the plain way: of one post, of one category, or of the whole site. What comes while a client is "
        "away is missed: commentFeed goes on where it was.",
        present=_comment,
    )
    def comment_added(
        viewer: Viewer, post: OfPost = strawberry.UNSET, category: OfCategory = strawberry.UNSET
    ) -> Comment:
        return Topic("added", _known("post", post), _known("category", category))

    @compiler.topic(
        "Everything that happens to comments, in order, each event exactly once. With after it first replays what was "
        "missed, then goes live.",
        present=_event,
    )
    def comment_feed(
        viewer: Viewer,
        post: OfPost = strawberry.UNSET,
        category: OfCategory = strawberry.UNSET,
        after: Annotated[
            str | None, argument(description="The cursor of the last event that was seen.")
        ] = strawberry.UNSET,
        linkbacks: Annotated[
            bool | None,
            argument(
                description="Also what happens to linkbacks: LinkbackAdded, LinkbackEdited, LinkbackRemoved."
            ),
        ] = False,
    ) -> FeedEvent:
        return Topic("feed", _known("post", post), _known("category", category), after, bool(linkbacks))
