"""PostgreSQL's tools, as Causerie runs them."""

import stat
from pathlib import Path

import asyncpg
import pytest

from models import Post
from storage import Database, open_database
from tests import factories
from tests.databases import opened
from tests.postgresql import PASSWORD, Server
from transfer.backup import postgresql
from transfer.backup.errors import BackupError
from transfer.placing import PlaceTaken


async def test_a_database_is_dumped_while_it_is_used_and_put_back(
    postgresql_url: str, tmp_path: Path
) -> None:
    async with opened(postgresql_url):
        await factories.post(title="Here")
        postgresql.back_up(postgresql_url, tmp_path / "backup.dump")
        await Post.all().update(title="Changed")
    postgresql.restore(tmp_path / "backup.dump", postgresql_url)
    async with opened(postgresql_url):
        assert [post.title for post in await Post.all()] == ["Here"]
        await factories.post()
    assert stat.S_IMODE((tmp_path / "backup.dump").stat().st_mode) == 0o600
    with pytest.raises(PlaceTaken, match="exists already"):
        postgresql.back_up(postgresql_url, tmp_path / "backup.dump")


async def test_a_dump_that_is_broken_changes_nothing(postgresql_url: str, tmp_path: Path) -> None:
    async with opened(postgresql_url):
        await factories.post(title="Here")
    postgresql.back_up(postgresql_url, tmp_path / "backup.dump")
    data = (tmp_path / "backup.dump").read_bytes()
    (tmp_path / "backup.dump").write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(BackupError, match="pg_restore has failed, and nothing was changed") as refused:
        postgresql.restore(tmp_path / "backup.dump", postgresql_url)
    assert PASSWORD not in str(refused.value)
    async with opened(postgresql_url):
        assert [post.title for post in await Post.all()] == ["Here"]


async def test_a_database_in_use_or_with_content_is_not_replaced(
    postgresql_database: Database, postgresql_url: str
) -> None:
    await postgresql.refuse_in_use(postgresql_database, replace=False)
    await factories.post()
    with pytest.raises(BackupError, match="has content, which would be lost: --replace"):
        await postgresql.refuse_in_use(postgresql_database, replace=False)
    await postgresql.refuse_in_use(postgresql_database, replace=True)
    server = await asyncpg.connect(postgresql_url, server_settings={"application_name": "causerie"})
    with pytest.raises(BackupError, match="is in use: stop the server first"):
        await postgresql.refuse_in_use(postgresql_database, replace=True)
    await server.close()


async def test_an_empty_database_without_tables_may_be_filled(postgresql_server: Server) -> None:
    url = postgresql_server.create_database()
    database = await open_database(url)
    await postgresql.refuse_in_use(database, replace=False)
    await database.close()


def test_who_has_no_pg_dump_is_told_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError) as refused:
        postgresql.back_up(
            "postgresql://ada:se%20cret@db.example:5433/blog?sslmode=require", tmp_path / "b.dump"
        )
    message = str(refused.value)
    assert "pg_dump is not there: install PostgreSQL's client programs" in message
    assert message.endswith("--dbname=postgresql://ada@db.example:5433/blog?sslmode=require")
    assert "cret" not in message
    assert list(tmp_path.iterdir()) == []
