"""A transaction on PostgreSQL, on a connection that nobody else has meanwhile."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

from tortoise.exceptions import TransactionManagementError

from storage.postgresql import statements
from storage.postgresql.pool import Job, Pool, Result
from storage.unit import Transaction

MIGRATION_LOCK = 0x4361757365726965
"""Any number that nobody else takes for an advisory lock: the letters of the name."""


class PostgresqlTransaction(Transaction):
    """A transaction on a connection that nobody else has meanwhile."""

    beginning = "BEGIN; SET LOCAL statement_timeout = 0"

    def __init__(self, pool: Pool, *, changes_schema: bool = False) -> None:
        self._pool = pool
        self._changes_schema = changes_schema
        self._turn = asyncio.Lock()
        self._connection: Any = None

    async def begin(self) -> None:
        """Begin, without the limit on a read's time."""
        self._connection = await self._pool.acquire_to_write()
        try:
            await self.control(self.beginning)
            if self._changes_schema:
                await self.control(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        except BaseException:
            await self._pool.release(self._connection)
            raise

    async def run(self, statement: Job[Result]) -> Result:
        """Run a statement inside the transaction: one at a time, for asyncpg cannot do two at once."""
        async with self._turn:
            return await self._pool.run(statement, self._connection)

    async def control(self, statement: str) -> None:
        """Run a statement about the transaction itself."""
        await self.run(partial(statements.script, sql=statement))

    async def commit(self) -> None:
        """Commit; PostgreSQL answers ROLLBACK, and no error, when a statement had failed."""
        try:
            status = await self.run(lambda connection: connection.execute("COMMIT"))
        finally:
            await self._pool.release(self._connection)
        if status != "COMMIT":
            raise TransactionManagementError(
                "A statement had failed, and so nothing of the unit of work was kept"
            )

    async def rollback(self) -> None:
        """Roll back."""
        with suppress(Exception):  # a lost connection has taken its transaction with it
            await self.control("ROLLBACK")
        await self._pool.release(self._connection)
