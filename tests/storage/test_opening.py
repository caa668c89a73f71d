import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from models import Feed, migrations
from storage import Database, DatabaseLocked, DatabaseUnavailable, StorageError, open_database
from storage.sqlite.fitness import refuse_old
from tests import factories
from tests.databases import opened
from tests.postgresql import PASSWORD, Server

ALL = sorted(path.stem for path in Path(migrations.__file__).parent.glob("0*.py"))
"""The names of the migrations."""


async def test_a_new_file_is_made_and_migrated(tmp_path: Path) -> None:
    async with opened(f"sqlite://{tmp_path}/new.db") as database:
        assert not await database.migrated()
        assert await database.migrate() == ALL
        assert await database.migrated()
        assert await database.migrate() == []
        assert (await Feed.get()).cursor.startswith("0-")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "a folder"
    path.mkdir()
    return path


async def test_any_file_name_works(folder: Path) -> None:
    path = folder / "50% of #1? é & 'so' on.db"
    async with opened(str(path)) as database:
        await database.migrate()
        await factories.category(name="here")
        assert await database.fetch_text("SELECT name FROM categories", []) == "here"
    assert os.listdir(folder) == [path.name]  # noqa: PTH208 - in an asynchronous test


async def test_the_file_is_written_safely(sqlite_database: Database) -> None:
    assert await sqlite_database.fetch_text("PRAGMA journal_mode", []) == "wal"
    with pytest.raises(Exception, match="readonly"):
        await sqlite_database.fetch_text("DELETE FROM feed RETURNING cursor", [])


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"nowhere/causerie\.db cannot be opened"):
        await open_database(f"sqlite://{tmp_path}/nowhere/causerie.db")


async def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada, this is no database, but it is long enough to be looked at.\n" * 20)
    with pytest.raises(DatabaseUnavailable, match=r"letter\.txt is not an SQLite database"):
        await open_database(str(letter))


async def test_a_damaged_file_is_named(sqlite_url: str) -> None:
    damage(Path(sqlite_url.removeprefix("sqlite://")))
    with pytest.raises(DatabaseUnavailable, match="is damaged"):
        async with opened(sqlite_url) as database:
            await database.fetch_text("SELECT count(*) || '' FROM comments, posts, feed, users", [])


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    path.write_bytes(content)


AS_NOBODY = """
import asyncio, os, sys, storage, storage.sqlite
if os.geteuid() == 0:
    os.setuid(65534)
try:
    asyncio.run(storage.open_database(sys.argv[1]))
except storage.StorageError as error:
    print(type(error).__name__, error)
"""


def test_a_read_only_file_is_refused_when_it_is_opened(sqlite_url: str, tmp_path: Path) -> None:
    Path(sqlite_url.removeprefix("sqlite://")).chmod(0o444)
    tmp_path.chmod(0o555)
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    finished = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, sqlite_url], capture_output=True, text=True, check=True, timeout=30
    )
    assert finished.stdout.startswith("DatabaseUnavailable")
    assert "this process must be allowed" in finished.stdout


async def test_a_file_that_somebody_else_writes_to_is_waited_for_and_then_named(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match="locked by another process"):
            await open_database(sqlite_url, busy_timeout=0.1)


async def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="name a file instead"):
        await open_database("sqlite://:memory:")


async def test_one_process_has_one_database(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="already open"):
        await open_database(f"sqlite://{tmp_path}/second.db")
    await sqlite_database.ping()
    assert (await Feed.get()).position == 0


async def test_opening_can_be_tried_again(sqlite_url: str) -> None:
    with pytest.raises(DatabaseUnavailable):
        await open_database("/nowhere/at/all.db")
    async with opened(sqlite_url) as database:
        assert await database.migrated()


async def test_a_closed_database_says_so(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    await database.close()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await database.ping()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await database.migrate()
    await database.close()


async def test_a_closed_postgresql_database_says_so(postgresql_url: str) -> None:
    database = await open_database(postgresql_url)
    await database.close()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await database.ping()
    await database.close()


async def test_an_unreachable_server_is_named_without_the_password(unused_tcp_port: int) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await open_database(f"postgresql://ada:hush@127.0.0.1:{unused_tcp_port}/blog")
    assert f"postgresql://127.0.0.1:{unused_tcp_port}/blog cannot be used" in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "because"), [("password", "authentication"), ("database", "does not exist")]
)
async def test_a_refused_connection_says_why(postgresql_server: Server, wrong: str, because: str) -> None:
    url = postgresql_server.url("nowhere" if wrong == "database" else "postgres")
    if wrong == "password":
        url = url.replace("a%20password", "another%20password")
    with pytest.raises(DatabaseUnavailable, match=because) as caught:
        await open_database(url)
    assert PASSWORD not in str(caught.value)
    assert "no%20log" not in str(caught.value)


async def test_a_reason_that_quotes_the_password_is_shown_without_it() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await open_database("postgresql://ada:sslmode@127.0.0.1/blog?sslmode=none")
    assert "`…` parameter must be one of" in str(caught.value)


async def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("no feed today")

    async with opened(f"sqlite://{tmp_path}/new.db") as database:
        with monkeypatch.context() as patch:
            patch.setattr("tortoise.migrations.operations.RunPython.database_forward", fail)
            with pytest.raises(RuntimeError, match="no feed"):
                await database.migrate()
        assert await database.fetch_text("SELECT name FROM sqlite_schema", []) is None
        assert await database.migrate() == ALL


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any tables."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/new.db"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.create_database()


async def test_two_processes_that_migrate_at_once_share_the_work(new_url: str) -> None:
    program = (
        "import asyncio, sys, storage\n"
        "async def main():\n"
        "    database = await storage.open_database(sys.argv[1], busy_timeout=60)\n"
        "    print(await database.migrate())\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, new_url, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    answers = [await process.communicate() for process in processes]
    assert sorted(out.decode().strip() for out, _ in answers) == [str(ALL), "[]"], answers


async def test_a_library_that_proves_wrong_is_refused_in_words(sqlite_url: str) -> None:
    statement = "SELECT '['||1||']'"
    with pytest.raises(
        DatabaseUnavailable, match=rf"^SQLite {sqlite3.sqlite_version} .* makes \[1\] of .* \[2\]\."
    ):
        await open_database(sqlite_url, proof=(statement, "[2]"))
    async with opened(sqlite_url, proof=(statement, "[1]")) as database:
        assert await database.migrated()


def test_an_old_library_is_refused_in_words() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^SQLite 3\.39\.4 is too old: 3\.40 or newer"):
        refuse_old((3, 39, 4))
    for version in ((3, 40, 0), (3, 54, 1), (4, 0, 0)):
        refuse_old(version)
    refuse_old()


async def test_who_writes_a_new_file_at_the_same_moment_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE rows_ (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.3, other.execute, "COMMIT")
    database = await open_database(f"sqlite://{path}", busy_timeout=30.0)
    await database.close()
    other.close()
