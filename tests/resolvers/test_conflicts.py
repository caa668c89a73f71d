"""Verbs at the same moment: as one after the other."""

import asyncio

import pytest
from tortoise.exceptions import IntegrityError

from models import Category, Comment, CommentDecision, Post
from models.errors import InvalidInput, NotFound
from resolvers import categories, comments, posts
from resolvers.conflicts import MOST_TRIES, retry_on_conflict
from resolvers.counters import recount
from tests import factories
from tests.resolvers.rows import POLICY, happened, viewing


async def test_a_conflict_is_tried_again() -> None:
    tries = []

    @retry_on_conflict
    async def verb() -> str:
        tries.append(1)
        if len(tries) < MOST_TRIES:
            raise IntegrityError
        return "done"

    assert await verb() == "done"
    assert len(tries) == MOST_TRIES


async def test_a_lasting_conflict_is_a_bug() -> None:
    tries = []

    @retry_on_conflict
    async def verb() -> None:
        tries.append(1)
        raise IntegrityError

    with pytest.raises(IntegrityError):
        await verb()
    assert len(tries) == MOST_TRIES


@pytest.mark.usefixtures("database")
async def test_posts_of_the_same_title_at_once_get_different_slugs() -> None:
    author = viewing(await factories.author())
    tree = [f"category_{(await factories.category()).id}" for _ in range(2)]
    ids = await asyncio.gather(
        *(
            posts.create_post(
                author,
                POLICY,
                {"title": "Same", "body": "b", "category": tree[n % 2], "published_at": author.now},
            )
            for n in range(4)
        )
    )
    slugs = {post.slug for post in await Post.filter(id__in=ids)}
    assert slugs == {"same", "same-2", "same-3", "same-4"}
    assert [row.post_count for row in await Category.all()] == [2, 2]


@pytest.mark.usefixtures("database")
async def test_comments_at_once_are_all_counted_and_told_in_order() -> None:
    top = await factories.comment()
    readers = [viewing(await factories.user()) for _ in range(8)]
    await asyncio.gather(
        *(
            comments.add_comment(
                reader, POLICY, post=f"post_{top.post_id}", body="b", parent=f"comment_{top.id}"
            )
            for reader in readers
        )
    )
    assert (await Post.get(id=top.post_id)).comment_count == 9
    assert (await Comment.get(id=top.id)).reply_count == 8
    assert len(await happened()) == 8


@pytest.mark.usefixtures("database")
async def test_the_last_replies_deleted_at_once_take_their_tombstone_along() -> None:
    tombstone = await factories.tombstone()
    replies = [await factories.comment(parent=tombstone) for _ in range(4)]
    moderator = viewing(await factories.moderator())
    await asyncio.gather(*(comments.delete_comment(moderator, f"comment_{reply.id}") for reply in replies))
    assert not await Comment.exists()
    assert (await happened())[-1] == (tombstone.id, "APPROVED", None)


@pytest.mark.usefixtures("database")
async def test_writes_that_meet_under_one_post_do_not_lock_each_other_out() -> None:
    post, other = await factories.post(), await factories.category()
    admin = viewing(await factories.admin())
    found = [await factories.comment(post=post) for _ in range(6)]
    category = f"category_{other.id}"
    await asyncio.gather(
        *(comments.set_comment_status(admin, f"comment_{row.id}", CommentDecision.SPAM) for row in found),
        *(comments.add_comment(admin, POLICY, post=f"post_{post.id}", body="b") for _ in range(4)),
        *(posts.update_post(admin, POLICY, f"post_{post.id}", {"category": category}) for _ in range(3)),
        *(posts.update_post(admin, POLICY, f"post_{post.id}", {"title": f"T {n}"}) for n in range(3)),
    )
    assert set((await recount()).values()) == {0}


@pytest.mark.usefixtures("database")
async def test_two_moves_at_once_close_no_circle() -> None:
    admin = viewing(await factories.admin())
    one, two = await factories.category(), await factories.category()
    outcomes = await asyncio.gather(
        categories.update_category(admin, f"category_{one.id}", {"parent": f"category_{two.id}"}),
        categories.update_category(admin, f"category_{two.id}", {"parent": f"category_{one.id}"}),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, InvalidInput) for outcome in outcomes) == 1


@pytest.mark.usefixtures("database")
async def test_a_category_deleted_at_once_takes_no_post_along() -> None:
    admin = viewing(await factories.admin())
    for _ in range(4):
        category = f"category_{(await factories.category()).id}"
        written, deleted = await asyncio.gather(
            posts.create_post(admin, POLICY, {"title": "t", "body": "b", "category": category}),
            categories.delete_category(admin, category),
            return_exceptions=True,
        )
        assert isinstance(written, NotFound) is not isinstance(deleted, InvalidInput)


@pytest.mark.usefixtures("database")
async def test_a_post_deleted_at_once_leaves_no_comment() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    admin = viewing(await factories.admin())
    outcomes = await asyncio.gather(
        *(comments.add_comment(reader, POLICY, post=f"post_{post.id}", body="b") for _ in range(3)),
        posts.delete_post(admin, f"post_{post.id}"),
        *(comments.add_comment(reader, POLICY, post=f"post_{post.id}", body="b") for _ in range(3)),
        return_exceptions=True,
    )
    assert all(isinstance(outcome, comments.AddedComment | NotFound | None) for outcome in outcomes)
    assert not await Comment.exists()
    added = [event for event in await happened() if event[1] is None]
    removed = [event for event in await happened() if event[2] is None]
    assert len(added) == len(removed)
