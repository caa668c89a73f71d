"""Writing comments: add, edit, delete, decide.

Each verb locks the post first, so all that happens under one post happens one after the other: counters,
threads and the log agree on every database.

What takes time (rendering) comes before the transaction, and what refuses comes before that: everything is asked
once of the rows as they are, to waste no time on what will be refused, and again of the locked ones.
"""

from datetime import datetime
from typing import NamedTuple

from auth import permissions, requirements, throttle
from auth.viewer import Viewer
from models import BodyFormat, Comment, CommentDecision, CommentStatus, Post
from models.errors import CommentsClosed, NotFound
from resolvers import comment_ends, counters, revisions, search_documents
from resolvers.comment_rows import comment_and_post, commented_post, settle_thread
from resolvers.commenters import Commenter, GuestFields, commenter
from resolvers.conflicts import retry_on_conflict
from resolvers.due_posts import publishing_due_posts
from resolvers.feed_events import announce, changed, settled
from resolvers.idempotency import IdempotentRequest
from resolvers.ids import primary_key
from resolvers.pages import Page, PageFields, checked_page, made_post_id, page_post_id, require_may_begin
from resolvers.policy import Policy
from resolvers.rendering import rendered_comment
from resolvers.validation import Validator
from resolvers.visibility import SHOWN
from storage import unit_of_work


class Written(NamedTuple):
    """A body and its HTML."""

    body: str
    html: str


class AddedComment(NamedTuple):
    """A comment that has been written: its id, its place in lists by time, and what was decided about it.

    `seen` by who wrote it: a guest is not known again, and sees it when everybody does.
    """

    id: int
    created_at: datetime
    decision: CommentDecision
    seen: bool


async def add_comment(
    viewer: Viewer,
    policy: Policy,
    *,
    body: str,
    post: str | None = None,
    page: PageFields | None = None,
    parent: str | None = None,
    key: str | None = None,
    guest: GuestFields | None = None,
    address: str | None = None,
) -> AddedComment:
    """Comment on a public post, or reply to an approved comment under it; somebody without an account as a guest.

    Instead of the post it may be a page of another site, which its first comment makes a post (`resolvers.pages`).
    Asked again with the same idempotency key, it answers with the comment that it wrote the first time. `address` is
    where a guest comes from. Raises NotSignedIn, InvalidInput (post, page, body, parent, key, guest), NotFound,
    NotAllowed, CommentsClosed, TooManyRequests.
    """
    sent = {"post": post, "body": body, "parent": parent, **({"page": page["url"]} if page else {})}
    checks = Validator()
    who = commenter(checks, viewer, policy.auth, guest, address)
    target = _target(checks, post, page)
    body = _checked(checks, body, policy)
    request = IdempotentRequest.of("addComment", who.identity, key, sent, viewer.now)
    if (made := await request.made()) is not None:
        return await _written_before(who, made)
    async with throttle.room_for_comment(viewer.now, *who.tries(policy.auth)):
        await _require_place(who, policy, target, parent)
        written = await _written(who, BodyFormat.MARKDOWN, body, policy)
        return await _add(who, policy, target, parent, written, request)


async def edit_comment(viewer: Viewer, policy: Policy, comment_id: str, body: str) -> int:
    """Give a comment another text; its id.

    Raises NotSignedIn, InvalidInput (body), NotFound, NotAllowed, TooManyRequests.
    """
    requirements.require_signed_in(viewer)
    body = _checked(Validator(), body, policy)
    id_: int = primary_key("comment", comment_id)
    stored = requirements.require_may_edit_comment(viewer, policy.auth, *await comment_and_post(id_))
    if body == stored.body:
        return id_
    who = Commenter(viewer)
    async with throttle.room_for_comment(viewer.now, *who.tries(policy.auth)):
        return await _edit(who, policy, id_, await _written(who, stored.body_format, body, policy))


@publishing_due_posts
@unit_of_work
async def delete_comment(viewer: Viewer, comment_id: str) -> int | None:
    """Delete a comment; the id of the tombstone that it left for its replies, if somebody sees it.

    Raises NotSignedIn, NotFound, NotAllowed.
    """
    found = await comment_and_post(primary_key("comment", comment_id), locked_at=viewer.now)
    comment = requirements.require_may_delete_comment(viewer, *found)
    was_counted = counters.is_counted(comment)
    has_replies = await Comment.filter(parent_id=comment.id).exists()
    end = comment_ends.bury(comment, viewer) if has_replies else comment_ends.remove(comment)
    changes = await end
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
    found = await comment_and_post(primary_key("comment", comment_id), locked_at=viewer.now)
    comment = requirements.require_may_decide_comment(viewer, *found)
    if decision is not comment.decision:
        comment.decision = decision
        await comment.save(update_fields=["decision"])
        await announce(comment.post, settled(comment.post, await settle_thread(comment)))
    return int(comment.id)


