"""Clocks that differ from each other, or are set while people follow: everybody is told of everything, once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import httpx

from models import CommentEvent
from tests import factories
from tests.databases import opened
from tests.endtoend.accounts import token_of
from tests.faults.clients import Subscriber
from tests.faults.clock import Clock
from tests.faults.history import ADDED, REMOVED, Subscription
from tests.live.listening import eventually
from tests.server.running import Server, running

AHEAD = 0.4
"""Seconds that one clock is ahead: in NTP's reach, and longer than anything here takes."""
DAY = 86_400.0
COMMENTS = 20
TAKE_BACK = (
    "mutation ($post: ID!) { updatePost(input: {id: $post, publishedAt: null}) { error { message } } }"
)
PUBLISH = "mutation ($post: ID!) { publishPost(id: $post) { post { status } error { message } } }"
ADD = 'mutation ($post: ID!) { addComment(input: {post: $post, body: "b"}) { error { message } } }'
SAY = """mutation ($post: ID!, $body: String!) {
  addComment(input: {post: $post, body: $body, key: $body}) { error { message } }
}"""
LOOK = """query ($post: ID!) {
  post(by: {id: $post}) { status category { postCount posts { totalCount } } comments { totalCount } }
}"""
SEEN = {"status": "PUBLISHED", "category": {"postCount": 1, "posts": {"totalCount": 1}}}


class Blog:
    """A post, its author, and where the log stood."""

    async def found(self, url: str) -> "Blog":
        async with opened(url):
            author = await factories.author()
            post = await factories.post(author=author)
            for _ in range(COMMENTS):
                await factories.comment(post=post)
            first = await CommentEvent.all().order_by("-position").first()
            assert first is not None
            self.post, self.start, self.token = f"post_{post.id}", first.cursor, await token_of(author)
        return self

    async def ask(self, server: Server, query: str, **variables: str) -> Any:
        """Whatever it is, it may be asked again: what the library that sets the clock holds up is."""
        sent = {"query": query, "variables": {"post": self.post, **variables}}
        for patience in (10, 10, 30):
            async with httpx.AsyncClient(headers={"authorization": f"Bearer {self.token}"}) as client:
                with contextlib.suppress(httpx.ReadTimeout):
                    return (await client.post(server.graphql, json=sent, timeout=patience)).json()["data"]
        raise AssertionError("no answer")

    async def say(self, server: Server, *bodies: str) -> None:
        """Comment on it."""
        for body in bodies:
            assert await self.ask(server, SAY, body=body) == {"addComment": {"error": None}}

    async def seen(self, server: Server) -> Any:
        """What anybody sees of it."""
        async with httpx.AsyncClient() as client:
            sent = {"query": LOOK, "variables": {"post": self.post}}
            return (await client.post(server.graphql, json=sent, timeout=30)).json()["data"]["post"]

    @contextlib.asynccontextmanager
    async def followed(self, server: Server) -> AsyncIterator[Subscription]:
        follower = Subscriber(server.url, Subscription("follower", self.post, self.start), Random(1))
        following = asyncio.create_task(follower.follow())
        try:
            await eventually(lambda: follower.subscription.connections > 0)
            yield follower.subscription
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def kinds(subscription: Subscription) -> list[str]:
    assert subscription.complaints == []
    return [heard.kind for heard in subscription.heard]


async def test_a_post_published_by_a_clock_ahead_is_public_at_every_server(
    postgresql_url: str, tmp_path: Path
) -> None:
    blog, clock = await Blog().found(postgresql_url), Clock(tmp_path)
    clock.set(AHEAD)
    with running(postgresql_url, variables=clock.variables) as ahead, running(postgresql_url) as other:
        async with blog.followed(other) as there, blog.followed(ahead) as here:
            await blog.ask(ahead, TAKE_BACK)
            assert (await blog.ask(ahead, PUBLISH))["publishPost"]["post"] == {"status": "PUBLISHED"}
            assert await blog.ask(other, ADD) == {"addComment": {"error": None}}
            assert await blog.seen(other) == {**SEEN, "comments": {"totalCount": COMMENTS + 1}}
            expected = [REMOVED] * COMMENTS + [ADDED] * (COMMENTS + 1)
            for each in (there, here):
                await eventually(lambda each=each: len(each.heard) >= len(expected))  # type: ignore[misc]
                assert kinds(each) == expected


async def test_a_clock_that_is_set_back_takes_nothing_back(database_url: str, tmp_path: Path) -> None:
    blog, clock = await Blog().found(database_url), Clock(tmp_path)
    clock.set(2 * DAY)
    with running(database_url, variables=clock.variables) as server:
        async with blog.followed(server) as follower:
            await blog.ask(server, TAKE_BACK)
            await blog.ask(server, PUBLISH)
            await clock.set_for_all(0)
            assert await blog.seen(server) == {**SEEN, "comments": {"totalCount": COMMENTS}}
            assert await blog.ask(server, ADD) == {"addComment": {"error": None}}
            assert await blog.seen(server) == {**SEEN, "comments": {"totalCount": COMMENTS + 1}}
            expected = [REMOVED] * COMMENTS + [ADDED] * (COMMENTS + 1)
            await eventually(lambda: len(follower.heard) >= len(expected))
            assert kinds(follower) == expected
        async with blog.followed(server) as late:
            await eventually(lambda: len(late.heard) >= len(expected))
            assert kinds(late)[-COMMENTS - 1 :] == [ADDED] * (COMMENTS + 1)


async def test_the_log_is_pruned_without_gaps_after_a_wrong_clock(sqlite_url: str, tmp_path: Path) -> None:
    """A week later the comments of the wrong clock seem young, and those after them are old."""
    blog, clock = await Blog().found(sqlite_url), Clock(tmp_path)
    clock.set(3 * DAY)
    with running(sqlite_url, variables=clock.variables) as server:
        await blog.say(server, "1", "2")
        await clock.set_for_all(0)
        await blog.say(server, "3", "4", "5")
    clock.set(8 * DAY)
    with running(sqlite_url, variables=clock.variables) as server:
        await blog.say(server, "6")
        async with opened(sqlite_url):
            kept = await CommentEvent.all().order_by("position").values_list("position", "cursor")
        (first, blog.start), (last, _) = kept[0], kept[-1]
        assert [position for position, _ in kept] == [*range(first, last + 1)]
        async with blog.followed(server) as follower:
            await eventually(lambda: len(follower.heard) >= last - first)
            assert [heard.body for heard in follower.heard] == ["1", "2", "3", "4", "5", "6"][
                -(last - first) :
            ]
            assert kinds(follower) == [ADDED] * (last - first)
