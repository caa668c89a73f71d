"""Noticing what other processes have written to a database that can tell."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

from live.bus.bus import Hint
from live.bus.data_version import DataVersionBus
from storage import Database
from tests.live.listening import eventually


@asynccontextmanager
async def watching(version: Callable[[], int | None]) -> AsyncIterator[list[Hint]]:
    heard: list[Hint] = []
    bus = DataVersionBus(version, 0.001)
    bus.open(heard.append)
    yield heard
    await bus.close()


async def test_a_commit_of_another_process_is_heard_once(sqlite_database: Database) -> None:
    asked = 0

    def version() -> int | None:
        nonlocal asked
        asked += 1
        return sqlite_database.data_version()

    async with watching(version) as heard:
        await eventually(lambda: asked > 3)
        assert heard == []
        with closing(sqlite3.connect(sqlite_database.location.target)) as other, other:
            other.execute("UPDATE feed SET position = position + 1")
        await eventually(lambda: bool(heard))
        enough = asked + 3
        await eventually(lambda: asked > enough)
    assert heard == [Hint.FEED]


async def test_a_version_that_cannot_be_told_may_be_another_one() -> None:
    versions = iter([1, None, 1, *[1] * 10_000])
    async with watching(lambda: next(versions)) as heard:
        await eventually(lambda: len(heard) >= 2)


async def test_what_was_never_opened_can_be_closed() -> None:
    await DataVersionBus(lambda: 1).close()