async def _written_before(who: Commenter, comment_id: int) -> AddedComment:
    """The comment that a request has made already, if its author can still see it, or waits with it."""
    comment, post = await comment_and_post(comment_id)
    own = who.guest is not None
    if comment is None or post is None or not permissions.sees_comment(who.viewer, comment, post, own=own):
        raise NotFound("The comment that this key stands for is no longer there.")
    return _added(who, comment)


def _added(who: Commenter, comment: Comment) -> AddedComment:
    seen = who.guest is None or comment.status is CommentStatus.APPROVED
    return AddedComment(comment.id, comment.created_at, comment.decision, seen)


@retry_on_conflict
@publishing_due_posts
@unit_of_work
async def _add(
    who: Commenter,
    policy: Policy,
    target: int | Page,
    parent: str | None,
    written: Written,
    request: IdempotentRequest,
) -> AddedComment:
    moment = who.viewer.now
    post_id = target if isinstance(target, int) else await made_post_id(policy, target, parent, moment)
    found = await commented_post(post_id, locked_at=moment)
    if (made := await request.made()) is not None:
        return await _written_before(who, made)
    post, above = await _place(who, policy, found, parent)
    await throttle.register_comment(moment, *who.tries(policy.auth))
    decision = CommentDecision.APPROVED if who.is_trusted(policy) else CommentDecision.PENDING
    comment = await Comment.create(
        post_id=post.id,
        author_id=await who.author_id(),
        parent_id=above and above.id,
        depth=above.depth + 1 if above else 0,
        body=written.body,
        body_html=written.html,
        decision=decision,
        status=CommentStatus(decision),
        shown_number=counters.next_shown(post) if decision is CommentDecision.APPROVED else 0,
        created_at=moment,
    )
    if counters.is_counted(comment):
        await counters.count_comment(post, comment)
    await search_documents.note_comment(post, comment)
    await request.note(comment.id)
    await announce(post, [changed(post, comment, None, comment.status)])
    return _added(who, comment)


def _target(checks: Validator, post: str | None, page: PageFields | None) -> int | Page:
    """The key of the post that is commented on, or the page; what is wrong with them is noted."""
    if (post is None) is (page is None):
        checks.refuse("post", "Give either the post or the page that is commented on.")
    if page is not None:
        return checked_page(checks, page)
    id_: int = primary_key("post", post or "")
    return id_


async def _require_place(who: Commenter, policy: Policy, target: int | Page, parent: str | None) -> None:
    """Refuse what `_add` would refuse, before any work is done for it."""
    post_id = target if isinstance(target, int) else await page_post_id(target)
    if isinstance(target, Page) and post_id is None:
        require_may_begin(policy, target, parent)
    elif post_id is not None:
        await _place(who, policy, await commented_post(post_id), parent)


async def _place(
    who: Commenter, policy: Policy, found: Post | None, parent: str | None
) -> tuple[Post, Comment | None]:
    """The post and the comment that a new one goes under, if it may."""
    guest = who.guest is not None
    post = requirements.require_may_comment(who.viewer, policy.auth, found, guest=guest)
    above = None if parent is None else await _parent(who, policy, post, primary_key("comment", parent))
    if not post.comments_open:
        raise CommentsClosed
    return post, above


async def _parent(who: Commenter, policy: Policy, post: Post, parent_id: int) -> Comment:
    parent = await Comment.filter(id=parent_id, post_id=post.id).first()
    guest = who.guest is not None
    return requirements.require_may_reply(who.viewer, policy.auth, parent, post, guest=guest)


@publishing_due_posts
@unit_of_work
async def _edit(who: Commenter, policy: Policy, id_: int, written: Written) -> int:
    moment = who.viewer.now
    found = await comment_and_post(id_, locked_at=moment)
    comment = requirements.require_may_edit_comment(who.viewer, policy.auth, *found)
    if written.body == comment.body:
        return id_
    await throttle.register_comment(moment, *who.tries(policy.auth))
    before, waits_again = comment.status, _waits_again(comment, who, policy)
    await revisions.keep_comment(comment, written.body, who.viewer)
    comment.body, comment.body_html, comment.edited_at = written.body, written.html, moment
    if waits_again:
        comment.decision = CommentDecision.PENDING
    await comment.save(update_fields=["body", "body_html", "edited_at", "decision"])
    await search_documents.note_comment(comment.post, comment)
    rows = await settle_thread(comment) if waits_again else []
    edited = [] if comment.status is not before else [changed(comment.post, comment, before, before)]
    await announce(comment.post, [*edited, *settled(comment.post, rows)])
    return id_


def _waits_again(comment: Comment, who: Commenter, policy: Policy) -> bool:
    """Whether what they make of an approved comment has to be approved once more."""
    return comment.decision is CommentDecision.APPROVED and not who.is_trusted(policy)


def _checked(checks: Validator, body: str, policy: Policy) -> str:
    """The body as it is stored; raises InvalidInput with all that has been found wrong."""
    body = checks.paragraphs("body", body, longest=policy.longest_comment)
    checks.conclude()
    return body


async def _written(who: Commenter, body_format: BodyFormat, body: str, policy: Policy) -> Written:
    html = await rendered_comment(who.client, body_format, body, longest=policy.longest_comment)
    return Written(body, html)
