"""A visitor of an empty site, on SQLite unless a test asks for both databases."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.server.site.visitor import Visitor, visited


@pytest.fixture
def site_database(request: pytest.FixtureRequest) -> str:
    """The address of the database."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def site_settings() -> dict[str, Any]:
    """What a module's tests set otherwise."""
    return {}


@pytest.fixture
async def visitor(site_database: str, site_settings: dict[str, Any]) -> AsyncIterator[Visitor]:
    async with visited(site_database, **site_settings) as visitor:
        yield visitor
