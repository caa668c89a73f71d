"""A server with its crowd, and what can be seen of both."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks import usage
from benchmarks.competitors import Competitor
from benchmarks.fanout.competitors import Speaker
from benchmarks.fanout.crowd import Crowd, CrowdError, Subscription
from benchmarks.fanout.writer import Writer
from benchmarks.place import Place
from benchmarks.serving import serving

ON_THE_WAY = 4
"""Comments of a stream that have not reached everybody yet."""
ATTEMPTS = 20
PATIENCE = 5.0
"""Seconds that everybody has to hear a comment, who does if all have subscribed."""


@dataclass(frozen=True)
class Stream:
    """Comments as fast as they reach everybody, for a while. `cpu` is what all took the server, in seconds."""

    comments: int
    deliveries: int
    seconds: float
    cpu: float


@dataclass
class Stage:
    """A running server and those who listen to it."""

    competitor: Competitor
    pid: int
    port: int
    speaker: Speaker
    writer: Writer
    crowd: Crowd
    heard_by: int = 0
    """How many hear each comment."""

    async def gather(self, count: int, subscription: Subscription) -> None:
        """Let so many more come, and wait until each hears the comments."""
        await self.crowd.join(count, subscription)
        self.heard_by = len(self.crowd.listeners) // self.speaker.cycle
        for _ in range(ATTEMPTS):
            before = [listener.count for listener in self.crowd.listeners]
            everybody = self.crowd.after(self.crowd.total + len(before))
            for _ in range(self.speaker.cycle):
                await self.speaker.say(self.writer)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await everybody
            told = [listener.count for listener in self.crowd.listeners]
            if all(now == then + 1 for now, then in zip(told, before, strict=True)):
                return
            await self._quiet()
        raise CrowdError(f"{self.competitor.key}: not everybody hears every comment")

    async def time_of_one(self) -> float:
        """Seconds from the request that writes a comment until the last has it."""
        everybody = self.crowd.after(self.crowd.total + self.heard_by)
        begun = time.perf_counter()
        await self.speaker.say(self.writer)
        return await everybody - begun

    async def stream(self, seconds: float) -> Stream:
        """Comments one after the other, a few of them on the way at any time."""
        first, before, begun = self.crowd.total, self.cpu(), time.perf_counter()
        waiting, said = deque[asyncio.Future[float]](), 0
        while not said or time.perf_counter() - begun < seconds:
            if len(waiting) >= ON_THE_WAY:
                await waiting.popleft()
            said += 1
            waiting.append(self.crowd.after(first + said * self.heard_by))
            await self.speaker.say(self.writer)
        ended = await waiting.pop()
        self.crowd.check()
        return Stream(said, self.crowd.total - first, ended - begun, self.cpu() - before)

    async def dismiss(self) -> None:
        """Let everybody go; others may come."""
        await self.crowd.leave()
        self.crowd = Crowd(self.port)

    def cpu(self) -> float:
        """Seconds that the server has computed."""
        return usage.cpu_seconds([self.pid])

    def memory(self) -> int:
        """Bytes."""
        return usage.memory_bytes(self.pid)

    async def _quiet(self) -> None:
        """Wait until nothing arrives any more."""
        known = -1
        while self.crowd.total != known:
            known = self.crowd.total
            await asyncio.sleep(1)
        self.crowd.check()


@asynccontextmanager
async def on_stage(
    place: Place, competitor: Competitor, database: str, speaker: Speaker, token: str | None
) -> AsyncIterator[Stage]:
    """The competitor's server; nobody listens yet."""
    with serving(competitor, database, place.server_core, place.logs) as server:
        writer = Writer(server.port, token)
        stage = Stage(competitor, server.process.pid, server.port, speaker, writer, Crowd(server.port))
        try:
            yield stage
        finally:
            writer.close()
            await stage.crowd.leave()
