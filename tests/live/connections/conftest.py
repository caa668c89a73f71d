"""A site to connect to, and a client of it."""

from collections.abc import AsyncIterator

import pytest

from storage import Database
from tests.live.speaking import Speaker
from tests.live.tiny import Site, site


@pytest.fixture
async def tiny(sqlite_database: Database) -> AsyncIterator[Site]:
    assert sqlite_database
    async with site() as running:
        yield running


@pytest.fixture
async def speaker(tiny: Site) -> AsyncIterator[Speaker]:
    """A client that has not said anything yet."""
    async with tiny.speaker() as speaker:
        yield speaker


@pytest.fixture
async def client(speaker: Speaker) -> Speaker:
    """A client that has been acknowledged."""
    await speaker.init()
    return speaker
