"""What is asked for twice under one key is made once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from auth.viewer import Viewer, now
from models import Category, Comment, IdempotencyKey, Post, User
from models.errors import InvalidInput, NotFound
from resolvers import categories, comments, posts
from resolvers.comments import AddedComment
from tests import factories
from tests.resolvers.rows import POLICY, all_rows, viewing

pytestmark = pytest.mark.usefixtures("database")


async def comment(who: Viewer, under: Post, *, key: str | None = "k", **given: Any) -> AddedComment:
    return await comments.add_comment(
        who, POLICY, **{"post": f"post_{under.id}", "body": "Once.", "key": key, **given}
    )


async def test_the_same_comment_sent_again_is_the_same_comment() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    first = await comment(reader, post)
    before = await all_rows()
    assert await comment(reader, post) == first
    assert await all_rows() == before
    assert await comment(reader, post, key="other") != first
    assert await comment(reader, post, key=None) != await comment(reader, post, key=None)
    assert await Comment.all().count() == 4


async def test_a_key_belongs_to_its_account_and_to_what_it_was_used_for() -> None:
    post, author = await factories.post(), viewing(await factories.author())
    one, other = await comment(author, post), await comment(viewing(await factories.user()), post)
    assert one != other
    fields: Any = {"title": "t", "body": "b", "category": f"category_{post.category_id}"}
    assert await posts.create_post(author, POLICY, fields, key="k") != one.id


async def test_a_key_is_refused_for_another_input() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    parent = await factories.comment(post=post)
    await comment(reader, post)
    before = await all_rows()
    changed: list[dict[str, Any]] = [
        {"body": "Twice."},
        {"parent": f"comment_{parent.id}"},
        {"post": f"post_{(await factories.post()).id}"},
    ]
    for other in changed:
        with pytest.raises(InvalidInput) as refused:
            await comment(reader, post, **other)
        assert [field for field, _ in refused.value.fields] == ["key"]
    assert (await all_rows())["Comment"] == before["Comment"]


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_has_a_length(key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await comment(viewing(await factories.user()), await factories.post(), key=key)
    assert refused.value.fields == (("key", "A key has 1 to 255 characters."),)


async def test_any_text_is_a_key() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    for key in ("\ud800", "\0", "é" * 255):
        assert await comment(reader, post, key=key) == await comment(reader, post, key=key)


async def test_sent_several_times_at_once_it_is_written_once() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    answers = await asyncio.gather(*(comment(reader, post) for _ in range(6)))
    assert len(set(answers)) == 1
    assert await Comment.all().count() == 1
    author, category = viewing(await factories.author()), await factories.category()
    fields: Any = {"title": "t", "body": "b", "category": f"category_{category.id}"}
    made = await asyncio.gather(*(posts.create_post(author, POLICY, fields, key="k") for _ in range(6)))
    assert len(set(made)) == 1
    admin = viewing(await factories.admin())
    new = [categories.create_category(admin, {"name": "n"}, key="k") for _ in range(6)]
    assert len(set(await asyncio.gather(*new))) == 1
    assert await Category.filter(name="n").count() == 1


async def test_what_the_site_has_decided_since_does_not_matter() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    first = await comment(reader, post)
    await Post.filter(id=post.id).update(comments_open=False)
    assert await comment(reader, post) == first


async def test_what_is_gone_is_not_made_again() -> None:
    post, reader = await factories.post(), viewing(await factories.user())
    first = await comment(reader, post)
    await comments.delete_comment(reader, f"comment_{first.id}")
    with pytest.raises(NotFound):
        await comment(reader, post)
    assert not await Comment.exists()


async def test_a_key_is_kept_for_a_day() -> None:
    post, user = await factories.post(), await factories.user()
    first = await comment(viewing(user), post)
    day = timedelta(days=1)
    assert await comment(viewing(user, now() + day - timedelta(minutes=1)), post) == first
    assert await comment(viewing(user, now() + day), post) != first
    assert await IdempotencyKey.all().count() == 1


async def test_a_key_names_nobody() -> None:
    user = await User.get(id=(await factories.user(email="ada@example.org")).id)
    await comment(viewing(user), await factories.post(), key="my secret key")
    (row,) = await IdempotencyKey.all().values()
    assert len(row["digest"]) == len(row["fingerprint"]) == 64
