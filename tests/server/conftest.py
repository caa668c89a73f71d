"""Real servers on real databases."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.postgresql import Server as PostgresqlServer
from tests.server.running import Server, running


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """The whole server with the sample blog, on each kind of database."""
    with running(database_url, "--demo", argon2_memory="1MiB", argon2_passes=1) as started:
        yield started


@pytest.fixture
def sqlite_server(sqlite_url: str) -> Iterator[Server]:
    """The same on SQLite alone, where the kind of database makes no difference."""
    with running(sqlite_url, "--demo", argon2_memory="1MiB", argon2_passes=1) as started:
        yield started


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url) as client:
        yield client


@pytest.fixture
def empty_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A PostgreSQL database without any tables."""
    url = postgresql_server.create_database()
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture
def tmp_path_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite://{tmp_path / 'new.db'}"
