"""Books that are open, and jobs that a unit of work has left behind."""

from collections.abc import AsyncIterator

import pytest

from jobs import Bookkeeping, open_bookkeeping
from storage import Database


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Bookkeeping]:
    async with open_bookkeeping(database) as books:
        yield books


@pytest.fixture
async def sqlite_books(sqlite_database: Database) -> AsyncIterator[Bookkeeping]:
    async with open_bookkeeping(sqlite_database) as books:
        yield books
