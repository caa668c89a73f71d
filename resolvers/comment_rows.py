"""Comments and their posts as the verbs take them: first as they are, and then locked."""

from collections.abc import Collection
from datetime import datetime

from models import Comment, Post
from resolvers import counters
from resolvers.due_posts import require_noticed
from resolvers.visibility import SettledComment, settle

POST_COLUMNS = (
    *("id", "status", "published_at", "author_id", "category_id"),
    *("kind", "language", "comments_open", "comment_count", "last_commented_at", "counted"),
    "shown_number",
)


async def comment_and_post(
    comment_id: int, *, locked_at: datetime | None = None
) -> tuple[Comment | None, Post | None]:
    """The comment and its post; locked, as they are now that nobody else writes under that post."""
    found = await Comment.filter(id=comment_id).only("id", "post_id").first()
    post = await commented_post(found.post_id, locked_at=locked_at) if found else None
    comment = await Comment.get_or_none(id=comment_id) if post else None
    if comment is not None and post is not None:
        comment.post = post
    return comment, post


async def commented_post(
    post_id: int, *, locked_at: datetime | None = None, columns: Collection[str] = POST_COLUMNS
) -> Post | None:
    """A post that is commented on; locked, it has been noticed if its time has come."""
    posts = Post.filter(id=post_id).only(*columns)
    if locked_at is None:
        return await posts.first()
    post = await posts.select_for_update(no_key=True).first()
    if post is not None:
        require_noticed(post, locked_at)
    return post


async def settle_thread(comment: Comment) -> list[SettledComment]:
    """What a decision, or the end of a comment, makes of its thread: stored and counted."""
    rows = await settle(comment.id, counters.next_shown(comment.post))
    comment.status = next((row.after for row in rows if row.id == comment.id), comment.status)
    await counters.count_settled(comment.post, rows)
    return rows
