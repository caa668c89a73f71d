"""A reconnect storm: everybody comes back at once and wants what was missed, while others go on listening."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

from benchmarks.fanout.competitors import CAUSERIE, Author, of_post
from benchmarks.fanout.crowd import Crowd
from benchmarks.fanout.rows import Rows
from benchmarks.fanout.stage import Stage, on_stage
from benchmarks.place import Place

FOLLOW = """
subscription Follow($post: ID!, $after: String!) {
  commentFeed(post: $post, after: $after) {
    cursor
    ... on CommentAdded { comment { id body createdAt author { id name } } }
  }
}
"""
CURSOR = "query Cursor($post: ID!) { post(by: { id: $post }) { feedCursor } }"
BEHIND = 100
"""Events that each has missed."""
BYSTANDERS = 100
"""Subscribers of another post who were there before."""
PAUSE = 0.05
"""Seconds between a comment for the bystanders and the next one."""
QUIET = 20
"""Comments for the bystanders before the storm: how long they take usually."""
BETWEEN = 1.0
PATIENCE = 60.0


@dataclass(frozen=True)
class Storm:
    """Seconds until all had everything, and by how many live events came later than usual, at worst."""

    seconds: float
    delay: float


@asynccontextmanager
async def gathered(place: Place, rows: Rows) -> AsyncIterator[tuple[Stage, str]]:
    """Causerie with its bystanders, and a cursor so many events ago."""
    author = Author([rows.post])
    async with on_stage(place, CAUSERIE, str(rows.file), author, rows.token) as stage:
        request = orjson.dumps({"query": CURSOR, "variables": {"post": f"post_{rows.post}"}})
        cursor = orjson.loads(await stage.writer.post(request))["data"]["post"]["feedCursor"]
        for _ in range(BEHIND):
            await author.say(stage.writer)
        author.posts = rows.posts[1:2]
        await stage.gather(BYSTANDERS, of_post(rows.posts[1]))
        yield stage, cursor


async def storm(stage: Stage, post: int, cursor: str, count: int) -> Storm:
    """Let so many come at once."""
    usual = statistics.median([await stage.time_of_one() for _ in range(QUIET)])
    crowd = Crowd(stage.port)
    over = asyncio.Event()
    watching = asyncio.create_task(_watch(stage, over))
    begun = time.perf_counter()
    everything = crowd.after(count * BEHIND)
    variables = {"post": f"post_{post}", "after": cursor}
    async with asyncio.timeout(PATIENCE):
        await crowd.join(count, lambda _: (FOLLOW, variables), at_once=count)
        seconds = await everything - begun
        over.set()
        times = await watching
    await crowd.leave()
    await asyncio.sleep(BETWEEN)
    return Storm(seconds, max(times) - usual)


async def _watch(stage: Stage, over: asyncio.Event) -> list[float]:
    """How long the bystanders wait for each comment until it is over."""
    times = []
    while not over.is_set():
        times.append(await stage.time_of_one())
        await asyncio.sleep(PAUSE)
    return times
