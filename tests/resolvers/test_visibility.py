"""Which comments of a thread are shown, and that counts, lists, and what followers are told agree about it."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from auth.permissions import listed_comments
from auth.viewer import Viewer
from models import Comment, CommentDecision, CommentEvent, CommentStatus, Post, User
from models.errors import NotAllowed, NotFound
from resolvers import comments, counters
from resolvers.reads.comments import CommentOrder, of_post, replies
from tests import factories
from tests.resolvers.rows import BEFORE, POLICY, all_rows, happened, viewing

pytestmark = pytest.mark.usefixtures("database")


async def decide(comment: Comment, decision: CommentDecision) -> None:
    moderator = viewing(await factories.moderator())
    await comments.set_comment_status(moderator, f"comment_{comment.id}", decision)


async def delete(comment: Comment) -> None:
    await comments.delete_comment(viewing(await factories.moderator()), f"comment_{comment.id}")


async def statuses(*rows: Comment) -> list[str]:
    return [(await Comment.get(id=row.id)).status.value for row in rows]


async def counted(post_id: int) -> int:
    return (await Post.get(id=post_id)).comment_count


async def test_replies_of_a_rejected_comment_are_hidden_and_come_back_with_it() -> None:
    top = await factories.comment()
    reply = await factories.comment(parent=top)
    waiting = await factories.comment(parent=reply, status=CommentStatus.PENDING)
    await decide(top, CommentDecision.REJECTED)
    assert await statuses(top, reply, waiting) == ["REJECTED", "HIDDEN", "HIDDEN"]
    assert await counted(top.post_id) == 0
    assert await happened() == [
        (waiting.id, "PENDING", "HIDDEN"),
        (reply.id, "APPROVED", "HIDDEN"),
        (top.id, "APPROVED", "REJECTED"),
    ]
    await decide(top, CommentDecision.APPROVED)
    assert await statuses(top, reply, waiting) == ["APPROVED", "APPROVED", "PENDING"]
    assert await counted(top.post_id) == 2
    assert (await happened())[3:] == [
        (top.id, "REJECTED", "APPROVED"),
        (reply.id, "HIDDEN", "APPROVED"),
        (waiting.id, "HIDDEN", "PENDING"),
    ]
    assert [row.reply_count for row in await Comment.all().order_by("id")] == [1, 0, 0]


async def test_what_is_decided_about_a_hidden_comment_shows_when_it_is_hidden_no_longer() -> None:
    top = await factories.comment()
    reply = await factories.comment(parent=top)
    await decide(top, CommentDecision.SPAM)
    await decide(reply, CommentDecision.PENDING)
    assert (await Comment.get(id=reply.id)).decision is CommentDecision.PENDING
    assert await statuses(reply) == ["HIDDEN"]
    await decide(top, CommentDecision.APPROVED)
    assert await statuses(reply) == ["PENDING"]


async def test_an_empty_place_without_visible_replies_is_hidden() -> None:
    top = await factories.comment()
    place = await factories.comment(parent=top)
    reply = await factories.comment(parent=place)
    await delete(place)
    assert await statuses(place) == ["APPROVED"]
    await decide(reply, CommentDecision.REJECTED)
    assert await statuses(place, reply) == ["HIDDEN", "REJECTED"]
    assert (await happened())[1:] == [(reply.id, "APPROVED", "REJECTED"), (place.id, "APPROVED", "HIDDEN")]
    await decide(reply, CommentDecision.PENDING)
    assert await statuses(place) == ["PENDING"]
    await decide(reply, CommentDecision.APPROVED)
    assert await statuses(place) == ["APPROVED"]
    assert await counted(top.post_id) == 2


async def test_an_empty_place_is_in_no_moderators_queue() -> None:
    place = await factories.tombstone(status=CommentStatus.PENDING, decision=CommentDecision.APPROVED)
    waiting = await factories.comment(parent=place, status=CommentStatus.PENDING)
    moderator = viewing(await factories.moderator())
    queue = Comment.filter(listed_comments(moderator, CommentDecision.PENDING))
    assert [row.id for row in await queue] == [waiting.id]


async def test_nobody_replies_to_what_is_hidden() -> None:
    top = await factories.comment()
    reply = await factories.comment(parent=top)
    await decide(top, CommentDecision.REJECTED)
    before = await all_rows()
    for who, error in ((await factories.user(), NotFound), (await factories.moderator(), NotAllowed)):
        with pytest.raises(error):
            await comments.add_comment(
                viewing(who), POLICY, post=f"post_{top.post_id}", body="b", parent=f"comment_{reply.id}"
            )
    assert {**await all_rows(), "User": 0} == {**before, "User": 0}


async def test_an_edited_comment_that_waits_again_takes_its_replies_along() -> None:
    top = await factories.comment()
    reply = await factories.comment(parent=top)
    writer = await User.get(id=top.author_id)
    author = viewing(writer, top.created_at + timedelta(minutes=10))
    await comments.edit_comment(author, BEFORE, f"comment_{top.id}", "Other.")
    assert await statuses(top, reply) == ["PENDING", "HIDDEN"]
    assert await counted(top.post_id) == 0
    await decide(top, CommentDecision.APPROVED)
    assert await statuses(top, reply) == ["APPROVED", "APPROVED"]


class Thread:
    """Threads under one post, to which things happen at random."""

    def __init__(self, post: Post, moderator: Viewer, reader: Viewer, random: Random) -> None:
        self.post, self.moderator, self.reader, self.random = post, moderator, reader, random

    async def step(self) -> None:
        """One act of a moderator or of the reader."""
        rows = await Comment.all().order_by("id")
        chosen = self.random.choice(rows) if rows else None
        acts: list[Callable[[], object]] = [lambda: self._add(chosen)] * 3
        if chosen is not None and chosen.deleted_at is None:
            acts += [lambda: self._decide(chosen)] * 3 + [lambda: self._delete(chosen)]
        await self.random.choice(acts)()  # type: ignore[misc]

    async def _add(self, parent: Comment | None) -> None:
        open_ = parent is not None and parent.status is CommentStatus.APPROVED and parent.deleted_at is None
        above = f"comment_{parent.id}" if parent and open_ and parent.depth < 5 else None
        policy = self.random.choice([POLICY, BEFORE])
        await comments.add_comment(self.reader, policy, post=f"post_{self.post.id}", body="b", parent=above)

    async def _decide(self, comment: Comment) -> None:
        decision = self.random.choice(list(CommentDecision))
        await comments.set_comment_status(self.moderator, f"comment_{comment.id}", decision)

    async def _delete(self, comment: Comment) -> None:
        await comments.delete_comment(self.moderator, f"comment_{comment.id}")


def expected(rows: list[Comment]) -> dict[int, str]:
    """The rule, written down once more: from the tops to the leaves, and for empty places back."""
    by_parent: dict[int | None, list[Comment]] = {}
    for row in rows:
        by_parent.setdefault(row.parent_id, []).append(row)
    found: dict[int, str] = {}

    def look(row: Comment, is_open: bool) -> None:
        below = by_parent.get(row.id, [])
        for reply in below:
            look(reply, is_open and row.decision is CommentDecision.APPROVED)
        status = row.decision.value
        if status in ("APPROVED", "PENDING") and not is_open:
            status = "HIDDEN"
        elif status == "APPROVED" and row.deleted_at is not None:
            held = {found[reply.id] for reply in below}
            status = next((each for each in ("APPROVED", "PENDING") if each in held), "HIDDEN")
        found[row.id] = status

    for top in by_parent.get(None, []):
        look(top, True)
    return found


async def tree(viewer: Viewer, post_id: int) -> set[int]:
    """What somebody finds from the tops of the threads downwards."""
    level = {row.id for row in await of_post(viewer, CommentOrder.OLDEST, flat=False).filter(post_id=post_id)}
    found = set(level)
    while level:
        below = replies(viewer, CommentOrder.OLDEST).filter(parent_id__in=level)
        level = {row.id for row in await below}
        found |= level
    return found


async def told(*, moderator: bool) -> set[int]:
    """What a follower shows who has heard the feed from the beginning."""
    shown: set[int] = set()
    there = {"APPROVED", "PENDING"} if moderator else {"APPROVED"}
    for event in await CommentEvent.filter(position__gt=0).order_by("position"):
        if event.status_after in there:
            assert (event.comment_id in shown) is (event.status_before in there)
            shown.add(event.comment_id)
        elif event.status_before in there:
            shown.remove(event.comment_id)
    return shown


@pytest.mark.parametrize("seed", range(6))
async def test_count_list_tree_and_feed_agree_whatever_happens(seed: int) -> None:
    post, moderator, anonymous = await factories.post(), viewing(await factories.moderator()), viewing(None)
    reader = viewing(await factories.user())
    thread = Thread(post, moderator, reader, Random(seed))
    for _ in range(15):
        await thread.step()
    rows = await Comment.all()
    assert {row.id: row.status.value for row in rows} == expected(rows)
    for viewer in (anonymous, moderator):
        flat = of_post(viewer, CommentOrder.OLDEST, flat=True).filter(post_id=post.id)
        shown = {row.id for row in await flat}
        assert shown == await tree(viewer, post.id) == await told(moderator=viewer is moderator)
    listed = of_post(anonymous, CommentOrder.OLDEST, flat=True).filter(post_id=post.id, deleted_at=None)
    assert await listed.count() == await counted(post.id)
    before = await all_rows()
    assert await counters.recount() == {
        "comments": 0,
        "posts": 0,
        "linkbacks": 0,
        "filings": 0,
        "categories": 0,
        "tags": 0,
        "archive": 0,
    }
    assert await all_rows() == before


async def test_a_recount_settles_what_was_changed_by_hand() -> None:
    top = await factories.comment()
    reply = await factories.comment(parent=top)
    await Comment.filter(id=top.id).update(decision=CommentDecision.SPAM, status=CommentStatus.SPAM)
    assert await counters.recount() == {
        "comments": 1,
        "posts": 1,
        "linkbacks": 0,
        "filings": 1,
        "categories": 0,
        "tags": 0,
        "archive": 0,
    }
    assert await statuses(top, reply) == ["SPAM", "HIDDEN"]
    assert await counted(top.post_id) == 0
