"""Two thousand operations are given up at random while others write: nothing breaks, hangs or is lost."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from models import Category, Comment, CommentEvent, Post
from resolvers.counters import recount
from server.fill import fill
from storage import Database
from tests import factories
from tests.databases import assert_at_rest
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client
from tests.endtoend.conftest import SETTINGS
from tests.endtoend.leaving import Leaver
from tests.endtoend.socket import Socket, opened
from tests.endtoend.writing import Target, Writer, read
from tests.server.running import Server, running

CANCELLATIONS = {"sqlite": 2000, "postgresql": 1000}
WORKERS = {"sqlite": 1, "postgresql": 2}
LEAVERS = 8
WRITERS = 4
QUICKLY = 20.0
FILLED: dict[str, Any] = {"users": 20, "categories": 3, "posts": 40, "comments": 600}
FEED = """
subscription ($after: String) { commentFeed(after: $after) { ... on CommentAdded { comment { id } } } }
"""


@dataclass
class Crowd:
    """Those who give up, and those who stay."""

    client: Client
    leavers: list[Leaver]
    writers: list[Writer]

    async def crowd_in(self, cancellations: int) -> None:
        """All at once, until the leavers have given up so often."""
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as staying:
            for writer in self.writers:
                staying.create_task(writer.write(enough))
            staying.create_task(read(self.client, enough))
            share = cancellations // len(self.leavers)
            await asyncio.gather(*(leaver.leave(share) for leaver in self.leavers))
            enough.set()


@pytest.fixture
async def tokens(database: Database) -> list[str]:
    """A blog with something to read, and the tokens of some of its authors."""
    await fill(database, **FILLED, seed=1)
    return [await token_of(await factories.author()) for _ in range(LEAVERS + WRITERS)]


async def test_a_crowd_that_gives_up_harms_nobody(
    database: Database, database_url: str, tokens: list[str]
) -> None:
    with running(database_url, workers=WORKERS[database.dialect], **SETTINGS) as server:
        async with Client(server.url) as client, opened(server) as listener:
            crowd = await assembled(server, client, tokens)
            await listener.subscribe("feed", FEED, {"after": await feed_cursor(client)})
            await crowd.crowd_in(CANCELLATIONS[database.dialect])
            await assert_quick(crowd)
            await assert_at_rest(database)
            await assert_everything_is_there(crowd)
            await assert_all_was_heard(listener)
            await assert_counted()
        assert await asyncio.to_thread(server.stop) == 0
    assert server.events("stopped")
    assert server.events("bug") == []
    assert server.unstructured == []


async def assembled(server: Server, client: Client, tokens: list[str]) -> Crowd:
    post, category = await Post.all().order_by("id").first(), await Category.all().order_by("id").first()
    assert post is not None
    assert category is not None
    target = Target(f"post_{post.id}", f"category_{category.id}")
    seeded = [(token, target, Random(number)) for number, token in enumerate(tokens)]
    return Crowd(
        client,
        [Leaver(server.url, *each) for each in seeded[:LEAVERS]],
        [Writer(client, *each) for each in seeded[LEAVERS:]],
    )


async def feed_cursor(client: Client) -> str:
    answer = await client.ask("{ posts(first: 1) { nodes { feedCursor } } }")
    cursor: str = answer["data"]["posts"]["nodes"][0]["feedCursor"]
    return cursor


async def assert_quick(crowd: Crowd) -> None:
    """The server reads and writes as if nothing had happened."""
    begun = time.perf_counter()
    for _ in range(5):
        assert (await crowd.client.ask("{ posts(first: 1) { totalCount } }")).keys() == {"data"}
    await crowd.writers[0].comment()
    await crowd.writers[0].post()
    assert time.perf_counter() - begun < QUICKLY


async def assert_everything_is_there(crowd: Crowd) -> None:
    """What was acknowledged is there once, and what was not is there once or not at all."""
    comments = {f"comment_{id_}": body for id_, body in await Comment.all().values_list("id", "body")}
    posts = {f"post_{id_}": body for id_, body in await Post.all().values_list("id", "body")}
    for writer in crowd.writers:
        assert writer.comments
        assert writer.comments.items() <= comments.items()
        assert writer.posts.items() <= posts.items()
    times = Counter([*comments.values(), *posts.values()])
    assert {times[body] for writer in crowd.writers for body in writer.comments.values()} == {1}
    assert {times[body] for leaver in crowd.leavers for body in leaver.written} == {0, 1}


async def assert_all_was_heard(listener: Socket) -> None:
    """A subscriber that stayed has heard of each new comment once, in the order of the log."""
    events = CommentEvent.filter(comment_id__gt=FILLED["comments"]).order_by("position")
    ids = [event.comment_id for event in await events]
    assert len(ids) == len(set(ids))
    for id_ in ids:
        heard = (await listener.hear("feed"))["payload"]
        assert heard == {"data": {"commentFeed": {"comment": {"id": f"comment_{id_}"}}}}


async def assert_counted() -> None:
    """The counters are those of a recount, and the log has no gap."""
    assert set((await recount()).values()) == {0}
    positions = [event.position for event in await CommentEvent.all().order_by("position")]
    assert positions == list(range(positions[0], positions[0] + len(positions)))
