"""How a comment ends: it is gone with the empty places that it was the last to need, or leaves one for its replies."""

from dataclasses import replace

from auth.viewer import Viewer
from live.feed.batch import CommentChange
from models import Comment, CommentDecision, CommentRevision, CommentStatus
from resolvers import search_documents
from resolvers.comment_rows import settle_thread
from resolvers.feed_events import changed, settled


async def bury(comment: Comment, viewer: Viewer) -> list[CommentChange]:
    """Leave a tombstone that holds the replies. What waited with it waits no longer: its text is gone."""
    author_id, before = comment.author_id, comment.status
    if comment.decision is CommentDecision.PENDING:
        comment.decision = CommentDecision.APPROVED
    comment.deleted_at, comment.edited_at = viewer.now, None
    comment.author_id, comment.body, comment.body_html = None, "", ""
    await comment.save()
    await CommentRevision.filter(comment_id=comment.id).delete()
    await search_documents.forget_comment(comment)
    rows = [row for row in await settle_thread(comment) if row.id != comment.id]
    buried = replace(changed(comment.post, comment, before, comment.status), author_id=author_id)
    return [*_told_apart(buried), *settled(comment.post, rows)]


def _told_apart(buried: CommentChange) -> list[CommentChange]:
    """A tombstone that waits with its replies is nobody's: moderators see it, and its author sees the comment go."""
    if buried.after is not CommentStatus.PENDING:
        return [buried]
    hidden = CommentStatus.HIDDEN
    return [replace(buried, after=hidden), replace(buried, author_id=None, before=hidden)]


async def remove(comment: Comment) -> list[CommentChange]:
    """Take the comment away, and the tombstones above it that it was the last to need."""
    post, row = comment.post, comment
    changes = []
    while True:
        changes.append(changed(post, row, row.status, None))
        await row.delete()
        above = await Comment.filter(id=row.parent_id).first()
        if above is None or above.deleted_at is None:
            return changes
        if await Comment.filter(parent_id=above.id).exists():
            above.post = post
            return [*changes, *settled(post, await settle_thread(above))]
        row = above
