"""What the verbs tell the log of the comment feed. It is the last thing that a unit of work does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from live import log
from live.log import CommentChange
from models import Comment, CommentStatus, Post
from resolvers.visibility import SHOWN, Settled


async def announce(post: Post, changes: Sequence[CommentChange]) -> None:
    """Tell what has become of comments, as the last thing in a unit of work; nothing under a post that is not public.

    What is there when the post becomes public is told then, by `appeared`.
    """
    if post.counted:
        await log.append(changes)


def changed(
    post: Post, comment: Comment | Settled, before: CommentStatus | None, after: CommentStatus | None
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


def settled(post: Post, rows: Iterable[Settled]) -> list[CommentChange]:
    """What a decision has made of the comments of a thread."""
    return [changed(post, row, row.before, row.after) for row in rows]


async def appeared(post: Post) -> list[CommentChange]:
    """A post has become public, and its comments with it."""
    return [changed(post, comment, None, comment.status) for comment in await _shown(post)]


async def updated(post: Post, category_id: int | None) -> list[CommentChange]:
    """A post has been changed that was public in that category; None: it was not."""
    if category_id is None:
        return await appeared(post) if post.counted else []
    if not post.counted:
        return await vanished(post, category_id)
    return [] if post.category_id == category_id else await moved(post, category_id)


async def moved(post: Post, category_id: int) -> list[CommentChange]:
    """A public post has moved from that category, and its comments with it."""
    comments = await _shown(post)
    gone = [changed(post, comment, comment.status, None) for comment in comments]
    come = [changed(post, comment, None, comment.status) for comment in comments]
    left = [replace(change, category_id=category_id) for change in gone]
    return [replace(change, moved=True) for change in (*left, *come)]


async def vanished(post: Post, category_id: int) -> list[CommentChange]:
    """A post that was public in that category is no longer, or is about to be deleted."""
    gone = [changed(post, comment, comment.status, None) for comment in await _shown(post)]
    return [replace(change, category_id=category_id) for change in gone]


async def _shown(post: Post) -> list[Comment]:
    comments = Comment.filter(post_id=post.id, status__in=SHOWN).order_by("created_at", "id")
    return await comments.only("id", "parent_id", "author_id", "status")
