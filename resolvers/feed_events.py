"""What the verbs tell the log of the comment feed. It is the last thing that a unit of work does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from live.feed import event_log
from live.feed.batch import Batch, Change, CommentChange
from models import Comment, CommentStatus, Linkback, LinkbackStatus, Post
from resolvers.visibility import SHOWN, SettledComment
from storage import dialect, execute

TOLD_LINKBACKS = {
    LinkbackStatus.PENDING: CommentStatus.PENDING,
    LinkbackStatus.APPROVED: CommentStatus.APPROVED,
}
"""What somebody sees, and how the log says it; of all others it says nothing."""


async def announce(post: Post, changes: Sequence[CommentChange]) -> None:
    """Tell what has become of comments, as the last thing in a unit of work; nothing under a post that is not public.

    What is there when the post becomes public is told then, by `appeared`.
    """
    if post.counted:
        await event_log.append(changes)


def changed(
    post: Post, comment: Comment | SettledComment, before: CommentStatus | None, after: CommentStatus | None
) -> CommentChange:
    """A comment's status before and after; None where it did not exist or does no longer."""
    return CommentChange(
        comment_id=comment.id,
        parent_id=comment.parent_id,
        post_id=post.id,
        category_id=post.category_id,
        author_id=comment.author_id,
        before=before,
        after=after,
    )


def linkback_changed(
    post: Post, linkback: Linkback, before: LinkbackStatus | None, after: LinkbackStatus | None
) -> list[CommentChange]:
    """A linkback's status before and after; None where it is not there. Nothing if nobody ever saw it."""
    was, is_now = (TOLD_LINKBACKS.get(status) if status else None for status in (before, after))
    if was is is_now:
        return []
    change = CommentChange(0, None, post.id, post.category_id, None, was, is_now, linkback_id=linkback.id)
    return [change]


def settled(post: Post, rows: Iterable[SettledComment]) -> list[CommentChange]:
    """What a decision has made of the comments of a thread."""
    return [changed(post, row, row.before, row.after) for row in rows]


async def appeared(post: Post) -> Sequence[Change]:
    """A post has become public, and its comments and linkbacks with it."""
    return await _shown(post, post.category_id, appear=True)


async def updated(post: Post, category_id: int | None) -> Sequence[Change]:
    """A post has been changed that was public in that category; None: it was not."""
    if category_id is None:
        return await appeared(post) if post.counted else []
    if not post.counted:
        return await vanished(post, category_id)
    return [] if post.category_id == category_id else await moved(post, category_id)


async def moved(post: Post, category_id: int) -> Sequence[Change]:
    """A public post has moved from that category, and its comments and linkbacks with it."""
    left = await _shown(post, category_id, appear=False)
    come = await _shown(post, post.category_id, appear=True)
    return [replace(batch, moved=True) for batch in (*left, *come)]


async def vanished(post: Post, category_id: int) -> Sequence[Change]:
    """A post that was public in that category is no longer, or is about to be deleted."""
    return await _shown(post, category_id, appear=False)


_STATUSES = ", ".join(f"'{status}'" for status in SHOWN)
_TOLD = ", ".join(f"'{status}'" for status in TOLD_LINKBACKS)
_COMMENTS = """
SELECT id, parent_id, author_id, status, NULL AS linkback_id FROM comments
WHERE post_id = {post_id:d} AND status IN ({statuses}) ORDER BY created_at, id"""
_LINKBACKS = """
SELECT 0 AS id, NULL AS parent_id, NULL AS author_id, status, id AS linkback_id FROM linkbacks
WHERE post_id = {post_id:d} AND status IN ({told}) ORDER BY received_at, linkbacks.id"""
_SHOWN = "SELECT COUNT(*), {array} FROM ({rows}) AS shown"
_ARRAYS = {
    "sqlite": "json_group_array(json_array(id, parent_id, author_id, {before}, {after}, linkback_id))",
    "postgresql": "COALESCE(json_agg(json_build_array(id, parent_id, author_id, {before}, {after}, linkback_id)), '[]')"
    "::text",
}


async def _shown(post: Post, category_id: int, *, appear: bool) -> list[Batch]:
    """Its comments, and its linkbacks."""
    before, after = ("NULL", "status") if appear else ("status", "NULL")
    array = _ARRAYS[dialect()].format(before=before, after=after)
    shown = []
    for rows in (_COMMENTS, _LINKBACKS):
        of_post = rows.format(post_id=post.id, statuses=_STATUSES, told=_TOLD)
        ((count, found),) = await execute(_SHOWN.format(array=array, rows=of_post))
        shown.append(Batch(post.id, category_id, count, found))
    return shown
