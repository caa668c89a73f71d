"""Writing comments: add, edit, delete, decide.

Each verb locks the post first, so all that happens under one post happens one after the other: counters,
threads and the log agree on every database.

What takes time (rendering) comes before the transaction, and what refuses comes before that: everything is asked
once of the rows as they are, to waste no time on what will be refused, and again of the locked ones.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from auth import permissions, throttle
from auth.viewer import Viewer
from live.feed.batch import CommentChange
from models import Comment, CommentDecision, CommentStatus, Post
from models.errors import CommentsClosed, NotFound
from resolvers import counters
from resolvers.conflicts import retry_on_conflict
from resolvers.due_posts import publishing_due_posts, require_noticed
from resolvers.feed_events import announce, changed, settled
from resolvers.idempotency import IdempotentRequest
from resolvers.ids import primary_key
from resolvers.markdown import render_comment
from resolvers.policy import Moderation, Policy
from resolvers.rendering import COMMENTS, rendered
from resolvers.validation import Validator
from resolvers.visibility import SHOWN, SettledComment, settle
from runtime.fair_queue import Client
from storage import unit_of_work

Written = tuple[str, str]
"""A body and its HTML."""

POST_COLUMNS = (
    *("id", "status", "published_at", "author_id", "category_id"),
    *("kind", "comments_open", "comment_count", "last_commented_at", "counted"),
)


class AddedComment(NamedTuple):
    """A comment that has been written: its id, and its place in lists by time."""

    id: int
    created_at: datetime


async def add_comment(
    viewer: Viewer,
    policy: Policy,
    *,
    post: str,
    body: str,
    parent: str | None = None,
    key: str | None = None,
) -> AddedComment:
    """Comment on a public post, or reply to an approved comment under it.

    Asked again with the same idempotency key, it answers with the comment that it wrote the first time.
    Raises NotSignedIn, InvalidInput (body, parent, key), NotFound, NotAllowed, CommentsClosed, TooManyRequests.
    """
    author_id = permissions.require_signed_in(viewer)
    sent = {"post": post, "body": body, "parent": parent}
    request = IdempotentRequest.of("addComment", author_id, key, sent, viewer.now)
    if (made := await request.made()) is not None:
        return await _written_before(viewer, made)
    body = _checked(body, policy)
    post_id = primary_key("post", post)
    async with throttle.room_for_comment(policy.auth.comments, author_id, viewer.now):
        await _place(viewer, policy, await _post(post_id), parent)
        return await _add(viewer, policy, post_id, parent, await _written(viewer, body, policy), request)


async def edit_comment(viewer: Viewer, policy: Policy, comment_id: str, body: str) -> int:
    """Give a comment another text; its id.

    Raises NotSignedIn, InvalidInput (body), NotFound, NotAllowed, TooManyRequests.
    """
    author_id = permissions.require_signed_in(viewer)
    body = _checked(body, policy)
    id_: int = primary_key("comment", comment_id)
    stored = permissions.require_may_edit_comment(viewer, policy.auth, *await _found(id_))
    if body == stored.body:
        return id_
    async with throttle.room_for_comment(policy.auth.comments, author_id, viewer.now):
        return await _edit(viewer, policy, id_, await _written(viewer, body, policy))


@publishing_due_posts
@unit_of_work
async def delete_comment(viewer: Viewer, comment_id: str) -> int | None:
    """Delete a comment; the id of the tombstone that it left for its replies, if somebody sees it.

    Raises NotSignedIn, NotFound, NotAllowed.
    """
    found = await _found(primary_key("comment", comment_id), locked_at=viewer.now)
    comment = permissions.require_may_delete_comment(viewer, *found)
    was_counted = counters.is_counted(comment)
    has_replies = await Comment.filter(parent_id=comment.id).exists()
    changes = await (_bury(comment, viewer) if has_replies else _remove(comment))
    if was_counted:
        await counters.uncount_comment(comment.post, comment)
    await announce(comment.post, changes)
    stays = (
        has_replies and comment.status in SHOWN and permissions.sees_comment(viewer, comment, comment.post)
    )
    return int(comment.id) if stays else None


@publishing_due_posts
@unit_of_work
async def set_comment_status(viewer: Viewer, comment_id: str, decision: CommentDecision) -> int:
    """Decide about a comment; its id. Raises NotSignedIn, NotFound, NotAllowed."""
    found = await _found(primary_key("comment", comment_id), locked_at=viewer.now)
    comment = permissions.require_may_decide_comment(viewer, *found)
    if decision is not comment.decision:
        comment.decision = decision
        await comment.save(update_fields=["decision"])
        await announce(comment.post, settled(comment.post, await _settle(comment)))
    return int(comment.id)


async def _written_before(viewer: Viewer, comment_id: int) -> AddedComment:
    """The comment that a request has made already, if its author can still see it."""
    comment, post = await _found(comment_id)
    if comment is None or post is None or not permissions.sees_comment(viewer, comment, post):
        raise NotFound("The comment that this key stands for is no longer there.")
    return AddedComment(comment.id, comment.created_at)


@retry_on_conflict
@publishing_due_posts
@unit_of_work
async def _add(
    viewer: Viewer,
    policy: Policy,
    post_id: int,
    parent: str | None,
    written: Written,
    request: IdempotentRequest,
) -> AddedComment:
    found = await _post(post_id, locked_at=viewer.now)
    if (made := await request.made()) is not None:
        return await _written_before(viewer, made)
    post, above = await _place(viewer, policy, found, parent)
    author_id = permissions.require_signed_in(viewer)
    await throttle.register_comment(policy.auth.comments, author_id, viewer.now)
    body, body_html = written
    decision = CommentDecision.APPROVED if _is_trusted(viewer, policy) else CommentDecision.PENDING
    comment = await Comment.create(
        post_id=post.id,
        author_id=author_id,
        parent_id=above and above.id,
        depth=above.depth + 1 if above else 0,
        body=body,
        body_html=body_html,
        decision=decision,
        status=CommentStatus(decision),
        created_at=viewer.now,
    )
    if counters.is_counted(comment):
        await counters.count_comment(post, comment)
    await request.note(comment.id)
    await announce(post, [changed(post, comment, None, comment.status)])
    return AddedComment(comment.id, comment.created_at)


async def _place(
    viewer: Viewer, policy: Policy, found: Post | None, parent: str | None
) -> tuple[Post, Comment | None]:
    """The post and the comment that a new one goes under, if it may."""
    post = permissions.require_may_comment(viewer, found)
    above = None if parent is None else await _parent(viewer, policy, post, primary_key("comment", parent))
    if not post.comments_open:
        raise CommentsClosed
    return post, above


async def _parent(viewer: Viewer, policy: Policy, post: Post, parent_id: int) -> Comment:
    parent = await Comment.filter(id=parent_id, post_id=post.id).first()
    return permissions.require_may_reply(viewer, policy.auth, parent, post)


@publishing_due_posts
@unit_of_work
async def _edit(viewer: Viewer, policy: Policy, id_: int, written: Written) -> int:
    found = await _found(id_, locked_at=viewer.now)
    comment = permissions.require_may_edit_comment(viewer, policy.auth, *found)
    body, body_html = written
    if body == comment.body:
        return id_
    author_id = permissions.require_signed_in(viewer)
    await throttle.register_comment(policy.auth.comments, author_id, viewer.now)
    before, waits_again = comment.status, _waits_again(comment, viewer, policy)
    comment.body, comment.body_html, comment.edited_at = body, body_html, viewer.now
    if waits_again:
        comment.decision = CommentDecision.PENDING
    await comment.save(update_fields=["body", "body_html", "edited_at", "decision"])
    rows = await _settle(comment) if waits_again else []
    edited = [] if comment.status is not before else [changed(comment.post, comment, before, before)]
    await announce(comment.post, [*edited, *settled(comment.post, rows)])
    return id_


async def _settle(comment: Comment) -> list[SettledComment]:
    """What a decision, or the end of a comment, makes of its thread: stored and counted."""
    rows = await settle(comment.id)
    comment.status = next((row.after for row in rows if row.id == comment.id), comment.status)
    await counters.count_settled(comment.post, rows)
    return rows


async def _bury(comment: Comment, viewer: Viewer) -> list[CommentChange]:
    """Leave a tombstone that holds the replies. What waited with it waits no longer: its text is gone."""
    author_id, before = comment.author_id, comment.status
    if comment.decision is CommentDecision.PENDING:
        comment.decision = CommentDecision.APPROVED
    comment.deleted_at, comment.edited_at = viewer.now, None
    comment.author_id, comment.body, comment.body_html = None, "", ""
    await comment.save()
    rows = [row for row in await _settle(comment) if row.id != comment.id]
    buried = replace(changed(comment.post, comment, before, comment.status), author_id=author_id)
    return [*_told_apart(buried), *settled(comment.post, rows)]


def _told_apart(buried: CommentChange) -> list[CommentChange]:
    """A tombstone that waits with its replies is nobody's: moderators see it, and its author sees the comment go."""
    if buried.after is not CommentStatus.PENDING:
        return [buried]
    hidden = CommentStatus.HIDDEN
    return [replace(buried, after=hidden), replace(buried, author_id=None, before=hidden)]


async def _remove(comment: Comment) -> list[CommentChange]:
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
            return [*changes, *settled(post, await _settle(above))]
        row = above


def _waits_again(comment: Comment, viewer: Viewer, policy: Policy) -> bool:
    """Whether what the viewer makes of an approved comment has to be approved once more."""
    return comment.decision is CommentDecision.APPROVED and not _is_trusted(viewer, policy)


def _is_trusted(viewer: Viewer, policy: Policy) -> bool:
    """Whether what the viewer writes is public without anybody's decision."""
    return viewer.is_moderator or policy.moderation is Moderation.AFTER


def _checked(body: str, policy: Policy) -> str:
    checks = Validator()
    body = checks.paragraphs("body", body, longest=policy.longest_comment)
    checks.conclude()
    return body


async def _written(viewer: Viewer, body: str, policy: Policy) -> Written:
    longest = policy.longest_comment
    result = await COMMENTS.run(Client(viewer.id), rendered, render_comment, body, longest=longest)
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
