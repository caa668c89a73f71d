"""PostgreSQL behind a pooler that hands each transaction to whichever backend is free."""

import asyncio
import re
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection

from models import Category
from storage import Database, DatabaseUnavailable, StatementTimeout, open_database, unit_of_work
from storage.postgresql.connection_checks import refuse_old
from tests import factories
from tests.databases import assert_at_rest, opened
from tests.pgbouncer import IGNORED, Pooler, pooling
from tests.postgresql import Server
from tests.storage.test_reads import ENDLESS

LIMITS: dict[str, Any] = {"statement_timeout": 0.3, "busy_timeout": 1.5, "idle_timeout": 2.5}


@pytest.fixture
async def pooled(pooler: Pooler, postgresql_url: str) -> AsyncIterator[Database]:
    """A database with what it takes, by the very words of the refusal."""
    with pytest.raises(DatabaseUnavailable) as refusal:
        await open_database(pooler.url(postgresql_url), **LIMITS)
    await apply(str(refusal.value), postgresql_url)
    await pooler.connect_anew()
    async with opened(pooler.url(postgresql_url), **LIMITS) as database:
        yield database


async def apply(words: str, url: str) -> None:
    """Do what a refusal tells the owners to do."""
    (cures,) = re.findall("anew: (.*); docs/operations.md", words)
    connection = await asyncpg.connect(url)
    await connection.execute(cures)
    await connection.close()


async def test_limits_that_a_pooler_drops_are_named_with_the_remedy(
    pooler: Pooler, postgresql_url: str
) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"does not keep to .*statement_timeout") as refusal:
        await open_database(pooler.url(postgresql_url), **LIMITS)
    name = postgresql_url.rsplit("/", 1)[-1]
    cures = {
        f"ALTER ROLE causerie IN DATABASE {name} SET {limit} = '{value}'"
        for limit, value in (
            ("statement_timeout", 300),
            ("lock_timeout", 1500),
            ("idle_in_transaction_session_timeout", 2500),
            ("jit", "off"),
        )
    }
    assert {cure for cure in cures if cure in str(refusal.value)} == cures


async def test_a_setting_that_a_pooler_refuses_is_named_with_the_remedy(
    postgresql_server: Server, postgresql_url: str
) -> None:
    with (
        pooling(postgresql_server, ignored="") as pooler,
        pytest.raises(DatabaseUnavailable, match="unsupported startup parameter") as refusal,
    ):
        await open_database(pooler.url(postgresql_url))
    assert f"ignore_startup_parameters = {IGNORED}; docs" in str(refusal.value)


async def test_a_limit_that_is_taken_back_is_noticed_by_the_next_connection(
    pooled: Database, pooler: Pooler, postgresql_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    name = pooled.location.target.rsplit("/", 1)[-1]
    postgresql_server.execute(f"ALTER ROLE causerie IN DATABASE {name} RESET lock_timeout")
    await pooler.connect_anew()
    holding = asyncio.create_task(pooled.fetch_text("SELECT pg_sleep(0.2)::text", []))
    await asyncio.sleep(0.05)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="does not keep to lock_timeout:") as refusal:
            await pooled.ping()
        assert refusal.value.told
    await holding
    assert len(caplog.records) == 1


async def test_reads_are_interrupted_in_time_and_when_nobody_waits(pooled: Database) -> None:
    with pytest.raises(StatementTimeout):
        await pooled.fetch_text(ENDLESS["postgresql"], [])
    reading = asyncio.create_task(pooled.fetch_text(ENDLESS["postgresql"], []))
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.wait([reading])
    await assert_at_rest(pooled)


async def test_a_read_that_nobody_waits_for_is_interrupted_by_its_own_key(
    pooler: Pooler, postgresql_url: str
) -> None:
    """Not by its time, of which there is plenty."""
    connection = await asyncpg.connect(postgresql_url)
    name = postgresql_url.rsplit("/", 1)[-1]
    for limit in ("statement_timeout = 600000", "lock_timeout = 1500", "jit = off"):
        await connection.execute(f"ALTER ROLE causerie IN DATABASE {name} SET {limit}")
    await connection.execute(
        f"ALTER ROLE causerie IN DATABASE {name} SET idle_in_transaction_session_timeout = 2500"
    )
    await connection.close()
    async with opened(pooler.url(postgresql_url), **(LIMITS | {"statement_timeout": 600})) as database:
        reads = [asyncio.create_task(database.fetch_text(ENDLESS["postgresql"], [])) for _ in range(2)]
        await asyncio.sleep(0.1)
        for read in reads:
            read.cancel()
        await asyncio.wait(reads)
        await asyncio.wait_for(database.ping(), 30)  # which waits for one of the two backends
        await assert_at_rest(database, within=30)


async def test_units_and_reads_share_backends(pooled: Database) -> None:
    """Each statement is known wherever it runs."""

    @unit_of_work
    async def write(number: int) -> None:
        category = await factories.category(name=f"c{number}")
        await Category.filter(id=category.id).update(name=f"d{number}")

    async def read(number: int) -> str | None:
        return await pooled.fetch_text(
            "SELECT 'found ' || count(*) FROM categories WHERE id < $1::bigint", [number]
        )

    for _ in range(3):
        done = await asyncio.gather(*(write(each) for each in range(8)), *(read(0) for _ in range(30)))
        assert done[8:] == ["found 0"] * 30
    assert await Category.filter(name__startswith="d").count() == 24


async def test_two_processes_of_one_site_share_backends(pooled: Database) -> None:
    """Another one has given the same names to other statements."""
    other = await asyncpg.connect(pooled.location.target, statement_cache_size=0)
    try:
        for number in range(10):
            assert await other.fetchval("SELECT $1::int", number) == number
            assert await pooled.fetch_text("SELECT $1::text", [str(number)]) == str(number)
    finally:
        await other.close()


async def test_a_pooler_in_session_mode_will_do(postgresql_server: Server, postgresql_url: str) -> None:
    with pooling(postgresql_server, "session") as pooler:
        with pytest.raises(DatabaseUnavailable) as refusal:
            await open_database(pooler.url(postgresql_url), **LIMITS)
        await apply(str(refusal.value), postgresql_url)
        await pooler.connect_anew()
        async with opened(pooler.url(postgresql_url), **LIMITS) as database:
            assert await database.migrated()


async def test_a_migration_under_prepared_statements_is_told_and_over_the_next_time(
    postgresql_database: Database, postgresql_server: Server
) -> None:
    """In a transaction asyncpg cannot prepare them anew; behind a pooler it would get the old ones again."""
    client = get_connection("postgresql")
    name = postgresql_database.location.target.rsplit("/", 1)[-1]

    @unit_of_work
    async def read() -> int:
        found, _ = await client.execute_query("SELECT * FROM changing WHERE n > $1", [0])
        return found

    for change in ("CREATE TABLE changing (n int)", "ALTER TABLE changing ADD t text"):
        postgresql_server.execute(change, name)
        if change.startswith("ALTER"):
            with pytest.raises(
                DatabaseUnavailable, match=r"has been migrated meanwhile: .* RECONNECT in its console"
            ):
                await read()
        assert await read() == 0


def test_an_old_server_is_refused_in_words() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^PostgreSQL 13\.22 is too old: 14 or newer"):
        refuse_old(SimpleNamespace(major=13, minor=22))
    for major in (14, 18):
        refuse_old(SimpleNamespace(major=major, minor=0))
