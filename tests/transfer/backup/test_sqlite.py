"""SQLite files that are copied while they are used, and put back."""

import asyncio
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from models import Category
from tests import factories
from tests.databases import opened
from transfer.backup import sqlite
from transfer.backup.errors import BackupError
from transfer.placing import PlaceTaken


@pytest.fixture
def site(sqlite_url: str) -> Path:
    """The file of a site with one post."""

    async def write() -> None:
        async with opened(sqlite_url):
            await factories.post(title="Here", body="Once upon a time. " * 4_000)

    asyncio.run(write())
    return Path(sqlite_url.removeprefix("sqlite://"))


@pytest.fixture
def backup(site: Path, tmp_path: Path) -> Path:
    sqlite.back_up(site, tmp_path / "backup.db", silent)
    return tmp_path / "backup.db"


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [title for (title,) in connection.execute("SELECT title FROM posts ORDER BY id")]


def change(path: Path, title: str = "Changed") -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        connection.execute("UPDATE posts SET title = ?", [title])


async def test_a_copy_is_of_one_moment_and_nobody_waits_for_it(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PAGES_AT_ONCE", 5)
    steps = []

    def write(_what: str, done: int, total: int) -> None:
        change(site, f"Written at {done}")
        steps.append((done, total))

    async with opened(str(site)):
        sqlite.back_up(site, tmp_path / "backup.db", write)
    assert len(steps) > 3
    assert steps[-1][0] == steps[-1][1]
    assert titles(tmp_path / "backup.db") == ["Here"]
    assert titles(site) == [f"Written at {steps[-1][0]}"]


def test_a_copy_is_one_file_for_its_owner_alone(backup: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert titles(backup) == ["Here"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "causerie.db"]


def test_no_copy_is_written_over_another(site: Path, backup: Path) -> None:
    change(site)
    with pytest.raises(PlaceTaken, match=r"backup\.db exists already"):
        sqlite.back_up(site, backup, silent)
    assert titles(backup) == ["Here"]


def test_a_backup_takes_the_place_of_a_site_only_when_told_to(site: Path, backup: Path) -> None:
    change(site)
    site.chmod(0o640)
    with pytest.raises(BackupError, match="has content, which would be lost: --replace"):
        sqlite.restore(backup, site, replace=False)
    assert titles(site) == ["Changed"]
    sqlite.restore(backup, site, replace=True)
    assert titles(site) == ["Here"]
    assert stat.S_IMODE(site.stat().st_mode) == 0o640


@pytest.mark.parametrize("place", ["nothing", "nothing in it"])
def test_a_backup_goes_where_nothing_is_lost(
    place: str, backup: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.db"
    if place == "nothing in it":
        shutil.copyfile(sqlite_template, new)
    sqlite.restore(backup, new, replace=False)
    assert titles(new) == ["Here"]


async def test_a_file_that_is_in_use_is_not_replaced(site: Path, backup: Path) -> None:
    async with opened(str(site)):
        with pytest.raises(BackupError, match="is in use: stop the server first"):
            sqlite.restore(backup, site, replace=True)
        await Category.create(slug="still-here", name="Still here")


def test_a_damaged_site_is_replaced_with_all_that_stands_beside_it(site: Path, backup: Path) -> None:
    site.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    Path(f"{site}-wal").write_bytes(b"left by a crash")
    with pytest.raises(BackupError, match="has content"):
        sqlite.restore(backup, site, replace=False)
    sqlite.restore(backup, site, replace=True)
    assert titles(site) == ["Here"]


def emptied(data: bytes) -> bytes:
    """Without the pages in the middle."""
    return data[:8192] + bytes(len(data) - 12288) + data[-4096:]


def test_a_damaged_backup_changes_nothing(site: Path, backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for data in (emptied(whole), whole[: len(whole) // 2 & ~4095], whole[:100]):
        backup.write_bytes(data)
        with pytest.raises(BackupError, match="is damaged"):
            sqlite.restore(backup, site, replace=True)
    assert titles(site) == ["Here"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "causerie.db"]


def test_only_databases_of_ours_are_taken(site: Path, backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE posts (title)")
    with closing(sqlite3.connect(backup, isolation_level=None)) as newer:
        newer.execute("UPDATE tortoise_migrations SET name = '9999_later' WHERE name LIKE '0007%'")
    for file, message in (
        ("other.db", "is no database of Causerie's"),
        ("backup.db", "is from a newer Causerie"),
    ):
        with pytest.raises(BackupError, match=message):
            sqlite.restore(tmp_path / file, site, replace=True)
    with pytest.raises(BackupError, match="is the database itself"):
        sqlite.restore(site, site, replace=True)
    assert titles(site) == ["Here"]


def test_a_file_without_its_log_is_no_backup(site: Path, backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(site)) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        change(site)
        shutil.copyfile(site, tmp_path / "torn.db")
        shutil.copyfile(f"{site}-wal", tmp_path / "torn.db-wal")
    with pytest.raises(BackupError, match="a log beside it, and no backup"):
        sqlite.restore(tmp_path / "torn.db", backup, replace=True)


def test_a_damaged_site_makes_no_backup(site: Path, tmp_path: Path) -> None:
    site.write_bytes(emptied(site.read_bytes()))
    with pytest.raises(BackupError, match="is damaged"):
        sqlite.back_up(site, tmp_path / "backup.db", silent)
    assert [path.name for path in tmp_path.iterdir()] == ["causerie.db"]


KILLED = """
import os, signal, sys
from pathlib import Path
from transfer.backup import sqlite

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(sqlite, sys.argv[3], die)
sqlite.restore(Path(sys.argv[1]), Path(sys.argv[2]), replace=True)
"""


@pytest.mark.parametrize(("step", "then"), [("_sync", "Changed"), ("synced_folder", "Here")])
def test_a_restore_that_is_killed_leaves_one_site_or_the_other(
    step: str, then: str, site: Path, backup: Path
) -> None:
    change(site)
    command = [sys.executable, "-c", KILLED, str(backup), str(site), step]
    killed = subprocess.run(command, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert titles(site) == [then]
    sqlite.restore(backup, site, replace=True)
    assert titles(site) == ["Here"]
