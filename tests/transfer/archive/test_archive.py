"""A site goes out and comes back the same."""

import asyncio
import json
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import asyncpg
import pytest

from live.feed import event_log
from media.folder import Folder
from models import ArchiveMonth, CommentEvent, Feed, PathAlias, PostSlug, User
from resolvers import feed_ids
from resolvers.archive_months import keep_archive
from resolvers.policy import Site
from storage import Database
from tests import factories
from tests.databases import opened
from tests.postgresql import Server
from tests.transfer.archive.content import (
    DIGEST,
    FEED_IDS,
    PATHS,
    PRECISE,
    a_site_with_everything,
    files,
    rows,
)
from transfer.archive.exporting import export_site
from transfer.archive.restoring import NotEmpty, restore_site
from transfer.archive.tables import NOT_EXPORTED, tables
from transfer.placing import PlaceTaken


@pytest.fixture
def media(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "media")


@pytest.fixture
def other_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return str(shutil.copyfile(sqlite_template, tmp_path / "other.db"))


async def test_every_table_is_exported_or_left_out_for_a_reason(sqlite_database: Database) -> None:
    assert sqlite_database
    await a_site_with_everything()
    known = {table.name for table in tables()}
    left_out = (await rows()).keys() - known
    assert left_out <= NOT_EXPORTED.keys()
    assert {name: count for name, count in (await rows()).items() if count == 0} == {}


async def test_tables_come_after_those_that_they_need(sqlite_database: Database) -> None:
    assert sqlite_database
    done: set[str] = set()
    for table in tables():
        needed = {column.target for column in table.columns if column.target and not column.null}
        assert needed <= done
        done.add(table.name)


@pytest.mark.parametrize("there_and_back", [("sqlite", "postgresql"), ("postgresql", "sqlite")])
async def test_a_site_is_the_same_to_the_byte_after_two_moves(
    there_and_back: tuple[str, str],
    sqlite_url: str,
    other_sqlite_url: str,
    postgresql_url: str,
    postgresql_server: Server,
    media: Folder,
    tmp_path: Path,
) -> None:
    urls = {"sqlite": [sqlite_url, other_sqlite_url], "postgresql": [postgresql_url]}
    if there_and_back[0] == "postgresql":
        urls["postgresql"].append(postgresql_server.create_database(template="template_of_tests"))
    exports: list[Path] = []
    for step, dialect in enumerate([*there_and_back, there_and_back[0]]):
        async with opened(urls[dialect].pop()):
            if step == 0:
                await a_site_with_everything(media)
            else:
                assert (
                    await feed_ids.prefix(Site(), PRECISE) != FEED_IDS
                )  # somebody has read its feed already
                await restore_site(exports[-1], Folder(tmp_path / f"media{step}"))
                assert await feed_ids.stored() == FEED_IDS
            exports.append(tmp_path / f"{step}.zip")
            await export_site(exports[-1], media if step == 0 else Folder(tmp_path / f"media{step}"))
    first, second, third = (path.read_bytes() for path in exports)
    assert first == second == third
    assert files(tmp_path / "media2") == files(tmp_path / "media")


