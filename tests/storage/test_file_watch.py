"""The file of the database goes away, or another one takes its name, while it is open."""

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from models import Category
from storage import Database, DatabaseUnavailable, unit_of_work
from tests import factories
from tests.databases import opened
from tests.live.listening import eventually


@pytest.fixture
def path(sqlite_url: str, tmp_path: Path) -> Path:
    """A database in a folder of its own."""
    folder = tmp_path / "blog"
    folder.mkdir()
    return Path(shutil.move(sqlite_url.removeprefix("sqlite://"), folder))


@pytest.fixture
async def running(path: Path) -> AsyncIterator[Database]:
    async with opened(str(path)) as database:
        await factories.category(name="before")
        yield database


def names(path: Path) -> list[str]:
    """What is in a file, as those see it who open it now."""
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM categories ORDER BY id")]


def copy(path: Path) -> Path:
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    return backup


def deleted(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    copy(path).replace(path)


def replaced_with_its_folder(path: Path) -> None:
    backup = copy(path)
    path.parent.rename(path.parent.with_name("old"))
    path.parent.mkdir()
    shutil.copyfile(path.parent.with_name("old") / backup.name, path)


def log_deleted(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def index_deleted(path: Path) -> None:
    path.with_name(f"{path.name}-shm").unlink()


def everything_deleted(path: Path) -> None:
    for each in path.parent.iterdir():
        each.unlink()


LOSSES = [deleted, replaced, replaced_with_its_folder, log_deleted, index_deleted, everything_deleted]


@unit_of_work
async def write(name: str) -> None:
    await factories.category(name=name)


@pytest.mark.parametrize("lose", LOSSES)
async def test_nothing_is_acknowledged_that_would_be_lost_and_the_log_says_so_once(
    lose: Callable[[Path], None], running: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lose(path)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match=r"was deleted or replaced while it was open"):
            await write("lost in a unit")
        with pytest.raises(DatabaseUnavailable, match="would be lost: "):
            await Category.create(slug="alone", name="lost alone")
        with pytest.raises(DatabaseUnavailable) as refusal:
            await running.ping()
        assert refusal.value.told
    assert [category.name for category in await Category.all()] == ["before"]
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "nothing is written, and the server is not ready" in record.message


async def test_a_file_that_is_put_back_is_written_to_again(
    running: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    away = path.with_name("away.db")
    shutil.move(path, away)
    with pytest.raises(DatabaseUnavailable):
        await write("lost")
    shutil.move(away, path)
    await write("kept")
    await running.ping()
    assert names(path) == ["before", "kept"]
    assert "is there again" in caplog.records[-1].message


async def test_a_loss_is_noticed_when_nobody_writes(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storage.sqlite.file_watch.LOOK_EVERY_SECONDS", 0.02)
    async with opened(str(path)):
        deleted(path)
        await eventually(lambda: bool(caplog.records))


async def test_what_was_in_a_lost_log_is_saved_at_the_end(path: Path) -> None:
    async with opened(str(path)):
        await factories.category(name="in the log")
        log_deleted(path)
    assert names(path) == ["in the log"]


async def test_another_file_of_that_name_is_left_alone(path: Path) -> None:
    async with opened(str(path)):
        await factories.category(name="old")
        replaced(path)
        with pytest.raises(DatabaseUnavailable):
            await write("lost")
        for end in ("-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink()  # as docs/operations.md says
    assert names(path) == ["old"]


async def test_a_link_that_points_elsewhere_is_noticed(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    async with opened(str(link)):
        await write("through a link")
        other = copy(path)
        link.unlink()
        link.symlink_to(other)
        with pytest.raises(DatabaseUnavailable, match=r"link\.db was deleted or replaced"):
            await write("lost")
    assert names(path) == ["through a link"]


async def test_a_relative_path_stays_where_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    async with opened(path.name):
        os.chdir(tmp_path)
        await write("from elsewhere")
    assert names(path) == ["from elsewhere"]
