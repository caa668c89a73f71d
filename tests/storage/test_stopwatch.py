"""Measuring what the database works for somebody: statements, and not the wait for a connection."""

import asyncio

import pytest

from storage import Database, Stopwatch, measured, stopwatch
from tests.databases import opened
from tests.storage.test_reads import ENDLESS

SHORT = "SELECT '1'"


async def test_statements_are_measured_in_the_task_that_has_a_stopwatch(database: Database) -> None:
    at_work = Stopwatch()
    stopwatch.set(at_work)
    for _ in range(2):
        assert await database.fetch_text(SHORT, []) == "1"
    assert 0 < at_work.seconds < 10
    assert not at_work.exceeded


async def test_a_statement_is_stopped_when_no_time_is_left(database: Database) -> None:
    async def endless() -> None:
        task = asyncio.current_task()
        assert task is not None
        stopwatch.set(at_work)
        at_work.stop = task.cancel
        await database.fetch_text(ENDLESS[database.dialect], [])

    at_work = Stopwatch(0.05)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(endless())
    assert at_work.exceeded
    assert at_work.seconds >= 0.05
    assert await database.fetch_text(SHORT, []) == "1"


async def test_the_wait_for_a_connection_is_not_measured(database_url: str) -> None:
    async with opened(database_url, readers=1, pool_size=1) as database:
        holding = asyncio.create_task(database.fetch_text(ENDLESS[database.dialect], []))
        await asyncio.sleep(0.05)

        async def short() -> float:
            at_work = Stopwatch(0.3)
            stopwatch.set(at_work)
            assert await database.fetch_text(SHORT, []) == "1"
            assert not at_work.exceeded
            return at_work.seconds

        waiting = asyncio.create_task(short())
        await asyncio.sleep(0.6)
        holding.cancel()
        assert await waiting < 0.3


async def test_nothing_is_measured_for_nobody() -> None:
    with measured(), measured():
        await asyncio.sleep(0)
