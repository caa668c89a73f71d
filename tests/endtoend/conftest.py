"""The real server on an empty database of each kind, and that database's rows beside it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models import Category, Comment, IdempotencyKey, Post, Session, Throttle, User
from storage import Database, open_database
from tests.endtoend.asking import Client
from tests.server.running import Server, running

SETTINGS = {
    "argon2_memory": "1MiB",
    "argon2_passes": 1,
    "sign_in_attempts_per_address": 10_000,
    "comments_per_window": 10_000,
    "guests": "open",
    "guest_comments_per_window": 10_000,
}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A migrated database for all these tests, not opened."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_server").create_database(template="template_of_tests")
        return url
    path = tmp_path_factory.mktemp("endtoend") / "causerie.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite://{path}"


@pytest.fixture(scope="session")
def blog(place: str) -> Iterator[Server]:
    """A server on it, which no test stops, and in which none may find a bug."""
    with running(place, **SETTINGS) as server:
        yield server
    assert server.events("bug") == []
    assert server.unstructured == []


async def emptied() -> None:
    """Delete what tests have written; the feed goes on."""
    for model in (Comment, IdempotencyKey, Post, Category, Throttle, Session, User):
        await model.all().delete()


@pytest.fixture
async def rows(place: str) -> AsyncIterator[Database]:
    """The same database in this process, for factories and for a look at the rows; emptied afterwards."""
    database = await open_database(place)
    yield database
    await emptied()
    await database.close()


@pytest.fixture
async def client(blog: Server) -> AsyncIterator[Client]:
    """Asks the server over HTTP."""
    async with Client(blog.url) as client:
        yield client
