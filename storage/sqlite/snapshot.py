"""A connection of its own to a SQLite file, for as long as a snapshot is read."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from storage.errors import DatabaseUnavailable
from storage.snapshot import ROWS_PER_PAGE, Snapshot
from storage.sqlite.connection import Connection, Job, Result, connect_reader
from storage.sqlite.failures import translated

LARGEST_VALUE_BYTES = 1_000_000_000
"""What SQLite itself allows."""


class SqliteSnapshot(Snapshot):
    """A read transaction; the log cannot begin anew meanwhile, and so grows with what others write."""

    def __init__(self, path: str, busy_timeout: float) -> None:
        self._path = path
        self._busy_timeout = busy_timeout
        self._connection: Connection | None = None

    async def begin(self) -> None:
        """Begin, and read something, for that is when SQLite fixes what is seen."""
        try:
            self._connection = await connect_reader(self._path, self._busy_timeout, LARGEST_VALUE_BYTES)
        except sqlite3.Error as error:
            raise translated(error, self._path) from error
        try:
            await self.run(_begin)
        except BaseException:
            await self.rollback()
            raise

    async def run(self, statement: Job[Result]) -> Result:
        """Run a statement that sees the snapshot."""
        if self._connection is None:
            raise DatabaseUnavailable("The snapshot is closed")
        try:
            return await asyncio.shield(self._connection.start(statement))
        except sqlite3.Error as error:
            raise translated(error, self._path) from error

    async def pages(self, sql: str, size: int = ROWS_PER_PAGE) -> AsyncIterator[Sequence[Any]]:
        """See `Snapshot.pages`."""
        cursor = await self.run(partial(_execute, sql=sql))
        while page := await self.run(lambda _: cursor.fetchmany(size)):
            yield page

    async def control(self, statement: str) -> None:
        """Run a statement about the transaction itself."""
        await self.run(lambda connection: connection.execute(statement).close())

    async def commit(self) -> None:
        """End it: nothing has been written."""
        await self.rollback()

    async def rollback(self) -> None:
        """End it."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _execute(connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
    return connection.execute(sql)
