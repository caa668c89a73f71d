"""Writing comments: add, edit, delete, decide.

Each verb locks the post first, so all that happens under one post happens one after the other: counters,
threads and the log agree on every database.

What takes time (rendering) comes before the transaction, and what refuses comes before that: everything is asked
once of the rows as they are, to waste no time on what will be refused, and again of the locked ones.
"""

from datetime import datetime

from auth import permissions, throttle
from auth.viewer import Viewer
from live import log
from live.log import CommentChange
from models import Comment, CommentStatus, Post
from resolvers import counters
from resolvers.announcements import changed
from resolvers.bodies import COMMENTS, rendered
from resolvers.errors import CommentsClosed, InvalidInput
from resolvers.fields import Checks
from resolvers.ids import key
from resolvers.markdown import render_comment
from resolvers.policy import Moderation, Policy
from resolvers.publication import noticing, require_noticed
from storage import unit_of_work

Written = tuple[str, str]
"""A body and its HTML."""

POST_COLUMNS = (
    *("id", "status", "published_at", "author_id", "category_id"),
    *("comments_open", "comment_count", "last_commented_at", "counted"),
)


async def add_comment(
    viewer: Viewer, policy: Policy, *, post: str, body: str, parent: str | None = None
) -> int:
    """Comment on a public post, or reply to an approved comment under it; the comment's id.

    Raises NotSignedIn, InvalidInput (body, parent), NotFound, NotAllowed, CommentsClosed, TooManyRequests.
    """
    author_id = permissions.require_signed_in(viewer)
    body = _checked(body, policy)
    post_id = key("post", post)
    async with throttle.room_for_comment(author_id, viewer.now):
        await _place(viewer, policy, await _post(post_id), parent)
        return await _add(viewer, policy, post_id, parent, await _written(body, policy))


async def edit_comment(viewer: Viewer, policy: Policy, comment_id: str, body: str) -> int:
    """Give a comment another text; its id.

    Raises NotSignedIn, InvalidInput (body), NotFound, NotAllowed, TooManyRequests.
    """
    author_id = permissions.require_signed_in(viewer)
    body = _checked(body, policy)
    id_: int = key("comment", comment_id)
    stored = permissions.require_may_edit_comment(viewer, *await _found(id_))
    if body == stored.body:
        return id_
    async with throttle.room_for_comment(author_id, viewer.now):
        return await _edit(viewer, policy, id_, await _written(body, policy))


@noticing
@unit_of_work
async def delete_comment(viewer: Viewer, comment_id: str) -> None:
    """Delete a comment; one with replies leaves a tombstone. Raises NotSignedIn, NotFound, NotAllowed."""
    found = await _found(key("comment", comment_id), locked_at=viewer.now)
    comment = permissions.require_may_delete_comment(viewer, *found)
    was_counted = counters.is_counted(comment)
    has_replies = await Comment.filter(parent_id=comment.id).exists()
    changes = await (_bury(comment, viewer) if has_replies else _remove(comment))
    if was_counted:
        await counters.uncount_comment(comment.post, comment)
    await log.append(changes)


@noticing
@unit_of_work
async def set_comment_status(viewer: Viewer, comment_id: str, status: CommentStatus) -> int:
    """Decide about a comment; its id. Raises NotSignedIn, NotFound, NotAllowed."""
    found = await _found(key("comment", comment_id), locked_at=viewer.now)
    comment = permissions.require_may_decide_comment(viewer, *found)
    if status is not comment.status:
        before, comment.status = comment.status, status
        await _store(comment, before)
    return int(comment.id)


@noticing
@unit_of_work
async def _add(viewer: Viewer, policy: Policy, post_id: int, parent: str | None, written: Written) -> int:
    post, above = await _place(viewer, policy, await _post(post_id, locked_at=viewer.now), parent)
    author_id = permissions.require_signed_in(viewer)
    await throttle.count_comment(author_id, viewer.now)
    body, body_html = written
    comment = await Comment.create(
        post_id=post.id,
        author_id=author_id,
        parent_id=above and above.id,
        depth=above.depth + 1 if above else 0,
        body=body,
        body_html=body_html,
        status=CommentStatus.APPROVED if _is_trusted(viewer, policy) else CommentStatus.PENDING,
        created_at=viewer.now,
    )
    if counters.is_counted(comment):
        await counters.count_comment(post, comment)
    await log.append([changed(post, comment, None, comment.status)])
    return int(comment.id)


