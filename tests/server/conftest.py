"""Real servers on real databases. Starting one takes a second, so what harms none shares one."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.postgresql import Server as PostgresqlServer
from tests.postgresql_reuse import TEMPLATE
from tests.server.running import Server, running

CHEAP = {
    "argon2_memory": "1MiB",
    "argon2_passes": 1,
    "sign_in_attempts": 1000,
    "sign_in_attempts_per_address": 1000,
    "comments_per_window": 1000,
}
"""Passwords that are quickly checked, and much patience."""


@pytest.fixture(scope="session")
def sqlite_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample blog on SQLite, for every test that leaves it as good as it was."""
    path = tmp_path_factory.mktemp("site") / "causerie.db"
    shutil.copyfile(sqlite_template, path)
    with running(f"sqlite://{path}", "--demo", **CHEAP) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_site(postgresql_server: PostgresqlServer) -> Iterator[Server]:
    """The same on PostgreSQL."""
    url = postgresql_server.create_database(template=TEMPLATE)
    with running(url, "--demo", **CHEAP) as server:
        yield server
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Server:
    """The same on each kind of database."""
    server: Server = request.getfixturevalue(f"{request.param}_site")
    return server


@pytest.fixture
async def client(site: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url) as client:
        yield client


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """A server of the test's own, on each kind of database."""
    with running(database_url, "--demo", **CHEAP) as started:
        yield started


@pytest.fixture
def empty_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A PostgreSQL database without any tables."""
    url = postgresql_server.create_database()
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture
def new_sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite://{tmp_path / 'new.db'}"
