"""Several processes that write: the order of the log is that of their commits, and none that is stuck stops it."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from live.feed import event_log
from live.feed.topic import Topic
from models import Category
from storage import Database, DatabaseLocked
from tests.databases import assert_at_rest, opened
from tests.live.listening import listen
from tests.live.listening import opened as hub_opened
from tests.live.writing import change, write

PATIENCE = 30


class Writer:
    """The other process, of `tests.live.second_process`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._orders, self._steps = process.stdin, process.stdout

    async def step(self) -> str:
        """What it has done next."""
        async with asyncio.timeout(PATIENCE):
            return (await self._steps.readline()).decode().strip()

    def go_on(self) -> None:
        self._orders.write(b"\n")


@asynccontextmanager
async def writer(url: str, comment: int, idle_timeout: float = 60) -> AsyncIterator[Writer]:
    command = [sys.executable, "-m", "tests.live.second_process", url, str(comment), str(idle_timeout)]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        yield Writer(process)
    finally:
        process.kill()
        await process.communicate()


async def comments() -> list[int]:
    return [event.comment_id for event in await event_log.read_after(0, 10)]


async def test_who_inserts_first_and_commits_last_comes_last(
    postgresql_database: Database, postgresql_url: str
) -> None:
    async with writer(postgresql_url, 1) as first, writer(postgresql_url, 2) as second:
        assert [await first.step(), await second.step()] == ["inserted", "inserted"]
        second.go_on()
        assert await second.step() == "placed"
        second.go_on()
        assert await second.step() == "committed"
        assert await comments() == [2]
        first.go_on()
        assert await first.step() == "placed"
        first.go_on()
        assert await first.step() == "committed"
    assert await comments() == [2, 1]


async def test_who_has_a_place_in_the_log_is_waited_for(
    postgresql_database: Database, postgresql_url: str
) -> None:
    """So nobody can commit a later position before an earlier one, which a reader would have passed by then."""
    async with writer(postgresql_url, 1) as first, writer(postgresql_url, 2) as second:
        for each in (first, second):
            assert await each.step() == "inserted"
        first.go_on()
        assert await first.step() == "placed"
        second.go_on()
        placed = asyncio.create_task(second.step())
        await waiting_for_a_lock(postgresql_url)
        assert not placed.done()
        assert await comments() == []
        first.go_on()
        assert await first.step() == "committed"
        assert await placed == "placed"
        assert await comments() == [1]
        second.go_on()
        assert await second.step() == "committed"
    assert await comments() == [1, 2]


async def waiting_for_a_lock(url: str) -> None:
    connection = await asyncpg.connect(url)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(PATIENCE):
        while not await connection.fetchval(waiting):  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.02)
    await connection.close()


async def test_a_stuck_writer_is_ended_and_the_feed_goes_on(postgresql_url: str) -> None:
    """It has taken its place in the log, and then its process stands still."""
    async with opened(postgresql_url, busy_timeout=PATIENCE), hub_opened() as hub:
        basket = await listen(hub)
        async with writer(postgresql_url, 1, idle_timeout=0.5) as stuck:
            assert await stuck.step() == "inserted"
            stuck.go_on()
            assert await stuck.step() == "placed"
            stuck.process.send_signal(signal.SIGSTOP)
            await write(change(2))
            assert await basket.until(1) == ["CommentAdded 2"]
            stuck.process.send_signal(signal.SIGCONT)
            stuck.go_on()
            assert await stuck.step() == "DatabaseUnavailable"
        assert await comments() == [2]
        assert await Category.all().count() == 0


async def test_a_long_transaction_elsewhere_delays_nothing(postgresql_url: str) -> None:
    other = await asyncpg.connect(postgresql_url)
    await other.execute("BEGIN; LOCK TABLE categories IN ROW EXCLUSIVE MODE; SELECT pg_current_xact_id()")
    async with opened(postgresql_url), hub_opened() as hub:
        basket = await listen(hub)
        await write(change(1))
        await write(change(2))
        assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 2"]
    await other.execute("COMMIT")
    await other.close()


async def test_a_stopped_process_that_writes_to_sqlite_fails_writes_in_time_and_no_read(
    sqlite_url: str,
) -> None:
    """Nobody can end it, as PostgreSQL can; but the feed, which reads, goes on, and nobody waits for ever."""
    async with opened(sqlite_url, busy_timeout=1.0) as database, hub_opened() as hub:
        start = str(await event_log.current())
        await write(change(1))
        async with writer(sqlite_url, 2) as stuck:
            assert await stuck.step() == "inserted"
            stuck.process.send_signal(signal.SIGSTOP)
            begun = time.monotonic()
            tries = [write(change(number)) for number in range(3, 13)]
            failures = await asyncio.gather(*tries, return_exceptions=True)
            assert {type(each) for each in failures} == {DatabaseLocked}
            assert (
                time.monotonic() - begun < 6
            )  # 10, if each had waited for the one before, and then as long again
            caught_up = await listen(hub, Topic("feed", after=start))
            assert await caught_up.until(1) == ["CommentAdded 1"]
        await write(change(2))
        assert await caught_up.until(2) == ["CommentAdded 1", "CommentAdded 2"]
        await assert_at_rest(database)


async def test_writers_that_wait_leave_connections_to_those_who_read(postgresql_url: str) -> None:
    other = await asyncpg.connect(postgresql_url)
    await other.execute("BEGIN; SELECT * FROM feed FOR UPDATE")
    async with opened(postgresql_url, pool_size=4, busy_timeout=PATIENCE, acquire_timeout=PATIENCE):
        writers = [asyncio.create_task(write(change(number))) for number in range(6)]
        await waiting_for_a_lock(postgresql_url)
        async with asyncio.timeout(PATIENCE / 2):
            for _ in range(3):
                assert await comments() == []
        await other.execute("COMMIT")
        await asyncio.gather(*writers)
        assert sorted(await comments()) == [0, 1, 2, 3, 4, 5]
    await other.close()
