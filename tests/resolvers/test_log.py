"""What the log says is committed with what it says it about, or not at all."""

import asyncio
from datetime import timedelta

import pytest

from auth import permissions
from auth.viewer import anonymous, now
from live.feed import event_log
from live.feed.events import CommentAdded, CommentEdited, CommentRemoved, meaning
from models import Comment, CommentDecision, CommentEvent, CommentStatus, Post
from resolvers import comments, posts
from resolvers.counters import NEVER
from resolvers.due_posts import publish_due
from storage import unit_of_work
from tests import factories
from tests.resolvers.rows import BEFORE, POLICY, all_rows, happened, viewing
from tests.resolvers.writers import Writers

pytestmark = pytest.mark.usefixtures("database")


class Trouble(Exception):
    """Something goes wrong after the verb."""


async def test_an_event_is_rolled_back_with_its_comment() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    moderator = viewing(await factories.moderator())
    comment = await factories.comment(post=post)
    reply = await factories.comment(parent=comment)
    before = await all_rows()

    @unit_of_work
    async def unlucky() -> None:
        await comments.add_comment(reader, POLICY, post=f"post_{post.id}", body="b")
        await comments.delete_comment(moderator, f"comment_{reply.id}")
        await comments.set_comment_status(moderator, f"comment_{comment.id}", CommentDecision.SPAM)
        await posts.update_post(viewing(await post.author), POLICY, f"post_{post.id}", {"published_at": None})
        assert len(await happened()) > 3
        raise Trouble

    with pytest.raises(Trouble):
        await unlucky()
    assert await all_rows() == before


async def test_an_event_knows_its_post_its_category_and_its_author() -> None:
    post, reader = await factories.post(), await factories.user()
    id_, *_ = await comments.add_comment(viewing(reader), POLICY, post=f"post_{post.id}", body="b")
    await factories.comment(parent_id=id_, post=post)
    await comments.delete_comment(viewing(reader), f"comment_{id_}")
    for event in await CommentEvent.filter(position__gt=0):
        told = (event.comment_id, event.parent_id, event.post_id, event.category_id, event.author_id)
        assert told == (id_, None, post.id, post.category_id, reader.id)


@pytest.mark.parametrize("waited", [False, True])
async def test_an_author_sees_a_comment_go_that_leaves_a_place_to_moderators(waited: bool) -> None:
    """All replies wait, so the place waits with them; and it has no author who might see it."""
    author = await factories.user()
    comment = await factories.comment(author=author, created_at=now())
    await factories.comment(parent=comment, status=CommentStatus.PENDING)
    if waited:
        await comments.edit_comment(viewing(author), BEFORE, f"comment_{comment.id}", "b")
    assert await comments.delete_comment(viewing(author), f"comment_{comment.id}") is None
    assert (await Comment.get(id=comment.id)).status is CommentStatus.PENDING
    events = [each for each in await event_log.read_after(0, 100) if each.comment_id == comment.id]
    to_author = [meaning(each, trusted=each.author_id == author.id) for each in events]
    to_moderators = [meaning(each, trusted=True) for each in events]
    assert isinstance([each for each in to_author if each][-1], CommentRemoved)
    assert isinstance(to_moderators[-1], CommentAdded | CommentEdited)


async def test_a_cancelled_caller_does_not_cut_a_verb_in_two() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    for steps in range(40):
        task = asyncio.create_task(
            comments.add_comment(reader, POLICY, post=f"post_{post.id}", body=f"Number {steps}")
        )
        for _ in range(steps % 20):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0.3)
    await post.refresh_from_db()
    events = await happened()
    assert post.comment_count == len(events) == await post.comments.all().count()  # type: ignore[attr-defined]


SHOWN = {"APPROVED", "PENDING"}


