"""Writing into the log."""

from live.feed import event_log
from live.feed.batch import Change, CommentChange
from models import CommentEvent, CommentStatus
from storage import unit_of_work

APPROVED, PENDING = CommentStatus.APPROVED, CommentStatus.PENDING
REJECTED, SPAM = CommentStatus.REJECTED, CommentStatus.SPAM


def change(
    comment_id: int,
    before: CommentStatus | None = None,
    after: CommentStatus | None = CommentStatus.APPROVED,
    *,
    parent_id: int | None = None,
    post_id: int = 1,
    category_id: int = 1,
    author_id: int | None = None,
    moved: bool = False,
) -> CommentChange:
    """A new approved comment of post 1 unless told otherwise."""
    return CommentChange(comment_id, parent_id, post_id, category_id, author_id, before, after, moved)


@unit_of_work
async def write(*changes: Change) -> None:
    """One unit of work that logs the changes."""
    await event_log.append(changes)


async def cursor_of(position: int) -> str:
    """The cursor of the event there."""
    return (await CommentEvent.get(position=position)).cursor
