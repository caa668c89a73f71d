"""Clocks differ, and are set: what has been noticed as public stays so for everybody, whatever a clock says."""

from datetime import timedelta
from typing import Any

import pytest

import schema
from auth.viewer import Viewer, now
from compiler import Engine
from models import Category, Role, User
from resolvers import comments, posts
from resolvers.counters import recount
from resolvers.due_posts import publish_due
from storage import Database
from tests import factories
from tests.resolvers.rows import POLICY, happened
from tests.schema.test_answers import ask
from tests.schema.test_reference import reveal

BEHIND = (timedelta(milliseconds=50), timedelta(days=2))
"""How much a clock is behind the one by which a post was published: another server's, or the same after a step."""
ALL = """query ($id: ID!, $category: ID!) {
  post(by: {id: $id}) { status comments { totalCount } viewerCanComment }
  posts { totalCount nodes { id } }
  comments { totalCount }
  category(by: {id: $category}) { postCount posts { totalCount } }
}"""
RIGHT: dict[str, Any] = {"status": "PUBLISHED", "comments": {"totalCount": 2}}


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=reveal, policy=POLICY)


@pytest.fixture
async def author(database: Database) -> User:
    assert database
    return await factories.author()


async def republished(author: User, viewer: Viewer) -> tuple[str, str]:
    """A post with two comments that was taken back and published again, and its category."""
    post = await factories.post(author=author)
    for _ in range(2):
        await factories.comment(post=post)
    id_ = f"post_{post.id}"
    await posts.update_post(viewer, POLICY, id_, {"published_at": None})
    await posts.publish_post(viewer, id_)
    return id_, f"category_{post.category_id}"


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.READER])
async def test_a_published_post_is_public_by_every_clock(
    engine: Engine, author: User, behind: timedelta, role: Role | None
) -> None:
    id_, category = await republished(author, Viewer(author.id, author.role, now()))
    viewer_id = None if role is None else author.id if role is Role.AUTHOR else (await factories.user()).id
    answer = await ask(engine, Viewer(viewer_id, role, now() - behind), ALL, id=id_, category=category)
    data = answer["data"]
    assert data["post"] == {**RIGHT, "viewerCanComment": role is not None}
    assert data["posts"] == {"totalCount": 1, "nodes": [{"id": id_}]}
    assert data["comments"] == {"totalCount": 2}
    assert data["category"] == {"postCount": 1, "posts": {"totalCount": 1}}


@pytest.mark.parametrize("behind", BEHIND)
async def test_writes_by_a_slower_clock_leave_a_post_public(author: User, behind: timedelta) -> None:
    id_, category = await republished(author, Viewer(author.id, author.role, now()))
    slower = Viewer(author.id, author.role, now() - behind)
    before = await happened()
    await posts.update_post(slower, POLICY, id_, {"title": "Another"})
    await posts.publish_post(slower, id_)
    assert await happened() == before
    added = await comments.add_comment(slower, POLICY, post=id_, body="b")
    await recount()
    assert await happened() == [*before, (added.id, None, "APPROVED")]
    assert (await Category.get(id=int(category.partition("_")[2]))).post_count == 1


async def test_a_post_that_is_scheduled_anew_waits_again(engine: Engine, author: User) -> None:
    viewer = Viewer(author.id, author.role, now())
    id_, category = await republished(author, viewer)
    await posts.update_post(viewer, POLICY, id_, {"published_at": now() + timedelta(days=1)})
    answer = await ask(engine, Viewer(author.id, author.role, now()), ALL, id=id_, category=category)
    assert answer["data"]["post"]["status"] == "SCHEDULED"
    assert answer["data"]["posts"]["totalCount"] == 0


async def test_what_is_scheduled_after_a_step_back_is_noticed(author: User) -> None:
    """The look remembers up to when it has looked, by a clock that was ahead."""
    ahead = now() + timedelta(days=2)
    await publish_due(ahead, ahead)
    post = await factories.post(author=author, published_at=now() + timedelta(hours=1))
    assert await publish_due(ahead, now()) == post.published_at
    assert await publish_due(ahead, post.published_at) is None
    await post.refresh_from_db()
    assert post.counted
