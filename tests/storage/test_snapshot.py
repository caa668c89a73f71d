import sqlite3
from contextlib import closing

import asyncpg
import pytest

from models import Category
from storage import Database, DatabaseUnavailable, StorageError, execute, snapshot, unit_of_work
from tests import factories
from tests.databases import assert_at_rest, other_sessions


async def test_a_snapshot_sees_one_moment_while_others_write(database: Database) -> None:
    await factories.category(slug="before")
    async with snapshot() as view:
        await _write_from_outside(database)
        assert [each.slug for each in await Category.all()] == ["before"]
        pages = [page async for page in view.pages("SELECT slug FROM categories")]
        assert [row["slug"] for page in pages for row in page] == ["before"]
    assert await Category.all().count() == 2
    await assert_at_rest(database)


async def test_rows_come_in_pages_of_the_size_asked_for(database: Database) -> None:
    for _ in range(5):
        await factories.category()
    async with snapshot() as view:
        sizes = [len(page) async for page in view.pages("SELECT id FROM categories ORDER BY id", 2)]
    assert sizes == [2, 2, 1]
    await assert_at_rest(database)


async def test_nothing_can_be_written_in_a_snapshot(database: Database) -> None:
    async with snapshot():
        with pytest.raises(DatabaseUnavailable, match=r"(?i)read.?only"):
            await execute("DELETE FROM categories")
    await assert_at_rest(database)


async def test_no_snapshot_begins_in_a_unit_of_work(database: Database) -> None:
    @unit_of_work
    async def nested() -> None:
        async with snapshot():
            pass

    with pytest.raises(StorageError, match="inside a unit of work"):
        await nested()
    await assert_at_rest(database)


async def test_silence_ends_no_snapshot(postgresql_database: Database) -> None:
    async with snapshot():
        (row,) = await execute("SELECT current_setting('idle_in_transaction_session_timeout') AS silence")
        assert row["silence"] == "0"
    assert await other_sessions(postgresql_database) == []


async def _write_from_outside(database: Database) -> None:
    """As another process would."""
    sql = "INSERT INTO categories (slug, name, description, position, post_count) VALUES ('after', 'A', '', 0, 0)"
    if database.dialect == "sqlite":
        with closing(sqlite3.connect(database.location.target, isolation_level=None)) as other:
            other.execute(sql)
    else:
        connection = await asyncpg.connect(database.location.target)
        await connection.execute(sql)
        await connection.close()
