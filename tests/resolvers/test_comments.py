import threading
from asyncio import create_task, gather, to_thread
from datetime import datetime, timedelta

import pytest

from auth.policy import AuthPolicy, Limit
from auth.viewer import now
from models import BodyFormat, Comment, CommentDecision, CommentStatus, Post, User
from models.errors import CommentsClosed, InvalidInput, NotAllowed, NotFound, TooManyRequests
from resolvers import comments
from resolvers.counters import NEVER
from resolvers.markdown import RenderedText, render_comment
from resolvers.policy import Policy
from resolvers.rendering import COMMENT_RENDERERS
from tests import factories
from tests.resolvers.rows import BEFORE, POLICY, all_rows, happened, viewing

pytestmark = pytest.mark.usefixtures("database")
FEW = Policy(auth=AuthPolicy(comments=Limit("comment", 2, timedelta(minutes=1))))


async def added(
    post: Post,
    *,
    by: User | None = None,
    parent: Comment | None = None,
    body: str = "Bien *dit*.",
    under: Policy = POLICY,
    at: datetime | None = None,
) -> Comment:
    """A comment as a reader writes it."""
    new = await comments.add_comment(
        viewing(by or await factories.user(), at),
        under,
        post=f"post_{post.id}",
        body=body,
        parent=f"comment_{parent.id}" if parent else None,
    )
    return await Comment.get(id=new.id)


async def counts(post: Post) -> tuple[int, datetime]:
    row = await Post.get(id=post.id)
    return row.comment_count, row.last_commented_at


async def test_a_comment_is_public_at_once() -> None:
    post, reader = await factories.post(), await factories.user()
    comment = await added(post, by=reader)
    assert (comment.body, comment.body_html) == ("Bien *dit*.", "<p>Bien <em>dit</em>.</p>\n")
    assert (comment.author_id, comment.status, comment.depth) == (reader.id, CommentStatus.APPROVED, 0)
    assert (comment.edited_at, comment.deleted_at, comment.parent_id) == (None, None, None)
    assert await counts(post) == (1, comment.created_at)
    assert await happened() == [(comment.id, None, "APPROVED")]


async def test_a_reply_is_counted_on_both() -> None:
    parent = await factories.comment()
    reply = await added(await parent.post, parent=parent)
    assert (reply.parent_id, reply.depth) == (parent.id, 1)
    assert (await Comment.get(id=parent.id)).reply_count == 1
    assert (await counts(await parent.post))[0] == 2


async def test_a_comment_waits_where_moderators_decide_before() -> None:
    post = await factories.post()
    comment = await added(post, under=BEFORE)
    assert comment.status == CommentStatus.PENDING
    assert await counts(post) == (0, NEVER)
    assert await happened() == [(comment.id, None, "PENDING")]
    for who in (await factories.moderator(), await factories.admin()):
        assert (await added(post, by=who, under=BEFORE)).status == CommentStatus.APPROVED


async def test_a_closed_post_takes_no_comments() -> None:
    post = await factories.post(comments_open=False)
    parent = await factories.comment(post=post)
    for above in (None, parent):
        before = await all_rows()
        with pytest.raises(CommentsClosed):
            await added(post, parent=above, by=await factories.admin())
        assert (await all_rows())["Comment"] == before["Comment"]


async def test_what_is_not_public_takes_no_comments() -> None:
    draft = await factories.draft()
    with pytest.raises(NotFound):
        await added(draft)
    with pytest.raises(NotAllowed):
        await added(draft, by=await draft.author)
    with pytest.raises(NotFound):
        await added(await factories.scheduled())


async def test_a_post_that_is_not_there_is_not_found() -> None:
    reader = viewing(await factories.user())
    for post in ("post_999", "comment_1", "", "x", "post_01", "post_\0", "\ud800"):
        with pytest.raises(NotFound, match="no such post"):
            await comments.add_comment(reader, POLICY, post=post, body="a")


async def test_reply_to_a_rejected_comment_is_not_found() -> None:
    for status in (CommentStatus.REJECTED, CommentStatus.SPAM, CommentStatus.PENDING):
        parent = await factories.comment(status=status)
        with pytest.raises(NotFound, match="no such comment"):
            await added(await parent.post, parent=parent)
        with pytest.raises(NotAllowed, match="Only approved"):
            await added(await parent.post, parent=parent, by=await factories.moderator())