async def _place(
    viewer: Viewer, policy: Policy, found: Post | None, parent: str | None
) -> tuple[Post, Comment | None]:
    """The post and the comment that a new one goes under, if it may."""
    post = permissions.require_may_comment(viewer, found)
    above = None if parent is None else await _parent(viewer, policy, post, key("comment", parent))
    if not post.comments_open:
        raise CommentsClosed
    return post, above


async def _parent(viewer: Viewer, policy: Policy, post: Post, parent_id: int) -> Comment:
    parent = await Comment.filter(id=parent_id, post_id=post.id).first()
    parent = permissions.require_may_reply(viewer, parent, post)
    if parent.depth >= policy.deepest_reply:
        raise InvalidInput([("parent", f"Replies are nested up to {policy.deepest_reply} levels deep.")])
    return parent


@noticing
@unit_of_work
async def _edit(viewer: Viewer, policy: Policy, id_: int, written: Written) -> int:
    comment = permissions.require_may_edit_comment(viewer, *await _found(id_, locked_at=viewer.now))
    body, body_html = written
    if body == comment.body:
        return id_
    await throttle.count_comment(permissions.require_signed_in(viewer), viewer.now)
    before = comment.status
    comment.body, comment.body_html, comment.edited_at = body, body_html, viewer.now
    if before is CommentStatus.APPROVED and not _is_trusted(viewer, policy):
        comment.status = CommentStatus.PENDING
    await _store(comment, before)
    return id_


async def _store(comment: Comment, before: CommentStatus) -> None:
    """Save a comment whose text or status has changed, count it anew and announce it."""
    await comment.save(update_fields=["body", "body_html", "edited_at", "status"])
    if comment.status is not before:
        if before is CommentStatus.APPROVED:
            await counters.uncount_comment(comment.post, comment)
        elif comment.status is CommentStatus.APPROVED:
            await counters.count_comment(comment.post, comment)
    await log.append([changed(comment.post, comment, before, comment.status)])


async def _bury(comment: Comment, viewer: Viewer) -> list[CommentChange]:
    """Leave a tombstone that holds the replies; it is no more visible than the comment was."""
    waited = comment.status is CommentStatus.PENDING
    after = CommentStatus.REJECTED if waited else comment.status
    buried = changed(comment.post, comment, comment.status, after)
    comment.status, comment.deleted_at, comment.edited_at = after, viewer.now, None
    comment.author_id, comment.body, comment.body_html = None, "", ""
    await comment.save()
    return [buried]


async def _remove(comment: Comment) -> list[CommentChange]:
    """Take the comment away, and the tombstones above it that it was the last to need."""
    post, row = comment.post, comment
    changes = []
    while True:
        changes.append(changed(post, row, row.status, None))
        await row.delete()
        above = await Comment.filter(id=row.parent_id, deleted_at__isnull=False).first()
        if above is None or await Comment.filter(parent_id=above.id).exists():
            return changes
        row = above


def _is_trusted(viewer: Viewer, policy: Policy) -> bool:
    """Whether what the viewer writes is public without anybody's decision."""
    return viewer.is_moderator or policy.moderation is Moderation.AFTER


def _checked(body: str, policy: Policy) -> str:
    checks = Checks()
    body = checks.paragraphs("body", body, longest=policy.longest_comment)
    checks.conclude()
    return body


async def _written(body: str, policy: Policy) -> Written:
    result = await COMMENTS.run(rendered, render_comment, body, longest=policy.longest_comment)
    return body, result.html


async def _found(comment_id: int, *, locked_at: datetime | None = None) -> tuple[Comment | None, Post | None]:
    """The comment and its post; locked, as they are now that nobody else writes under that post."""
    found = await Comment.filter(id=comment_id).only("id", "post_id").first()
    post = await _post(found.post_id, locked_at=locked_at) if found else None
    comment = await Comment.get_or_none(id=comment_id) if post else None
    if comment is not None and post is not None:
        comment.post = post
    return comment, post


async def _post(post_id: int, *, locked_at: datetime | None = None) -> Post | None:
    posts = Post.filter(id=post_id).only(*POST_COLUMNS)
    if locked_at is None:
        return await posts.first()
    post = await posts.select_for_update(no_key=True).first()
    if post is not None:
        require_noticed(post, locked_at)
    return post
