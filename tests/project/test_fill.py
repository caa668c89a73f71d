import asyncio
from typing import Any

import pytest

from models import Category, Comment, CommentEvent, CommentStatus, Feed, Post, PostSlug, Role, Tag, User
from resolvers.counters import recount
from server.fill import NotEmpty, fill
from storage import Database, open_database
from tests import factories

SIZES: dict[str, Any] = {"users": 50, "categories": 9, "posts": 40, "comments": 1_500}


async def _rows(*models: Any) -> list[Any]:
    return [list(await model.all().order_by("id").values()) for model in models]


async def _clear() -> None:
    await Post.all().delete()
    await Category.exclude(parent_id=None).delete()
    await Category.all().delete()
    await Tag.all().delete()


async def test_it_makes_as_many_rows_as_were_asked_for(database: Database) -> None:
    await fill(database, **SIZES)
    assert [await model.all().count() for model in (User, Category, Post, PostSlug, Comment)] == [
        *(50, 9, 40, 40, 1_500)
    ]
    assert await User.filter(role=Role.AUTHOR).count() == 2


async def test_recounting_changes_nothing(database: Database) -> None:
    await fill(database, **SIZES)
    assert set((await recount()).values()) == {0}
    assert await Comment.filter(reply_count__gt=0).exists()


async def test_recounting_takes_no_longer_than_filling(sqlite_database: Database) -> None:
    await fill(sqlite_database, users=50, categories=9, posts=200, comments=20_000)
    async with asyncio.timeout(5):  # reading all comments for each comment would take minutes
        assert set((await recount()).values()) == {0}


async def test_threads_hold_together(database: Database) -> None:
    await fill(database, **SIZES)
    comments = await Comment.all().prefetch_related("parent", "post", "author")
    for comment in comments:
        assert comment.author is not None
        assert comment.author.created_at < comment.post.published_at < comment.created_at
        if comment.parent is None:
            assert comment.depth == 0
        else:
            assert comment.parent.post_id == comment.post_id
            assert comment.parent.status is CommentStatus.APPROVED
            assert comment.parent.created_at < comment.created_at
            assert comment.depth == comment.parent.depth + 1
    assert {comment.status for comment in comments} == set(CommentStatus) - {CommentStatus.HIDDEN}


async def test_posts_are_about_a_kilobyte_and_rendered(database: Database) -> None:
    await fill(database, **SIZES)
    posts = await Post.all()
    assert 900 < sum(len(post.body) for post in posts) / len(posts) < 1_200
    assert all(post.body_html.startswith("<p>") and post.excerpt for post in posts)
    assert {post.language for post in posts} == {"en", "fr"}


async def test_the_same_seed_makes_the_same_rows(database: Database) -> None:
    await fill(database, **SIZES, seed=7)
    first = await _rows(User, Category, Post, Comment)
    await _clear()
    await User.all().delete()
    await fill(database, **SIZES, seed=7)
    assert await _rows(User, Category, Post, Comment) == first


async def test_another_seed_makes_other_rows(sqlite_database: Database) -> None:
    await fill(sqlite_database, **SIZES, seed=7)
    titles = set(await Post.all().values_list("title", flat=True))
    await _clear()
    await fill(sqlite_database, **SIZES, seed=8)
    assert set(await Post.all().values_list("title", flat=True)) != titles


async def test_accounts_that_are_there_already_stay(database: Database) -> None:
    admin = await factories.admin(username="ada2", email="ada2@example.org")
    await fill(database, **SIZES)
    assert await User.all().count() == 51
    assert await User.get(id=admin.id) == admin


async def test_what_comes_afterwards_gets_new_ids(database: Database) -> None:
    await fill(database, **SIZES)
    made = await factories.comment()
    assert made.id == 1_501
    assert (made.post_id, (await made.post).author_id) == (41, 51)


async def test_content_that_is_there_already_is_left_alone(database: Database) -> None:
    await factories.post()
    with pytest.raises(NotEmpty, match="name an empty one"):
        await fill(database, **SIZES)
    assert await Post.all().count() == 1


async def test_comments_need_posts(sqlite_database: Database) -> None:
    with pytest.raises(ValueError, match="Comments need posts"):
        await fill(sqlite_database, users=1, categories=1, posts=0, comments=1)


async def test_the_feed_stays_where_it_was(database: Database) -> None:
    before = await Feed.get(id=1)
    await fill(database, **SIZES)
    assert (await Feed.get(id=1)).cursor == before.cursor
    assert await CommentEvent.all().count() == 1


async def test_progress_is_told_from_nothing_to_all(sqlite_database: Database) -> None:
    told: list[tuple[str, int, int]] = []
    await fill(sqlite_database, **SIZES, progress=lambda *it: told.append(it))
    assert told == [
        ("users", 0, 50),
        ("users", 50, 50),
        ("categories", 0, 9),
        ("categories", 9, 9),
        ("posts", 0, 40),
        ("posts", 40, 40),
        ("comments", 0, 1_500),
        ("comments", 1_000, 1_500),
        ("comments", 1_500, 1_500),
    ]


async def test_giving_up_half_way_leaves_nothing(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    task: asyncio.Task[None]

    def give_up(what: str, done: int, _total: int) -> None:
        if what == "comments" and done:
            task.cancel()

    task = asyncio.create_task(fill(database, **SIZES, progress=give_up))
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.close()
    database = await open_database(sqlite_url)
    assert [await model.all().count() for model in (User, Post, Comment)] == [0, 0, 0]
    await database.close()
