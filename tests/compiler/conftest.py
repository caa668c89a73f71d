"""The library on both databases: filled once for all tests that only read, copied for those that write."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import open_database
from tests.compiler import library as the_library
from tests.compiler.asking import Library
from tests.compiler.rows import fill, join_tortoise


@pytest.fixture(scope="session")
def sqlite_library_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = str(tmp_path_factory.mktemp("library") / "library.db")
    asyncio.run(_fill(url))
    return url


@pytest.fixture(scope="session")
def postgresql_library_url(postgresql_server: pytest.FixtureRequest) -> str:
    url: str = postgresql_server.create_database("library")  # type: ignore[attr-defined]
    asyncio.run(_fill(url))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def library_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_library_url")
    return url


@pytest.fixture
async def library(library_url: str) -> AsyncIterator[Library]:
    """The library, to be read only: it is the same one for every test."""
    async for opened in _opened(library_url):
        yield opened


@pytest.fixture
async def own_library(
    library_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Library]:
    """A library of the test's own, to be written to."""
    if "://" not in library_url:
        url = str(tmp_path / "library.db")
        shutil.copyfile(library_url, url)
        async for opened in _opened(url):
            yield opened
        return
    server = request.getfixturevalue("postgresql_server")
    url = server.create_database(template="library")
    async for opened in _opened(url):
        yield opened
    server.drop_database(url)


async def _opened(url: str) -> AsyncIterator[Library]:
    database = await open_database(url)
    join_tortoise()
    the_library.batches.clear()
    try:
        yield Library(database)
    finally:
        await database.close()


async def _fill(url: str) -> None:
    database = await open_database(url)
    await fill()
    await database.close()
