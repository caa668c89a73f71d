"""Everything as it is at one moment, however long it takes to read it, while others write."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from storage.errors import StorageError
from storage.unit import Transaction, UnitContext, current_unit, open_client

ROWS_PER_PAGE = 200


class Snapshot(Transaction):
    """A transaction that only reads, and holds up nobody."""

    @abstractmethod
    def pages(self, sql: str, size: int = ROWS_PER_PAGE) -> AsyncIterator[Sequence[Any]]:
        """What a statement finds, so many rows at a time: the rest waits in the database."""


@asynccontextmanager
async def snapshot() -> AsyncIterator[Snapshot]:
    """All that is read inside, by querysets too, is as it was when this began; nothing can be written inside.

    Raises:
        StorageError: a unit of work is going on, whose writes a snapshot would not see.
    """
    client = open_client()
    if current_unit(client) is not None:
        raise StorageError("A snapshot cannot be taken inside a unit of work")
    taken: Snapshot = client.snapshot()
    async with UnitContext(client, taken):
        yield taken
