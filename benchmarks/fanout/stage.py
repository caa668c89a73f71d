"""A server with its crowd, and what can be seen of both."""

import asyncio
import contextlib
import itertools
import time
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

WRITERS = 4
"""People who write at the same time."""
ATTEMPTS = 20
PATIENCE = 5.0
"""Seconds that everybody has to hear a comment, who does if all have subscribed."""


@dataclass(frozen=True)
class Stream:
    """Comments as fast as they reach everybody. `cpu` is what all took the server, in seconds."""

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
    writers: list[Writer]
    crowd: Crowd
    heard_by: int = 0
    """How many hear each comment."""

    @property
    def writer(self) -> Writer:
        """One of them, when one is enough."""
        return self.writers[0]

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
        """Comments of a few people, each of whom writes the next one when everybody has the last one."""
        first, before, begun = self.crowd.total, self.cpu(), time.perf_counter()
        said = itertools.count(1)

        async def write(writer: Writer) -> None:
            while time.perf_counter() - begun < seconds:
                everybody = self.crowd.after(first + next(said) * self.heard_by)
                await self.speaker.say(writer)
                await everybody

        await asyncio.gather(*map(write, self.writers))
        took = time.perf_counter() - begun
        self.crowd.check()
        return Stream(next(said) - 1, self.crowd.total - first, took, self.cpu() - before)

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
        writers = [Writer(server.port, token) for _ in range(WRITERS)]
        stage = Stage(competitor, server.process.pid, server.port, speaker, writers, Crowd(server.port))
        try:
            yield stage
        finally:
            for writer in writers:
                writer.close()
            await stage.crowd.leave()
