"""What deleting does to a thread."""

import pytest

from models import Comment, CommentDecision, CommentStatus, Post, User
from models.errors import NotAllowed
from resolvers import comments
from resolvers.counters import NEVER
from tests import factories
from tests.resolvers.rows import happened, viewing

pytestmark = pytest.mark.usefixtures("database")


async def delete(comment: Comment, by: User | None = None) -> None:
    moderator = by or await factories.moderator()
    await comments.delete_comment(viewing(moderator), f"comment_{comment.id}")


async def left(post_id: int) -> list[tuple[int, bool, int]]:
    """The rows of a thread: id, whether it is a tombstone, how many replies it counts."""
    rows = await Comment.filter(post_id=post_id).order_by("id")
    return [(row.id, row.deleted_at is not None, row.reply_count) for row in rows]


async def test_a_comment_without_replies_goes() -> None:
    first = await factories.comment()
    second = await factories.comment(post_id=first.post_id)
    await delete(second)
    assert await left(first.post_id) == [(first.id, False, 0)]
    post = await Post.get(id=first.post_id)
    assert (post.comment_count, post.last_commented_at) == (1, first.created_at)
    await delete(first)
    post = await Post.get(id=first.post_id)
    assert (post.comment_count, post.last_commented_at) == (0, NEVER)
    assert await happened() == [(second.id, "APPROVED", None), (first.id, "APPROVED", None)]


async def test_a_comment_with_replies_leaves_a_tombstone() -> None:
    comment = await factories.comment(edited_at=factories.moment())
    reply = await factories.comment(parent=comment)
    await delete(comment, by=await User.get(id=comment.author_id))
    row = await Comment.get(id=comment.id)
    assert (row.body, row.body_html, row.author_id, row.edited_at) == ("", "", None, None)
    assert (row.status, row.deleted_at is not None) == (CommentStatus.APPROVED, True)
    assert await left(comment.post_id) == [(comment.id, True, 1), (reply.id, False, 0)]
    assert (await Post.get(id=comment.post_id)).comment_count == 1
    assert await happened() == [(comment.id, "APPROVED", "APPROVED")]


async def test_a_tombstone_goes_with_its_last_reply() -> None:
    top = await factories.comment()
    middle = await factories.comment(parent=top)
    low = await factories.comment(parent=middle)
    await delete(top)
    await delete(middle)
    assert await left(top.post_id) == [(top.id, True, 0), (middle.id, True, 1), (low.id, False, 0)]
    await delete(low)
    assert await left(top.post_id) == []
    gone = [(low.id, "APPROVED", None), (middle.id, "APPROVED", None), (top.id, "APPROVED", None)]
    assert (await happened())[2:] == gone


async def test_a_tombstone_with_another_reply_stays() -> None:
    top = await factories.comment()
    first = await factories.comment(parent=top)
    second = await factories.comment(parent=top, status=CommentStatus.SPAM)
    await delete(top)
    await delete(first)
    assert await left(top.post_id) == [(top.id, True, 0), (second.id, False, 0)]
    await delete(second)
    assert await left(top.post_id) == []


async def test_a_living_comment_above_stays() -> None:
    top = await factories.comment()
    middle = await factories.tombstone(parent=top)
    low = await factories.comment(parent=middle)
    await delete(low)
    assert await left(top.post_id) == [(top.id, False, 0)]


async def test_a_tombstone_holds_what_waited_with_its_comment_and_nothing_that_was_rejected() -> None:
    hidden = {CommentStatus.PENDING: CommentStatus.APPROVED, CommentStatus.SPAM: CommentStatus.SPAM}
    for before, after in hidden.items():
        comment = await factories.comment(status=before)
        await factories.comment(parent=comment)
        await delete(comment)
        assert (await Comment.get(id=comment.id)).status == after
        assert (comment.id, before.value, after.value) in await happened()
        shown = after is CommentStatus.APPROVED
        assert (await Post.get(id=comment.post_id)).comment_count == shown


async def test_a_tombstone_cannot_be_changed() -> None:
    comment = await factories.comment()
    await factories.comment(parent=comment)
    await delete(comment)
    admin = viewing(await factories.admin())
    with pytest.raises(NotAllowed, match="was deleted"):
        await delete(comment)
    with pytest.raises(NotAllowed, match="was deleted"):
        await comments.set_comment_status(admin, f"comment_{comment.id}", CommentDecision.SPAM)
