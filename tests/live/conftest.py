"""A hub on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from live.feed.hub import Hub
from storage import Database
from tests.live.listening import opened


@pytest.fixture
async def hub(database: Database) -> AsyncIterator[Hub]:
    assert database
    async with opened() as hub:
        yield hub