async def test_a_restored_site_has_its_archive_in_its_own_time_zone(
    sqlite_url: str, other_sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(sqlite_url):
        await keep_archive("Europe/Paris")
        await factories.post(published_at=datetime(2024, 3, 31, 22, 30, tzinfo=UTC))
        await export_site(tmp_path / "site.zip", None)
    async with opened(other_sqlite_url):
        await keep_archive("UTC")  # by a server that has run already
        await restore_site(tmp_path / "site.zip", None)
        assert await ArchiveMonth.all().values_list("path", "post_count") == [("2024/03", 1)]


async def test_the_order_of_rows_is_that_of_their_bytes_in_any_language(
    sqlite_url: str, postgresql_server: Server, tmp_path: Path
) -> None:
    url = postgresql_server.url("in_french")
    postgresql_server.execute(
        "CREATE DATABASE in_french TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'fr'"
    )
    async with opened(sqlite_url):
        await a_site_with_everything()
        await export_site(tmp_path / "sqlite.zip", None)
    async with opened(url) as french:
        await french.migrate()
        await restore_site(tmp_path / "sqlite.zip", None)
        as_french_has_it = [alias.path for alias in await PathAlias.all().order_by("path")]
        await export_site(tmp_path / "french.zip", None)
    assert as_french_has_it != sorted(as_french_has_it, key=str.encode)
    assert (tmp_path / "french.zip").read_bytes() == (tmp_path / "sqlite.zip").read_bytes()


async def test_a_folder_has_what_a_zip_has(sqlite_database: Database, media: Folder, tmp_path: Path) -> None:
    assert sqlite_database
    await a_site_with_everything(media)
    await export_site(tmp_path / "site", media)
    await export_site(tmp_path / "site.zip", media)
    with zipfile.ZipFile(tmp_path / "site.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {name: (tmp_path / "site" / name).read_bytes() for name in files(tmp_path / "site")}
    assert f"media/ab/{DIGEST}-w320.webp" in packed
    keys = [json.loads(line)["path"] for line in packed["tables/path_aliases.ndjson"].splitlines()]
    assert keys == sorted([*PATHS, "/author/ada"], key=str.encode)


async def test_what_is_written_meanwhile_is_not_in_it(database: Database, tmp_path: Path) -> None:
    comment = await factories.comment()

    def write_once(what: str, done: int, _total: int) -> None:
        if what == "comments" and not done:
            in_another_process = Thread(target=lambda: asyncio.run(_give_slug(database, comment.post_id)))
            in_another_process.start()
            in_another_process.join()

    await export_site(tmp_path / "site", None, write_once)
    assert await PostSlug.filter(slug="meanwhile").exists()
    assert "meanwhile" not in (tmp_path / "site/tables/post_slugs.ndjson").read_text()


async def _give_slug(database: Database, post_id: int) -> None:
    sql = f"INSERT INTO post_slugs (slug, post_id) VALUES ('meanwhile', {post_id})"
    if database.dialect == "sqlite":
        with closing(sqlite3.connect(database.location.target, isolation_level=None)) as other:
            other.execute(sql)
    else:
        connection = await asyncpg.connect(database.location.target)
        await connection.execute(sql)
        await connection.close()


async def test_numbers_of_rows_that_are_gone_are_given_to_nobody(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    async with opened(sqlite_url):
        kept, gone = await factories.user(), await factories.user()
        await gone.delete()
        await export_site(tmp_path / "site.zip", None)
    async with opened(postgresql_url):
        await restore_site(tmp_path / "site.zip", None)
        assert [user.id for user in await User.all()] == [kept.id]
        assert (await factories.user()).id == gone.id + 1


async def test_followers_of_the_feed_begin_anew(database: Database, tmp_path: Path) -> None:
    assert database
    await export_site(tmp_path / "nothing.zip", None)
    before = (await Feed.get(id=1)).cursor
    await restore_site(tmp_path / "nothing.zip", None)
    assert await event_log.check(before) is None
    assert [event.cursor for event in await CommentEvent.all()] == [(await Feed.get(id=1)).cursor]


async def test_a_site_that_has_rows_is_not_restored_into(database: Database, tmp_path: Path) -> None:
    assert database
    await export_site(tmp_path / "site.zip", None)
    await factories.user()
    before = await rows()
    with pytest.raises(NotEmpty, match=r"rows already .users.: name a new database"):
        await restore_site(tmp_path / "site.zip", None)
    assert await rows() == before


async def test_only_its_owner_may_read_an_export(
    sqlite_database: Database, media: Folder, tmp_path: Path
) -> None:
    assert sqlite_database
    await a_site_with_everything(media)
    await export_site(tmp_path / "site", media)
    await export_site(tmp_path / "site.zip", media)
    found = [tmp_path / "site", tmp_path / "site.zip", tmp_path / "site/tables/users.ndjson"]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found} == {0}


async def test_nothing_is_written_over(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database
    (tmp_path / "full").mkdir()
    for name in ("site.zip", "full/file"):
        (tmp_path / name).write_text("mine")
    for name in ("site.zip", "full"):
        with pytest.raises(PlaceTaken, match="exists already"):
            await export_site(tmp_path / name, None)
    (tmp_path / "empty").mkdir()
    await export_site(tmp_path / "empty", None)
    assert (tmp_path / "site.zip").read_text() == "mine"


async def test_an_export_that_fails_leaves_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database
    await factories.comment()

    def fail(what: str, _done: int, _total: int) -> None:
        if what == "comments":
            raise KeyboardInterrupt

    place = tmp_path / "place"
    place.mkdir()
    for name in ("site.zip", "site"):
        with pytest.raises(KeyboardInterrupt):
            await export_site(place / name, None, fail)
    assert list(place.iterdir()) == []


async def test_pictures_that_are_not_there_are_counted(
    sqlite_database: Database, media: Folder, tmp_path: Path
) -> None:
    assert sqlite_database
    await a_site_with_everything()
    assert (await export_site(tmp_path / "site", media)).missing == 2
