"""Several processes on one database."""

import asyncio
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError

from models import Category, Feed
from storage import Database, DatabaseLocked, DatabaseUnavailable, unit_of_work
from storage.postgresql.transaction import MIGRATION_LOCK
from tests import factories
from tests.databases import assert_at_rest, opened
from tests.postgresql import Server
from tests.storage.second_process import advance


async def beside(url: str, name: str, count: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.second_process", url, name, str(count), stdout=PIPE, stderr=PIPE
    )


async def test_two_processes_and_this_one_write_at_once(database: Database, database_url: str) -> None:
    others = [await beside(database_url, name, 40) for name in ("a", "b")]
    ours = [await advance("c") for _ in range(40)]
    answers = [await other.communicate() for other in others]
    assert [other.returncode for other in others] == [0, 0], answers
    theirs = [int(line) for out, _ in answers for line in out.split()]
    assert sorted(ours + theirs) == list(range(1, 121))
    assert (await Feed.get()).position == await Category.all().count() == 120


async def test_what_a_killed_process_had_acknowledged_is_kept_and_nothing_is_half(
    database: Database, database_url: str
) -> None:
    other = await beside(database_url, "killed", 100_000)
    assert other.stdout is not None
    acknowledged = 0
    while acknowledged < 20:
        acknowledged = int(await other.stdout.readline())
    other.kill()
    rest, _ = await other.communicate()
    acknowledged = int((rest.split(b"\n")[:-1] or [b"%d" % acknowledged])[-1])
    position = await advance("ours") - 1
    assert position >= acknowledged
    assert await Category.filter(name="killed").count() == position
    await assert_at_rest(database)


@asynccontextmanager
async def somebody_writes(database: Database) -> AsyncIterator[None]:
    """Another process holds the lock that every unit of work needs."""
    if database.dialect == "sqlite":
        other = sqlite3.connect(database.location.target, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
    else:
        connection = await asyncpg.connect(database.location.target)
        await connection.execute("BEGIN; LOCK TABLE feed IN EXCLUSIVE MODE")
        yield
        await connection.close()


async def test_a_lock_that_somebody_else_keeps_is_waited_for_and_then_named(database_url: str) -> None:
    async with opened(database_url, busy_timeout=0.15) as database:
        async with somebody_writes(database):
            started = time.monotonic()
            with pytest.raises(DatabaseLocked, match="locked by another process"):
                await advance("late")
            assert time.monotonic() - started > 0.1
            with pytest.raises(DatabaseLocked):
                await Feed.all().update(position=9)
            assert (await Feed.get()).position == 0
        assert await advance("in time") == 1
        await assert_at_rest(database)


async def test_a_migration_waits_for_another_and_then_names_it(database_url: str) -> None:
    async with opened(database_url, busy_timeout=0.15, pool_size=1) as database:
        async with somebody_migrates(database):
            for _ in range(2):
                with pytest.raises(DatabaseLocked):
                    await database.migrate()
        assert await database.migrate() == []
        with pytest.raises(IntegrityError):
            await factories.category(parent_id=4711)
        await assert_at_rest(database)


@asynccontextmanager
async def somebody_migrates(database: Database) -> AsyncIterator[None]:
    if database.dialect == "sqlite":
        async with somebody_writes(database):
            yield
    else:
        connection = await asyncpg.connect(database.location.target)
        await connection.execute(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
        yield
        await connection.close()


async def test_a_lock_that_is_let_go_in_time_is_only_waited_for(database: Database) -> None:
    async with somebody_writes(database):
        writing = asyncio.create_task(advance("patient"))
        await asyncio.sleep(0.1)
        assert not writing.done()
    assert await writing == 1


async def test_a_full_disk_is_named_and_the_unit_rolled_back(sqlite_database: Database) -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection

    @unit_of_work
    async def fill(much: int) -> None:
        await factories.category(name="before")
        await client.execute_query("PRAGMA max_page_count = 100")
        await factories.category(name="much", description="x" * much)

    with pytest.raises(DatabaseUnavailable, match="the disk is full"):
        await fill(10_000_000)
    assert await Category.all().count() == 0
    await fill(1)
    assert await Category.all().count() == 2
    await assert_at_rest(sqlite_database)


async def test_a_deadlock_is_named_and_costs_only_one_of_the_two(postgresql_database: Database) -> None:
    one, two = await factories.category(), await factories.category()
    both_hold = asyncio.Barrier(2)

    @unit_of_work
    async def cross(first: int, second: int) -> None:
        await Category.filter(id=first).update(position=1)
        await both_hold.wait()
        await Category.filter(id=second).update(position=2)

    outcomes = await asyncio.gather(cross(one.id, two.id), cross(two.id, one.id), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DatabaseLocked", "NoneType"]
    await assert_at_rest(postgresql_database)


async def terminate_others(database: Database) -> None:
    connection = await asyncpg.connect(database.location.target)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_a_unit_whose_connection_is_lost_leaves_nothing(postgresql_url: str) -> None:
    async with opened(postgresql_url, pool_size=1) as database:
        called: list[str] = []

        @unit_of_work
        async def write() -> None:
            await factories.category(name="lost")
            await terminate_others(database)
            await factories.category(name="never sent")

        @unit_of_work
        async def lose_at_the_end() -> None:
            await factories.category(name="lost")
            await terminate_others(database)

        for verb in (write, lose_at_the_end, write):
            with pytest.raises(DatabaseUnavailable, match="cannot be used"):
                await verb()
        assert called == []
        assert await Category.all().count() == 0
        assert await advance("next") == 1
        await assert_at_rest(database)


async def test_a_restarted_server_is_found_again(postgresql_server: Server, postgresql_url: str) -> None:
    async with opened(postgresql_url) as database:
        await asyncio.gather(*(database.ping() for _ in range(4)))
        await terminate_others(database)
        await asyncio.sleep(0.05)
        await database.ping()
        assert await advance("after") == 1


async def test_a_database_that_is_gone_is_named(postgresql_server: Server) -> None:
    url = postgresql_server.create_database()
    async with opened(url) as database:
        postgresql_server.drop_database(url)
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match="cannot be used"):
                await database.ping()
