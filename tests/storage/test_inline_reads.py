"""Reads that have proved to be short run on the event loop; nobody may notice but by their speed."""

import asyncio
import sqlite3
import time
from contextlib import closing

import pytest

from models import Category
from storage import Database, DatabaseUnavailable, StatementTimeout, unit_of_work
from storage.sqlite.inline_reads import SHORT_SECONDS, STATEMENTS_REMEMBERED, InlineReads, TooLong
from tests import factories
from tests.databases import assert_at_rest, opened

COUNT = "SELECT count(*) || '' FROM categories"
UP_TO = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1) SELECT max(n) || '' FROM c"
)


async def test_a_repeated_read_sees_every_commit_at_once(sqlite_database: Database) -> None:
    for number in range(20):
        assert await sqlite_database.fetch_text(COUNT, []) == str(number)
        await factories.category()
    await assert_at_rest(sqlite_database)


async def test_a_repeated_read_inside_a_unit_sees_what_that_has_written(sqlite_database: Database) -> None:
    for _ in range(5):
        await sqlite_database.fetch_text(COUNT, [])

    @unit_of_work
    async def write() -> str | None:
        await factories.category()
        return await sqlite_database.fetch_text(COUNT, [])

    assert await write() == "1"


async def test_a_short_statement_that_turns_long_holds_up_nobody_and_is_interrupted(sqlite_url: str) -> None:
    async with opened(sqlite_url, statement_timeout=3) as database:
        for _ in range(10):
            assert await database.fetch_text(UP_TO, [5]) == "5"
        longest = 0.0
        reading = asyncio.create_task(database.fetch_text(UP_TO, [10**12]))
        while not reading.done():
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)
        with pytest.raises(StatementTimeout):
            await reading
        assert longest < 1.5
        assert await database.fetch_text(UP_TO, [5]) == "5"


async def test_a_repeated_read_that_begins_to_fail_says_why(sqlite_database: Database) -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection
    await client.execute_script("CREATE TABLE passing (name TEXT); INSERT INTO passing VALUES ('a')")
    for _ in range(5):
        assert await sqlite_database.fetch_text("SELECT name FROM passing", []) == "a"
    await client.execute_script("DROP TABLE passing")
    with pytest.raises(Exception, match="no such table: passing"):
        await sqlite_database.fetch_text("SELECT name FROM passing", [])


async def test_the_version_of_the_data_changes_with_every_commit_of_whomever(
    sqlite_database: Database,
) -> None:
    versions = [sqlite_database.data_version()]
    assert sqlite_database.data_version() == versions[0]
    await factories.category()
    versions.append(sqlite_database.data_version())
    with closing(sqlite3.connect(sqlite_database.location.target)) as other, other:
        other.execute("UPDATE feed SET position = 7")
    versions.append(sqlite_database.data_version())
    assert len(set(versions)) == 3
    assert sqlite_database.data_version() == versions[2]


async def test_postgresql_has_no_version_of_the_data(postgresql_database: Database) -> None:
    assert postgresql_database.data_version() is None


async def test_json_comes_in_utf_8(database: Database) -> None:
    await factories.category(name="é 😀")
    for _ in range(4):
        assert await database.fetch_json("SELECT name FROM categories", []) == "é 😀".encode()
    assert await database.fetch_json("SELECT title FROM posts", []) is None


async def test_a_repeated_read_after_closing_says_so(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        for _ in range(5):
            await database.fetch_text(COUNT, [])
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await database.fetch_text(COUNT, [])


@pytest.fixture
def inline_reads(sqlite_url: str) -> InlineReads:
    reads = InlineReads(sqlite_url.removeprefix("sqlite://"))
    reads.open()
    return reads


def test_only_what_has_proved_to_be_short_is_taken(inline_reads: InlineReads) -> None:
    assert not inline_reads.accepts(COUNT)
    inline_reads.record(COUNT, SHORT_SECONDS / 2)
    assert inline_reads.accepts(COUNT)
    inline_reads.record(COUNT, SHORT_SECONDS * 100)
    assert inline_reads.accepts(COUNT)  # any statement takes long now and then
    inline_reads.record(COUNT, SHORT_SECONDS * 4)
    assert not inline_reads.accepts(COUNT)
    for _ in range(20):
        inline_reads.record(COUNT, SHORT_SECONDS / 100)
    assert inline_reads.accepts(COUNT)
    inline_reads.close()
    assert not inline_reads.accepts(COUNT)


def test_several_are_taken_together_only_if_they_are_short_together(inline_reads: InlineReads) -> None:
    for sql in ("SELECT 1", "SELECT 2", "SELECT 3"):
        inline_reads.record(sql, SHORT_SECONDS * 0.4)
    assert inline_reads.accepts("SELECT 1", "SELECT 2")
    assert not inline_reads.accepts("SELECT 1", "SELECT 2", "SELECT 3")
    assert not inline_reads.accepts("SELECT 1", "SELECT 4")
    inline_reads.close()


def test_a_long_statement_is_given_up_soon(inline_reads: InlineReads) -> None:
    inline_reads.record(UP_TO, SHORT_SECONDS / 2)
    begun = time.perf_counter()
    for _ in range(4):
        with pytest.raises(TooLong):
            inline_reads.run(UP_TO, [10**12])
    assert time.perf_counter() - begun < 10
    assert not inline_reads.accepts(UP_TO)
    assert inline_reads.run(UP_TO, [3]) == b"3"
    inline_reads.close()


def test_only_so_many_statements_are_remembered(inline_reads: InlineReads) -> None:
    for number in range(STATEMENTS_REMEMBERED + 1):
        inline_reads.record(f"SELECT {number}", SHORT_SECONDS / 2)
    assert not inline_reads.accepts("SELECT 0")
    assert inline_reads.accepts("SELECT 1")
    assert inline_reads.accepts(f"SELECT {STATEMENTS_REMEMBERED}")
    inline_reads.close()