async def test_reply_to_a_tombstone_is_not_allowed() -> None:
    parent = await factories.tombstone()
    await factories.comment(parent=parent)
    with pytest.raises(NotAllowed, match="was deleted"):
        await added(await parent.post, parent=parent)


async def test_reply_to_a_comment_of_another_post_is_not_found() -> None:
    with pytest.raises(NotFound, match="no such comment"):
        await added(await factories.post(), parent=await factories.comment())


async def test_replies_end_at_the_deepest_level() -> None:
    shallow = Policy(auth=AuthPolicy(deepest_reply=2))
    comment = await factories.comment()
    post = await comment.post
    for depth in (1, 2):
        comment = await added(post, parent=comment, under=shallow)
        assert comment.depth == depth
    with pytest.raises(InvalidInput) as refused:
        await added(post, parent=comment, under=shallow)
    assert refused.value.fields == (("parent", "Replies are nested up to 2 levels deep."),)


UNACCEPTABLE = {
    " \n\t": "The body is empty.",
    "[a]: https://example.org": "The body is empty when rendered.",
    "x" * 10_001: "The body is longer than 10,000 characters.",
    "a\0b": "The body contains a control character (U+0000).",
    "\ud800": "The body contains half a character (a lone surrogate).",
}


async def test_a_body_that_cannot_be_accepted_changes_nothing() -> None:
    comment = await factories.comment()
    author, before = await author_of(comment), await all_rows()
    for body, problem in UNACCEPTABLE.items():
        with pytest.raises(InvalidInput) as refused:
            await added(await comment.post, by=author, body=body)
        assert refused.value.fields == (("body", problem),)
        with pytest.raises(InvalidInput) as refused:
            await edited(comment, author, body)
        assert refused.value.fields == (("body", problem),)
    assert await all_rows() == before


async def test_too_many_comments_at_once_are_refused() -> None:
    post, reader = await factories.post(), await factories.user()
    for _ in range(2):
        await added(post, by=reader, under=FEW)
    with pytest.raises(TooManyRequests) as refused:
        await added(post, by=reader, under=FEW)
    assert 0 < refused.value.retry_after <= 60
    assert (await counts(post))[0] == len(await happened()) == 2
    await added(post, under=FEW)


