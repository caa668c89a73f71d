"""What Tortoise calls: a unit of work keeps to its own connection, all else takes one from the pool."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pypika_tortoise.dialects import PostgreSQLQuery
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.executor import AsyncpgExecutor
from tortoise.backends.asyncpg.schema_generator import AsyncpgSchemaGenerator

from storage.client import BaseClient
from storage.errors import AnswerTooLarge
from storage.postgresql import statements
from storage.postgresql.pool import Job, Pool, Result
from storage.postgresql.snapshot import PostgresqlSnapshot
from storage.postgresql.transaction import PostgresqlTransaction
from storage.unit import UnitContext


class PostgresqlClient(BaseClient[PostgresqlTransaction]):
    """One PostgreSQL database. `storage.open_database` explains the options."""

    jobs = statements
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
        acquire_timeout: float | None,
        largest_answer: int,
        **options: Any,
    ) -> None:
        super().__init__(largest_answer=largest_answer, acquire_timeout=acquire_timeout, **options)
        self._connections = Pool(
            url,
            place,
            size=pool_size,
            statement_timeout=statement_timeout,
            lock_timeout=busy_timeout,
            idle_timeout=idle_timeout,
            acquire_timeout=acquire_timeout,
            shielded=self.shielded,
        )

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - Tortoise's signature
        """Connect."""
        await self._connections.open()
        await self._post_connect()

    async def disconnect(self) -> None:
        """Close the pool."""
        self.send_away()
        await self._connections.close()

    def transaction(self, *, changes_schema: bool = False) -> PostgresqlTransaction:
        """A transaction that has not begun."""
        return PostgresqlTransaction(self._connections, changes_schema=changes_schema)

    def snapshot(self) -> PostgresqlSnapshot:
        """A snapshot that has not begun."""
        return PostgresqlSnapshot(self._connections)

    async def fetch_json(self, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """See `Database.fetch_json`."""
        return await self.read_value(sql, parameters)

    async def value(self, limit: int, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """See `BaseClient.value`."""
        job = partial(statements.text, sql=sql, parameters=parameters, limit=limit)
        value, size = await self.run(job, reads=True)
        if size > limit:  # made it is, but not sent
            raise AnswerTooLarge(f"An answer has {size} bytes", size)
        return None if value is None else value.encode()

    def fetch_json_nowait(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """See `Database.fetch_json_nowait`: here every statement is waited for."""

    def data_version(self) -> None:
        """See `Database.data_version`: PostgreSQL has no such number."""

    async def explain(self, sql: str, parameters: Sequence[Any]) -> str:
        """See `Database.explain`."""
        _, rows = await self.execute_query(f"EXPLAIN {sql}", list(parameters))
        return "\n".join(row[0] for row in rows)

    async def read(self, job: Job[Result]) -> Result:
        """Run a job on any connection."""
        return await self._connections.read(job)

    async def write_alone(self, job: Job[Result]) -> Result:
        """Run a job in a transaction of its own."""
        transaction = self.transaction()
        async with UnitContext(self, transaction):
            return await transaction.run(job)
