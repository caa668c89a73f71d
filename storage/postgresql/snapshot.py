"""A transaction on PostgreSQL that sees one moment, for as long as a snapshot is read."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from itertools import count
from typing import Any

from storage.postgresql import statements
from storage.postgresql.transaction import PostgresqlTransaction
from storage.snapshot import ROWS_PER_PAGE, Snapshot


class PostgresqlSnapshot(PostgresqlTransaction, Snapshot):
    """REPEATABLE READ, and silence is not held against it: between two pages a file is written."""

    beginning = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
        " SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;"
        " SELECT 1"  # what is seen is fixed by the first query, and not before
    )
    _numbers = count(1)

    async def pages(self, sql: str, size: int = ROWS_PER_PAGE) -> AsyncIterator[Sequence[Any]]:
        """See `Snapshot.pages`."""
        name = f"pages_{next(self._numbers)}"
        await self.control(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}")
        fetch = partial(statements.rows, sql=f"FETCH {size:d} FROM {name}", parameters=())
        while page := (await self.run(fetch))[1]:
            yield page
        await self.control(f"CLOSE {name}")

    async def commit(self) -> None:
        """End it: nothing has been written."""
        await self.rollback()
