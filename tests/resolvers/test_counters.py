"""Counters after any sequence of writes are what the rows say."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from auth.errors import AuthError
from auth.viewer import Viewer, now
from models import Category, Comment, CommentStatus, Post, User
from resolvers import comments, posts
from resolvers.counters import NEVER, count_due_posts, recount
from resolvers.policy import Policy
from resolvers.post_fields import PostFields
from tests import factories
from tests.resolvers.rows import BEFORE, POLICY, viewing

Verb = Callable[[Viewer], Awaitable[None]]
RIGHT = {"comments": 0, "posts": 0, "categories": 0}


@pytest.mark.usefixtures("database")
async def test_recounting_repairs_everything() -> None:
    reply = await factories.comment(parent=await factories.comment())
    await factories.comment(post_id=reply.post_id, status=CommentStatus.SPAM)
    await factories.tombstone(post_id=reply.post_id)
    await factories.scheduled()
    empty = await factories.post()
    assert await recount() == RIGHT
    right = await stored()
    await Post.filter(id=reply.post_id).update(comment_count=99, last_commented_at=NEVER, counted=False)
    await Post.filter(id=empty.id).update(last_commented_at=reply.created_at)
    await Comment.all().update(reply_count=-1)
    await Category.all().update(post_count=7)
    number = await Comment.all().count()
    assert await recount() == {"comments": number, "posts": 2, "categories": 3}
    assert await stored() == right
    assert await recount() == RIGHT


async def stored() -> list[object]:
    return [
        await Post.all().order_by("id").values("comment_count", "last_commented_at", "counted"),
        await Comment.all().order_by("id").values("reply_count"),
        await Category.all().order_by("id").values("post_count"),
    ]


class Writers:
    """Somebody does something, somewhere, again and again, while time passes; what is refused is refused."""

    def __init__(self, seed: int, people: list[User]) -> None:
        self.random = random.Random(seed)
        self.people = people
        self.now = now() - timedelta(days=30)
        self.done = 0

    async def write(self) -> None:
        verbs: list[Verb] = [
            *([self.comment] * 6),
            *([self.delete_comment] * 4),
            *([self.decide] * 3),
            *(self.edit, self.new_post, self.change_post, self.change_post, self.delete_post, self.publish),
        ]
        self.now += timedelta(minutes=self.random.randrange(60))
        try:
            await self.random.choice(verbs)(viewing(self.random.choice(self.people), self.now))
            self.done += 1
        except AuthError:
            pass

    async def any_id(self, row: type[Post] | type[Comment] | type[Category]) -> str:
        rows: list[Any] = await row.all().order_by("id").only("id")
        return f"{row.__name__.lower()}_{self.random.choice(rows).id if rows else 0}"

    def policy(self) -> Policy:
        return self.random.choice([POLICY, BEFORE])

    def moment(self) -> datetime | None:
        return self.random.choice([None, self.now - timedelta(days=1), self.now + timedelta(hours=5)])

    async def comment(self, who: Viewer) -> None:
        above = await Comment.get_or_none(id=int((await self.any_id(Comment)).partition("_")[2]))
        body = f"Said {self.random.random()}"
        if above is None or self.random.random() < 0.3:
            await comments.add_comment(who, self.policy(), post=await self.any_id(Post), body=body)
        else:
            post, parent = f"post_{above.post_id}", f"comment_{above.id}"
            await comments.add_comment(who, self.policy(), post=post, body=body, parent=parent)

    async def edit(self, who: Viewer) -> None:
        body = f"Edited {self.random.random()}"
        await comments.edit_comment(who, self.policy(), await self.any_id(Comment), body)

    async def delete_comment(self, who: Viewer) -> None:
        await comments.delete_comment(who, await self.any_id(Comment))

    async def decide(self, who: Viewer) -> None:
        status = self.random.choice(list(CommentStatus))
        await comments.set_comment_status(who, await self.any_id(Comment), status)

    async def new_post(self, who: Viewer) -> None:
        fields: PostFields = {"title": "New", "body": "b", "category": await self.any_id(Category)}
        await posts.create_post(who, POLICY, {**fields, "published_at": self.moment()})

    async def change_post(self, who: Viewer) -> None:
        moved: PostFields = {"category": await self.any_id(Category)}
        changes = self.random.choice([moved, PostFields(published_at=self.moment())])
        await posts.update_post(who, POLICY, await self.any_id(Post), changes)

    async def delete_post(self, who: Viewer) -> None:
        if await Post.all().count() > 3:
            await posts.delete_post(who, await self.any_id(Post))

    async def publish(self, who: Viewer) -> None:
        await posts.publish_post(who, await self.any_id(Post))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_counters_are_right_after_any_writes(seed: int) -> None:
    people = [factories.user, factories.author, factories.moderator, factories.admin, factories.admin]
    writers = Writers(seed, [await someone() for someone in people])
    tree = [await factories.category(), await factories.category()]
    for _ in range(3):
        await factories.post(category=tree[0], author=writers.people[1])
    for _ in range(150):
        await writers.write()
    assert writers.done > 50
    for category in tree:
        await count_due_posts(category.id, now())
    assert await recount() == RIGHT
