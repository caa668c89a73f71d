import pytest

from models import Category, CommentStatus, Feed, Post, Session
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


async def test_factories_keep_the_counters_right() -> None:
    post = await factories.post()
    await factories.draft(category_id=post.category_id)
    await factories.scheduled(category_id=post.category_id)
    top = await factories.comment(post=post)
    reply = await factories.comment(parent=top)
    await factories.comment(parent=top, status=CommentStatus.PENDING)
    await factories.tombstone(post=post)

    await post.refresh_from_db()
    await top.refresh_from_db()
    category = await Category.get(id=post.category_id)
    assert (post.comment_count, top.reply_count, category.post_count) == (2, 1, 1)
    assert post.last_commented_at == reply.created_at
    assert (reply.depth, reply.post_id) == (1, post.id)


async def test_every_test_begins_with_an_empty_database() -> None:
    assert await Post.all().count() == await Session.all().count() == 0
    assert (await Feed.get()).position == 0
    await factories.session()
