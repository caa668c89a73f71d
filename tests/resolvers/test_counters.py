"""Counters after any sequence of writes are what the rows say."""

import asyncio

import pytest

from auth.viewer import now
from models import (
    ArchiveMonth,
    ArchiveYear,
    Category,
    Comment,
    CommentStatus,
    Post,
    PostCategory,
    PostTag,
    Tag,
)
from resolvers.archive_months import keep_archive
from resolvers.counters import NEVER, recount
from resolvers.due_posts import publish_due
from tests import factories
from tests.resolvers.writers import Writers

RIGHT = {"comments": 0, "posts": 0, "linkbacks": 0, "filings": 0, "categories": 0, "tags": 0, "archive": 0}


@pytest.mark.usefixtures("database")
async def test_recounting_repairs_everything() -> None:
    await keep_archive("Europe/Paris")
    reply = await factories.comment(parent=await factories.comment())
    await factories.comment(post_id=reply.post_id, status=CommentStatus.SPAM)
    await factories.tombstone(post_id=reply.post_id)
    await factories.scheduled()
    empty = await factories.post(tags=["Tagged"])
    assert await recount() == RIGHT
    await PostTag.all().update(comment_count=5)
    assert (await recount())["filings"] == 1
    right = await stored()
    await Post.filter(id=reply.post_id).update(comment_count=99, last_commented_at=NEVER, counted=False)
    await Post.filter(id=empty.id).update(last_commented_at=reply.created_at)
    await Comment.all().update(reply_count=-1)
    await Category.all().update(post_count=7)
    await Tag.all().update(post_count=7)
    await PostCategory.all().update(counted=False)
    await ArchiveMonth.all().update(post_count=7)
    await ArchiveYear.all().delete()
    gone = len(right[4])  # type: ignore[arg-type]
    number = await Comment.all().count()
    assert await recount() == {
        "comments": number,
        "posts": 2,
        "linkbacks": 0,
        "filings": 2,
        "categories": 3,
        "tags": 1,
        "archive": gone,
    }
    assert await stored() == right
    assert await recount() == RIGHT


async def stored() -> list[object]:
    return [
        await Post.all().order_by("id").values("comment_count", "last_commented_at", "counted"),
        await Comment.all().order_by("id").values("reply_count"),
        await Category.all().order_by("id").values("post_count"),
        await Tag.all().order_by("id").values("post_count"),
        [
            *await ArchiveYear.all().order_by("id").values("id", "post_count"),
            *await ArchiveMonth.all().order_by("id").values("id", "post_count"),
        ],
    ]


async def at_work(seed: int, number: int, writes: int) -> list[Writers]:
    """Writers that have written at the same time, and the posts that they found."""
    await keep_archive("Europe/Paris")
    people = [factories.user, factories.author, factories.moderator, factories.admin, factories.admin]
    known = [await someone() for someone in people]
    tree = [await factories.category(), await factories.category()]
    for _ in range(3):
        await factories.post(category=tree[0], author=known[1])
    writers = [Writers(seed + n, known) for n in range(number)]
    await asyncio.gather(*(writer.write(writes) for writer in writers))
    await publish_due(NEVER, now())
    return writers


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_counters_are_right_after_any_writes(seed: int) -> None:
    (writer,) = await at_work(seed, 1, 150)
    assert writer.done > 50
    assert await recount() == RIGHT


@pytest.mark.usefixtures("database")
async def test_counters_are_right_after_writes_at_once() -> None:
    writers = await at_work(4, 5, 30)
    assert sum(writer.done for writer in writers) > 50
    assert await recount() == RIGHT
