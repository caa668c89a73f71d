"""People who write at random, for tests of what holds whatever they do."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from auth.viewer import Viewer, now
from models import Category, Comment, CommentDecision, Post, PostKind, User
from models.errors import DomainError
from resolvers import comments, posts
from resolvers.policy import Policy
from resolvers.post_fields import PostFields
from tests.resolvers.rows import BEFORE, POLICY, viewing

Verb = Callable[[Viewer], Awaitable[None]]


class Writers:
    """Somebody does something, somewhere, again and again, while time passes; what is refused is refused.

    Some posts are scheduled for `later`.
    """

    def __init__(self, seed: int, people: list[User], later: timedelta = timedelta(hours=5)) -> None:
        self.random = random.Random(seed)
        self.people = people
        self.now = now() - timedelta(days=30)
        self.later = later
        self.done = 0

    async def write(self, times: int) -> None:
        for _ in range(times):
            self.now += timedelta(minutes=self.random.randrange(60))
            try:
                await self.verb()(viewing(self.random.choice(self.people), self.now))
                self.done += 1
            except DomainError:
                pass

    def verb(self) -> Verb:
        verbs: list[Verb] = [
            *([self.comment] * 6),
            *([self.delete_comment] * 4),
            *([self.decide] * 3),
            *(self.edit, self.new_post, self.change_post, self.change_post, self.delete_post, self.publish),
        ]
        return self.random.choice(verbs)

    async def any_id(self, row: type[Post] | type[Comment] | type[Category]) -> str:
        rows: list[Any] = await row.all().order_by("id").only("id")
        return f"{row.__name__.lower()}_{self.random.choice(rows).id if rows else 0}"

    def policy(self) -> Policy:
        return self.random.choice([POLICY, BEFORE])

    def moment(self) -> datetime | None:
        return self.random.choice([None, self.now - timedelta(days=1), self.now + self.later])

    def tags(self) -> list[str]:
        return self.random.sample(["Python", "python", "C", "C++", "Été"], self.random.randrange(4))

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
        status = self.random.choice(list(CommentDecision))
        await comments.set_comment_status(who, await self.any_id(Comment), status)

    async def new_post(self, who: Viewer) -> None:
        fields: PostFields = {"title": "New", "body": "b", "category": await self.any_id(Category)}
        fields["tags"] = self.tags()
        await posts.create_post(who, POLICY, {**fields, "published_at": self.moment()})

    async def change_post(self, who: Viewer) -> None:
        moved: PostFields = {"category": await self.any_id(Category)}
        categories = [await self.any_id(Category) for _ in range(self.random.randrange(1, 3))]
        kind = self.random.choice([PostKind.ARTICLE, PostKind.ARTICLE, PostKind.PAGE])
        changes = self.random.choice(
            [
                moved,
                PostFields(published_at=self.moment()),
                PostFields(published_at=self.moment()),
                PostFields(categories=categories),
                PostFields(tags=self.tags()),
                PostFields(kind=kind),
            ]
        )
        await posts.update_post(who, POLICY, await self.any_id(Post), changes)

    async def delete_post(self, who: Viewer) -> None:
        if await Post.all().count() > 3:
            await posts.delete_post(who, await self.any_id(Post))

    async def publish(self, who: Viewer) -> None:
        await posts.publish_post(who, await self.any_id(Post))
