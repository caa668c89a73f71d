"""What subscribers are told, and what an event of the log means for one of them.

For a viewer of the feed a comment is there when it is approved, or pending and the viewer is a moderator or
its author. An event that changes whether it is there adds or removes it; one that leaves it there edits it.
Linkbacks are told of to those who have asked for them: pending ones to moderators alone, as of comments.
"""

from dataclasses import dataclass

from live.feed.event_log import LoggedEvent
from models import CommentStatus


@dataclass(frozen=True, slots=True)
class CommentAdded:
    """There is a comment that was not there before: written, approved, or restored."""

    cursor: str
    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentEdited:
    """A comment that was there is still there and different; becoming a tombstone is that too."""

    cursor: str
    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentRemoved:
    """A comment that was there is not there any more."""

    cursor: str
    comment_id: int
    post_id: int
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class LinkbackAdded:
    """There is a linkback that was not there before."""

    cursor: str
    linkback_id: int


@dataclass(frozen=True, slots=True)
class LinkbackEdited:
    """A linkback that was there is still there, and something else was decided about it."""

    cursor: str
    linkback_id: int


@dataclass(frozen=True, slots=True)
class LinkbackRemoved:
    """A linkback that was there is not there any more."""

    cursor: str
    linkback_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class FeedReset:
    """What happened since the subscriber's cursor is not known: fetch again and go on from this one."""

    cursor: str


LinkbackEvent = LinkbackAdded | LinkbackEdited | LinkbackRemoved
FeedEvent = CommentAdded | CommentEdited | CommentRemoved | LinkbackEvent | FeedReset


def meaning(
    event: LoggedEvent, *, trusted: bool
) -> CommentAdded | CommentEdited | CommentRemoved | LinkbackEvent | None:
    """What the event is to a viewer; None for nothing. Moderators and the comment's author are `trusted`."""
    if event.linkback_id is not None:
        return _of_linkback(event, event.linkback_id, trusted)
    before, after = _there(event.status_before, trusted), _there(event.status_after, trusted)
    if after:
        return (CommentEdited if before else CommentAdded)(event.cursor, event.comment_id)
    if before:
        return CommentRemoved(event.cursor, event.comment_id, event.post_id, event.parent_id)
    return None


def _of_linkback(event: LoggedEvent, linkback_id: int, trusted: bool) -> LinkbackEvent | None:
    """Without a decision there is nothing new: words that change are no event."""
    before, after = _there(event.status_before, trusted), _there(event.status_after, trusted)
    if after and event.status_before != event.status_after:
        return (LinkbackEdited if before else LinkbackAdded)(event.cursor, linkback_id)
    if before and not after:
        return LinkbackRemoved(event.cursor, linkback_id, event.post_id)
    return None


def _there(status: str | None, trusted: bool) -> bool:
    return status == CommentStatus.APPROVED or (trusted and status == CommentStatus.PENDING)
