"""What Tortoise calls: a unit of work keeps to its own connection, all else takes one from the pool."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pypika_tortoise.dialects import PostgreSQLQuery
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.executor import AsyncpgExecutor
from tortoise.backends.asyncpg.schema_generator import AsyncpgSchemaGenerator
from tortoise.exceptions import TransactionManagementError

from storage.errors import AnswerTooLarge
from storage.postgresql import statements
from storage.postgresql.pool import Pool, Result, Statement
from storage.reading import is_read
from storage.unit import Client, Transaction, UnitContext, current_unit

MIGRATION_LOCK = 0x4361757365726965
"""Any number that nobody else takes for an advisory lock: the letters of the name."""


class PostgresqlTransaction(Transaction):
    """A transaction on a connection that nobody else has meanwhile."""

    def __init__(self, pool: Pool, *, changes_schema: bool) -> None:
        self._pool = pool
        self._changes_schema = changes_schema
        self._turn = asyncio.Lock()
        self._connection: Any = None

    async def begin(self) -> None:
        """Begin, without the limit on a read's time."""
        self._connection = await self._pool.acquire_to_write()
        try:
            await self.control("BEGIN; SET LOCAL statement_timeout = 0")
            if self._changes_schema:
                await self.control(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        except BaseException:
            await self._pool.release(self._connection)
            raise

    async def run(self, statement: Statement[Result]) -> Result:
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


class PostgresqlClient(Client[PostgresqlTransaction]):
    """One PostgreSQL database. `storage.open_database` explains the options."""

    executor_class = AsyncpgExecutor
    query_class = PostgreSQLQuery
    schema_generator = AsyncpgSchemaGenerator
    capabilities = AsyncpgDBClient.capabilities

    def __init__(
        self,
        url: str,
        *,
        place: str,
        pool_size: int,
        statement_timeout: float | None,
        busy_timeout: float,
        idle_timeout: float,
        patience: float | None,
        largest_answer: int,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._largest_answer = largest_answer
        self._connections = Pool(
            url,
            place,
            size=pool_size,
            statement_timeout=statement_timeout,
            lock_timeout=busy_timeout,
            idle_timeout=idle_timeout,
            patience=patience,
            unbroken=self.unbroken,
        )

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - Tortoise's signature
        """Connect."""
        await self._connections.open()
        await self._post_connect()

    async def disconnect(self) -> None:
        """Close the pool."""
        await self._connections.close()

    def transaction(self, *, changes_schema: bool = False) -> PostgresqlTransaction:
        """A transaction that has not begun."""
        return PostgresqlTransaction(self._connections, changes_schema=changes_schema)

    async def fetch_json(self, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """See `Database.fetch_json`."""
        value = await self._run(partial(statements.text, sql=sql, parameters=parameters), reads=True)
        if value is None:
            return None
        if len(value) > self._largest_answer:  # made it is, but not made into more
            raise AnswerTooLarge(f"An answer has {len(value)} characters")
        return value.encode()

    def fetch_json_at_once(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """See `Database.fetch_json_at_once`: here every statement is waited for."""

    def data_version(self) -> None:
        """See `Database.data_version`: PostgreSQL has no such number."""

    async def explain(self, sql: str, parameters: Sequence[Any]) -> str:
        """See `Database.explain`."""
        _, rows = await self.execute_query(f"EXPLAIN {sql}", list(parameters))
        return "\n".join(row[0] for row in rows)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        """Run a statement: how many rows it changed or found, and what it returned."""
        statement = partial(statements.rows, sql=query, parameters=values or ())
        return await self._run(statement, reads=is_read(query))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """Run a statement: what it returned."""
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        """Insert a row: what the database made up of it, such as its key."""
        return await self._run(partial(statements.insert, sql=query, parameters=values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a statement for each list of values: all of them or none."""
        await self._run(partial(statements.many, sql=query, parameters=values))

    async def execute_script(self, query: str) -> None:
        """Run several statements: all of them or none."""
        await self._run(partial(statements.script, sql=query))

    async def _run(self, statement: Statement[Result], *, reads: bool = False) -> Result:
        unit = current_unit(self)
        if unit is not None:
            return await unit.transaction.run(statement)
        if reads:
            return await self._connections.read(statement)
        return await self.unbroken.run(self._write_alone(statement))

    async def _write_alone(self, statement: Statement[Result]) -> Result:
        transaction = self.transaction()
        async with UnitContext(self, transaction):
            return await transaction.run(statement)
