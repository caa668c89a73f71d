"""Somebody who asks for little, comments now and then, and follows the post: what they notice."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from statistics import median

from benchmarks.hostile.attacks import TINY
from benchmarks.hostile.visitor import Visitor, body, subscribe

PAUSE = 0.05
COMMENT_EVERY = 1.0
GIVEN_UP = 30.0
"""Seconds after which an answer or a comment counts as never come."""
ADD = "mutation ($post: ID!, $body: String!) { addComment(input: {post: $post, body: $body}) { __typename } }"
FOLLOW = "subscription ($post: ID!) { commentAdded(post: $post) { body } }"


@dataclass
class Noticed:
    """Seconds: of tiny queries, and of comments from their request until a subscriber has them."""

    queries: list[float] = field(default_factory=list)
    comments: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def usual(self) -> float:
        """The median of the queries."""
        return median(self.queries)

    @property
    def worst(self) -> float:
        """Their 99th percentile."""
        return sorted(self.queries)[-1 - len(self.queries) // 100]


class Neighbour:
    """Comes from 127.0.0.1, as nobody of the attackers does."""

    def __init__(self, port: int, post: int, token: str) -> None:
        self._visitor = Visitor("127.0.0.1", port)
        self._post = f"post_{post}"
        self._token = token
        self._said: dict[str, float] = {}

    async def live(self, seconds: float) -> Noticed:
        """What is noticed in so many seconds."""
        noticed = Noticed()
        following = asyncio.create_task(self._follow(noticed))
        await asyncio.sleep(0.5)
        try:
            async with asyncio.TaskGroup() as doing:
                doing.create_task(self._ask(noticed, seconds))
                doing.create_task(self._comment(noticed, seconds))
            await asyncio.sleep(min(2.0, seconds))
        finally:
            following.cancel()
        noticed.comments += [GIVEN_UP] * len(self._said)
        self._said.clear()
        return noticed

    async def _ask(self, noticed: Noticed, seconds: float) -> None:
        question = body(TINY, post=self._post)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.perf_counter()
            try:
                async with self._visitor.connected() as streams:
                    while time.monotonic() < end:
                        begun = time.perf_counter()
                        async with asyncio.timeout(GIVEN_UP):
                            await self._visitor.ask(streams, question)
                        noticed.queries.append(time.perf_counter() - begun)
                        await asyncio.sleep(PAUSE)
            except (OSError, EOFError, TimeoutError):
                noticed.refused += 1
                noticed.queries.append(time.perf_counter() - begun)

    async def _comment(self, noticed: Noticed, seconds: float) -> None:
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            number += 1
            said = f"Comment {number} at {time.time()}"
            self._said[said] = time.perf_counter()
            request = self._visitor.request(body(ADD, post=self._post, body=said))
            signed = request.replace(b"\r\n", f"\r\nAuthorization: Bearer {self._token}\r\n".encode(), 1)
            try:
                async with asyncio.timeout(GIVEN_UP), self._visitor.connected() as (reader, writer):
                    writer.write(signed)
                    await reader.readuntil(b"\r\n\r\n")
            except (OSError, EOFError, TimeoutError):
                noticed.refused += 1
            await asyncio.sleep(COMMENT_EVERY)

    async def _follow(self, noticed: Noticed) -> None:
        async with self._visitor.socket() as socket:
            await socket.send(subscribe("f", FOLLOW, post=self._post))
            async for frame in socket:
                message = json.loads(frame)
                if message["type"] == "ping":
                    await socket.send('{"type": "pong"}')
                elif message["type"] == "next" and "data" in message["payload"]:
                    said = message["payload"]["data"]["commentAdded"]["body"]
                    if (begun := self._said.pop(said, None)) is not None:
                        noticed.comments.append(time.perf_counter() - begun)
