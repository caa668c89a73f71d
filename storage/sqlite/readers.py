"""The connections that read: each caller has one to itself until its statement has ended."""

import asyncio
import sqlite3
from typing import Any

from storage.errors import DatabaseUnavailable, StatementTimeout
from storage.sqlite.connection import Connection, Result, Statement, connect_reader
from storage.sqlite.failures import translated


class Readers:
    """Several read-only connections.

    A statement sees what was committed before it began, and waits for no writer.

    Args:
        path: the file, which a writer has open.
        statement_timeout: after so many seconds a statement is interrupted; None lets it run.
    """

    def __init__(self, path: str, statement_timeout: float | None) -> None:
        self._path = path
        self._statement_timeout = statement_timeout
        self._connections: list[Connection] = []
        self._idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        self._running: dict[asyncio.Future[Any], Connection] = {}
        self._closed = False

    async def open(self, count: int, busy_timeout: float) -> None:
        """Open so many connections."""
        for _ in range(count):
            connection = await connect_reader(self._path, busy_timeout)
            self._connections.append(connection)
            self._idle.put_nowait(connection)

    async def run(self, statement: Statement[Result]) -> Result:
        """Run the statement on a free connection, waiting for one if need be.

        A cancelled caller returns at once; its connection is free when the interrupted statement has ended.
        """
        if self._closed:
            raise DatabaseUnavailable("The database is closed")
        connection = await self._idle.get()
        future = connection.start(statement)
        self._running[future] = connection
        future.add_done_callback(self._give_back)
        timer = self._time(connection, future)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            connection.abandon(future)
            raise
        except sqlite3.Error as error:
            raise self._translated(error) from error
        finally:
            if timer is not None:
                timer.cancel()

    async def close(self) -> None:
        """Interrupt what still runs and close."""
        self._closed = True
        for future, connection in self._running.items():
            connection.abandon(future)
        while self._connections:
            connection = await self._idle.get()
            self._connections.remove(connection)
            await connection.close()

    def _time(self, connection: Connection, future: asyncio.Future[Result]) -> asyncio.TimerHandle | None:
        if self._statement_timeout is None:
            return None
        return future.get_loop().call_later(self._statement_timeout, connection.abandon, future)

    def _give_back(self, future: asyncio.Future[Result]) -> None:
        self._idle.put_nowait(self._running.pop(future))

    def _translated(self, error: sqlite3.Error) -> Exception:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            return translated(error, self._path)
        if self._closed:
            return DatabaseUnavailable("The database is closed")
        return StatementTimeout(f"A read took longer than {self._statement_timeout:g} s and was interrupted")
