"""What Tortoise calls: reads go to the readers, all else to the writer, a unit of work keeps to its own."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pypika_tortoise.dialects import SQLLiteQuery
from tortoise.backends.sqlite.client import SqliteClient as TortoiseSqliteClient
from tortoise.backends.sqlite.executor import SqliteExecutor
from tortoise.backends.sqlite.schema_generator import SqliteSchemaGenerator

from storage.client import BaseClient
from storage.errors import DatabaseUnavailable
from storage.reservation import reservation_of_task
from storage.sqlite import statements
from storage.sqlite.connection import Job, Result, connect_writer
from storage.sqlite.failures import translated
from storage.sqlite.file_watch import FileWatch
from storage.sqlite.fitness import Proof, refuse_old, refuse_wrong
from storage.sqlite.inline_reads import InlineReads, TooLong
from storage.sqlite.readers import Readers
from storage.sqlite.snapshot import SqliteSnapshot
from storage.sqlite.writer import SqliteTransaction, Writer
from storage.unit import current_unit


class SqliteClient(BaseClient[SqliteTransaction]):
    """One SQLite file. `storage.open_database` explains the options."""

    jobs = statements
    executor_class = SqliteExecutor
    query_class = SQLLiteQuery
    schema_generator = SqliteSchemaGenerator
    capabilities = TortoiseSqliteClient.capabilities

    def __init__(
        self,
        file_path: str,
        *,
        readers: int,
        statement_timeout: float | None,
        busy_timeout: float,
        acquire_timeout: float | None,
        largest_answer: int,
        proof: Proof | None = None,
        **options: Any,
    ) -> None:
        super().__init__(largest_answer=largest_answer, acquire_timeout=acquire_timeout, **options)
        self._path = file_path
        self._busy_timeout = busy_timeout
        self._readers = Readers(
            file_path,
            count=readers,
            statement_timeout=statement_timeout,
            acquire_timeout=acquire_timeout,
            largest=largest_answer,
        )
        self._inline_reads = InlineReads(file_path)
        self._file_watch = FileWatch(file_path)
        self._proof = proof
        self._writer: Writer | None = None

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - Tortoise's signature
        """Open the file, making it if there is none."""
        refuse_old()
        try:
            connection = await connect_writer(self._path, self._busy_timeout)
            self._writer = Writer(connection, self._path, self._busy_timeout, self._file_watch)
            if self._proof is not None:
                await connection.start(partial(refuse_wrong, proof=self._proof))
            await self._readers.open(self._busy_timeout)
            self._inline_reads.open()
            self._file_watch.watch()
        except sqlite3.Error as error:
            raise translated(error, self._path) from error
        await self._post_connect()

    async def disconnect(self) -> None:
        """Close the connections, the writer last: it tidies the file up."""
        self.send_away()
        self._file_watch.close()
        self._inline_reads.close()
        await self._readers.close()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.connection.close()

    def transaction(self, *, changes_schema: bool = False) -> SqliteTransaction:
        """A transaction that has not begun."""
        return SqliteTransaction(self._open_writer(), changes_schema=changes_schema)

    def snapshot(self) -> SqliteSnapshot:
        """A snapshot that has not begun."""
        return SqliteSnapshot(self._path, self._busy_timeout)

    async def fetch_json(self, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """See `Database.fetch_json`."""
        reservation = reservation_of_task.get()
        if (
            self._inline_reads.accepts(sql)
            and current_unit(self) is None
            and not (reservation is not None and reservation.crowded)
        ):
            with suppress(TooLong):
                value = self._inline_reads.run(sql, parameters)
                if reservation is not None:
                    reservation.record(value)
                return value
        return await self.read_value(sql, parameters)

    async def value(self, limit: int, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """See `BaseClient.value`."""
        job = partial(statements.value, sql=sql, parameters=parameters, limit=limit)
        found: tuple[bytes | None, float] = await self.run(job, reads=True)
        value, seconds = found
        self._inline_reads.record(sql, seconds)
        return value

    def fetch_json_nowait(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[bytes | None] | None:
        """See `Database.fetch_json_nowait`."""
        if current_unit(self) is not None or not self._inline_reads.accepts(*[sql for sql, _ in statements]):
            return None
        with suppress(TooLong):
            return [self._inline_reads.run(sql, parameters) for sql, parameters in statements]
        return None

    def data_version(self) -> int | None:
        """See `Database.data_version`."""
        return self._inline_reads.data_version()

    async def ping(self) -> None:
        """See `Database.ping`: a file that is lost answers, too, but nobody will have what it is told."""
        self._file_watch.check()
        await super().ping()

    async def explain(self, sql: str, parameters: Sequence[Any]) -> str:
        """See `Database.explain`."""
        _, rows = await self.execute_query(f"EXPLAIN QUERY PLAN {sql}", list(parameters))
        depths = {0: -1}
        lines = []
        for row in rows:
            depths[row["id"]] = depth = depths[row["parent"]] + 1
            lines.append("  " * depth + row["detail"])
        return "\n".join(lines)

    async def read(self, job: Job[Result]) -> Result:
        """Run a job on a connection that reads."""
        return await self._readers.run(job)

    async def write_alone(self, job: Job[Result]) -> Result:
        """Run a job on the connection that writes."""
        return await self._open_writer().run_alone(job)

    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise DatabaseUnavailable("The database is closed")
        return self._writer