@pytest.fixture
def rendering(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been rendered."""
    bodies: list[str] = []

    def noted(body: str, *, longest: int) -> RenderedText:
        bodies.append(body)
        return render_comment(body, longest=longest)

    monkeypatch.setitem(COMMENT_RENDERERS, BodyFormat.MARKDOWN, noted)
    return bodies


async def test_what_is_refused_is_not_rendered(rendering: list[str]) -> None:
    post, reader, stranger = await factories.post(), await factories.user(), await factories.user()
    closed, draft = await factories.post(comments_open=False), await factories.draft()
    comment = await factories.comment(post=post, author=reader, created_at=now() - timedelta(minutes=15))
    elsewhere = await factories.comment()
    refused = [
        (added(closed, by=reader), CommentsClosed),
        (added(draft, by=reader), NotFound),
        (added(post, by=reader, parent=elsewhere), NotFound),
        (added(post, by=reader, body="x" * 10_001), InvalidInput),
        (edited(comment, stranger), NotAllowed),
        (edited(comment, await factories.moderator()), NotAllowed),
    ]
    before = await all_rows()
    for writing, error in refused:
        with pytest.raises(error):
            await writing
    assert (rendering, await all_rows()) == ([], before)
    for _ in range(2):
        await added(post, by=reader, under=FEW)
    for writing in (added(post, by=reader, under=FEW), edited(comment, reader, under=FEW)):
        with pytest.raises(TooManyRequests):
            await writing
    assert len(rendering) == 2


async def test_an_account_has_no_more_comments_in_hand_than_it_may_write(rendering: list[str]) -> None:
    post, reader, other = await factories.post(), await factories.user(), await factories.user()
    writing = [added(post, by=reader, under=FEW) for _ in range(10)]
    outcomes = await gather(*writing, added(post, by=other, under=FEW), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(TooManyRequests) == 8
    assert isinstance(outcomes[-1], Comment)
    assert len(rendering) == 3
    assert (await counts(post))[0] == 3


async def test_a_text_that_stays_as_it_is_is_not_rendered_again(rendering: list[str]) -> None:
    comment = await factories.comment()
    before = await all_rows()
    await edited(comment, await author_of(comment), comment.body)
    assert (rendering, await all_rows()) == ([], before)


async def test_the_event_loop_goes_on_while_a_comment_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop itself lets the rendering end: if it stood still, it never would."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(body: str, *, longest: int) -> RenderedText:
        begun.set()
        assert go_on.wait(30)
        return render_comment(body, longest=longest)

    monkeypatch.setitem(COMMENT_RENDERERS, BodyFormat.MARKDOWN, slow)
    writing = create_task(added(await factories.post()))
    await to_thread(begun.wait, 30)
    assert not writing.done()
    go_on.set()
    assert await writing


async def edited(comment: Comment, by: User, body: str = "Other.", *, under: Policy = POLICY) -> Comment:
    at = comment.created_at + timedelta(minutes=15)
    await comments.edit_comment(viewing(by, at), under, f"comment_{comment.id}", body)
    return await Comment.get(id=comment.id)


async def author_of(comment: Comment) -> User:
    assert comment.author_id is not None
    return await User.get(id=comment.author_id)


async def test_an_author_edits_their_comment_within_the_window() -> None:
    comment = await factories.comment()
    after = await edited(comment, await author_of(comment))
    assert (after.body, after.body_html, after.status) == (
        "Other.",
        "<p>Other.</p>\n",
        CommentStatus.APPROVED,
    )
    assert after.edited_at == comment.created_at + timedelta(minutes=15)
    assert await happened() == [(comment.id, "APPROVED", "APPROVED")]
    assert await counts(await comment.post) == (1, comment.created_at)


async def test_after_the_window_only_administrators_edit() -> None:
    comment = await factories.comment()
    late = comment.created_at + timedelta(minutes=15, microseconds=1)
    with pytest.raises(NotAllowed, match="too old"):
        await comments.edit_comment(
            viewing(await author_of(comment), late), POLICY, f"comment_{comment.id}", "Other."
        )
    admin = viewing(await factories.admin(), late)
    await comments.edit_comment(admin, POLICY, f"comment_{comment.id}", "Other.")
    assert (await Comment.get(id=comment.id)).body == "Other."


async def test_an_edit_that_changes_nothing_changes_nothing() -> None:
    comment = await factories.comment(body="Same.")
    author, before = await author_of(comment), await all_rows()
    await edited(comment, author, " \nSame.\n")
    assert await all_rows() == before


async def test_an_edited_comment_waits_again_where_moderators_decide_before() -> None:
    comment = await factories.comment()
    after = await edited(comment, await author_of(comment), under=BEFORE)
    assert after.status == CommentStatus.PENDING
    assert await counts(await comment.post) == (0, NEVER)
    assert await happened() == [(comment.id, "APPROVED", "PENDING")]
    assert (await edited(comment, await author_of(comment), "Again.", under=BEFORE)).body == "Again."
    assert (await happened())[1:] == [(comment.id, "PENDING", "PENDING")]
    mine = await factories.comment(author=await factories.moderator())
    assert (await edited(mine, await author_of(mine), under=BEFORE)).status == CommentStatus.APPROVED


async def test_a_pending_comment_stays_pending_when_it_is_edited() -> None:
    comment = await factories.comment(status=CommentStatus.PENDING)
    assert (await edited(comment, await author_of(comment))).status == CommentStatus.PENDING


@pytest.mark.parametrize("before", CommentDecision)
async def test_a_moderator_decides(before: CommentDecision) -> None:
    moderator = viewing(await factories.moderator())
    for after in CommentDecision:
        parent = await factories.comment()
        comment = await factories.comment(parent=parent, status=CommentStatus(before))
        logged = len(await happened())
        assert await comments.set_comment_status(moderator, f"comment_{comment.id}", after) == comment.id
        row = await Comment.get(id=comment.id)
        assert (row.decision, row.status) == (after, CommentStatus(after))
        counted = after is CommentDecision.APPROVED
        last = comment.created_at if counted else parent.created_at
        assert await counts(await comment.post) == (1 + counted, last)
        assert (await Comment.get(id=parent.id)).reply_count == int(counted)
        told = [] if before is after else [(comment.id, before.value, after.value)]
        assert (await happened())[logged:] == told


async def test_ids_that_are_no_comments_are_not_found() -> None:
    admin = viewing(await factories.admin())
    for id_ in ("comment_999", "post_1", "", "comment_", "comment_1e3", "\ud800"):
        with pytest.raises(NotFound):
            await comments.edit_comment(admin, POLICY, id_, "a")
        with pytest.raises(NotFound):
            await comments.delete_comment(admin, id_)
        with pytest.raises(NotFound):
            await comments.set_comment_status(admin, id_, CommentDecision.SPAM)
