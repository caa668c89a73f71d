"""A visitor of an empty site, on SQLite."""

from collections.abc import AsyncIterator

import pytest

from tests.server.site.visitor import Visitor, visited


@pytest.fixture
async def visitor(sqlite_url: str) -> AsyncIterator[Visitor]:
    async with visited(sqlite_url) as visitor:
        yield visitor