async def test_whoever_writes_under_a_post_that_is_due_announces_the_others_first() -> None:
    author, moderator = await factories.author(), await factories.moderator()
    post = await factories.post(author=author)
    old, pending = [await factories.comment(post=post, status=status) for status in ("APPROVED", "PENDING")]
    moment = now() + timedelta(hours=1)
    await posts.update_post(viewing(author), POLICY, f"post_{post.id}", {"published_at": moment})
    before = len(await happened())
    await comments.set_comment_status(
        viewing(moderator, moment), f"comment_{pending.id}", CommentDecision.APPROVED
    )
    new = await comments.add_comment(viewing(author, moment), POLICY, post=f"post_{post.id}", body="b")
    await publish_due(moment, moment)
    assert (await happened())[before:] == [
        (old.id, None, "APPROVED"),
        (pending.id, None, "PENDING"),
        (pending.id, "PENDING", "APPROVED"),
        (new.id, None, "APPROVED"),
    ]


async def test_many_who_write_at_once_under_a_post_that_is_due_announce_the_others_once() -> None:
    author = await factories.author()
    old = await factories.comment(post=await factories.post(author=author))
    moment = now() + timedelta(hours=1)
    post = f"post_{old.post_id}"
    await posts.update_post(viewing(author), POLICY, post, {"published_at": moment})
    writers = [
        comments.add_comment(viewing(author, moment), POLICY, post=post, body=f"Number {number}")
        for number in range(6)
    ]
    noticing = asyncio.gather(publish_due(moment, moment), publish_due(moment, moment))
    new = await asyncio.gather(*writers)
    await noticing
    told = (await happened())[1:]
    assert told[0] == (old.id, None, "APPROVED")
    assert sorted(told[1:]) == sorted((added.id, None, "APPROVED") for added in new)


@pytest.mark.parametrize("seed", [11, 12])
async def test_whoever_follows_the_log_knows_what_is_shown(seed: int) -> None:
    """Under public posts, those included that appeared by themselves when their time had come."""
    people = [await factories.author(), *[await factories.admin() for _ in range(3)]]
    for _ in range(3):
        await factories.post(author=people[0])
    writers = [Writers(seed * n, people) for n in (1, 2)]
    await asyncio.gather(*(writer.write(75) for writer in writers))
    await publish_due(NEVER, now())
    public = [post.id for post in await Post.filter(permissions.public_posts(anonymous()))]
    events = CommentEvent.filter(post_id__in=public).order_by("position")
    told = dict(await events.values_list("comment_id", "status_after"))
    rows = await Comment.filter(post_id__in=public)
    shown = {row.id: row.status for row in rows if row.status in SHOWN}
    assert len(await happened()) > 10
    assert {id_: after for id_, after in told.items() if after in SHOWN} == shown


@pytest.mark.parametrize("seed", [13, 14])
async def test_everybody_is_told_of_what_comes_and_goes_in_turn(seed: int) -> None:
    """Whatever is written under drafts meanwhile: nobody hears twice that a comment came, or went."""
    people = [await factories.author(), *[await factories.admin() for _ in range(3)]]
    for _ in range(3):
        await factories.post(author=people[0])
    await Writers(seed, people).write(200)
    events = [event for event in await event_log.read_after(0, 10_000) if not event.moved]
    for trusted in (False, True):
        there = set[int]()
        for event in events:
            match meaning(event, trusted=trusted):
                case CommentAdded(_, id_):
                    assert id_ not in there
                    there.add(id_)
                case CommentEdited(_, id_):
                    assert id_ in there
                case CommentRemoved(_, id_):
                    assert id_ in there
                    there.remove(id_)


async def test_what_happens_under_a_draft_is_told_when_it_is_public() -> None:
    admin, post = viewing(await factories.admin()), await factories.post()
    author = viewing(await factories.user())
    ids = [await comments.add_comment(author, POLICY, post=f"post_{post.id}", body=str(n)) for n in range(4)]
    kept, edited, rejected, deleted = [added.id for added in ids]
    await posts.update_post(admin, POLICY, f"post_{post.id}", {"published_at": None})
    before = len(await happened())
    await comments.edit_comment(admin, POLICY, f"comment_{edited}", "Other")
    await comments.set_comment_status(admin, f"comment_{rejected}", CommentDecision.REJECTED)
    await comments.set_comment_status(admin, f"comment_{kept}", CommentDecision.PENDING)
    await comments.delete_comment(admin, f"comment_{deleted}")
    assert len(await happened()) == before
    await posts.publish_post(admin, f"post_{post.id}")
    assert (await happened())[before:] == [(kept, None, "PENDING"), (edited, None, "APPROVED")]
