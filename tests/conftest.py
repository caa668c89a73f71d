"""Real databases: a freshly migrated one for each test, on SQLite and on a private PostgreSQL."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage import Database, open_database
from tests.pgbouncer import Pooler, pooling
from tests.postgresql import Server
from tests.postgresql_reuse import TEMPLATE, Databases
from tests.redis import Redis

pytest.register_assert_rewrite("tests.databases")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL server of our own, started by the first test that asks for it."""
    server = Server.start()
    try:
        asyncio.run(_migrate(server.create_database(TEMPLATE)))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def pooler(postgresql_server: Server) -> Iterator[Pooler]:
    """A PgBouncer in transaction mode, which drops the settings of connections as it is told to."""
    with pooling(postgresql_server) as pooler:
        yield pooler


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis server of our own."""
    redis = Redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def lonely_redis() -> Iterator[Redis]:
    """One that a test may stop."""
    redis = Redis.start()
    yield redis
    if redis.process.poll() is None:
        redis.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy, made once for all processes of a run: that takes two seconds."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path, unfinished = folder / "migrated.db", folder / "unfinished.db"
    with (folder / "migrated.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not path.exists():
            asyncio.run(_migrate(str(unfinished)))
            unfinished.rename(path)
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database, not opened."""
    path = tmp_path / "causerie.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite://{path}"


@pytest.fixture(scope="module")
def module_sqlite_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same for all tests of a module, or one server of theirs."""
    path = tmp_path_factory.mktemp("module") / "causerie.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite://{path}"


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: Server) -> Databases:
    """Migrated databases, which tests use one after the other."""
    return Databases(postgresql_server)


@pytest.fixture
def postgresql_url(postgresql_databases: Databases) -> Iterator[str]:
    """A migrated PostgreSQL database, not opened."""
    url = postgresql_databases.lend()
    yield url
    postgresql_databases.take_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, not opened: for tests that run a process of their own."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated and opened database; the test runs once on each kind."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql_database(postgresql_url: str) -> AsyncIterator[Database]:
    opened = await open_database(postgresql_url)
    yield opened
    await opened.close()


async def _migrate(url: str) -> None:
    database = await open_database(url)
    await database.migrate()
    await database.close()
