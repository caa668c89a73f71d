"""A file beside the database's, which is no part of it."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from storage import Database, DatabaseLocked, DatabaseUnavailable
from storage.sqlite import side_file
from storage.sqlite.side_file import SideFile
from tests import factories

TABLES = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, note TEXT);"


@asynccontextmanager
async def beside(path: str) -> AsyncIterator[SideFile]:
    file = SideFile(path, "-notes", TABLES)
    try:
        yield file
    finally:
        await file.close()


def path_of(database: Database, end: str = "") -> Path:
    return Path(f"{database.location.target}{end}")


async def test_it_is_written_to_beside_the_database_whose_version_stays(sqlite_database: Database) -> None:
    await factories.user(username="ada")
    version = sqlite_database.data_version()
    async with beside(sqlite_database.location.target) as file:
        assert await file.execute("INSERT INTO notes (note) VALUES (?1), (?1)", ["a"]) == (2, [])
        _, rows = await file.execute("SELECT n.note, u.username FROM notes n, users u ORDER BY n.id")
        assert [tuple(row) for row in rows] == [("a", "ada")] * 2
        assert sqlite_database.data_version() == version
        await factories.user(username="bob")
        _, rows = await file.execute("SELECT count(*) FROM users")
        assert rows[0][0] == 2, "what was committed since is seen"
    names = {path.name for path in path_of(sqlite_database).parent.iterdir()}
    assert {name for name in names if "notes" in name} == {"causerie.db-notes"}


async def test_what_must_not_wait_is_written_at_once_and_by_who_waits_where_that_cannot_be(
    sqlite_database: Database,
) -> None:
    async with beside(sqlite_database.location.target) as file:
        await file.execute_at_once("INSERT INTO notes (note) VALUES (?1)", ["a"])
        with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(file.execute_at_once("INSERT INTO notes (note) VALUES (?1)", ["b"]))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            other.execute("COMMIT")
            await waiting
        _, rows = await file.execute("SELECT note FROM notes ORDER BY id")
        assert [row["note"] for row in rows] == ["a", "b"]


async def test_it_cannot_write_to_the_database(sqlite_database: Database) -> None:
    async with beside(sqlite_database.location.target) as file:
        with pytest.raises(DatabaseUnavailable, match="cannot be written"):
            await file.execute("DELETE FROM users")


async def test_nothing_is_made_before_it_is_needed_and_rights_are_the_databases(
    sqlite_database: Database,
) -> None:
    path_of(sqlite_database).chmod(0o640)
    async with beside(sqlite_database.location.target) as file:
        assert not path_of(sqlite_database, "-notes").exists()
        await file.execute("SELECT 1")
        assert path_of(sqlite_database, "-notes").stat().st_mode & 0o777 == 0o640


async def test_it_is_one_file_by_whatever_name_the_database_is_opened(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "link.db").symlink_to(path_of(sqlite_database))
    async with beside(str(tmp_path / "link.db")) as one, beside(sqlite_database.location.target) as other:
        await one.execute("INSERT INTO notes (note) VALUES ('a')")
        assert (await other.execute("SELECT count(*) FROM notes"))[1][0][0] == 1


async def test_a_file_that_was_deleted_is_made_anew(sqlite_database: Database) -> None:
    async with beside(sqlite_database.location.target) as file:
        await file.execute("INSERT INTO notes (note) VALUES ('a')")
        for path in path_of(sqlite_database).parent.glob("*-notes*"):
            path.unlink()
        assert (await file.execute("SELECT count(*) FROM notes"))[1][0][0] == 0
        assert path_of(sqlite_database, "-notes").exists()


async def test_a_file_that_is_no_database_is_named(sqlite_database: Database) -> None:
    path_of(sqlite_database, "-notes").write_bytes(os.urandom(8192))
    async with beside(sqlite_database.location.target) as file:
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match="db-notes is not an SQLite database"):
                await file.execute("SELECT 1")


async def test_a_file_that_another_process_has_locked_is_waited_for_but_not_for_ever(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_file, "BUSY_TIMEOUT_SECONDS", 0.05)
    async with beside(sqlite_database.location.target) as file:
        await file.execute("SELECT 1")
        other = sqlite3.connect(file.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match="db-notes"):
            await file.execute("DELETE FROM notes")
        other.execute("COMMIT")
        other.close()
        await file.execute("DELETE FROM notes")
