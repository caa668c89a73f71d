"""The one connection that writes, and its transactions."""

import asyncio
import logging
import sqlite3
from functools import partial

from storage.errors import DatabaseUnavailable
from storage.fair_limiter import FairLimiter
from storage.slot_uses import Slot
from storage.sqlite.connection import Connection, Job, Result
from storage.sqlite.failures import translated
from storage.sqlite.file_watch import FileWatch
from storage.unit import Transaction

SHORTEST_WAIT_SECONDS = 0.1
"""Seconds for which even those wait for another process who have waited for the slot for long."""

logger = logging.getLogger(__name__)


class Writer:
    """The connection that writes, for one transaction or one single statement at a time.

    Everything here runs in tasks that no caller can cancel.
    """

    def __init__(self, connection: Connection, path: str, busy_timeout: float, file_watch: FileWatch) -> None:
        self.connection = connection
        self.file_watch = file_watch
        self._slots = FairLimiter(1, None)
        self._turn: Slot | None = None
        self._path = path
        self._busy_timeout = busy_timeout

    async def wait(self) -> float:
        """Wait for the slot, of which there is one; the seconds left for waiting for other processes.

        Without such a bound everybody in the queue would wait for one that is stuck once more.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._busy_timeout
        self._turn = await self._slots.take(kept=True)
        return max(deadline - loop.time(), SHORTEST_WAIT_SECONDS)

    def leave(self) -> None:
        """Give the slot back."""
        assert self._turn is not None  # noqa: S101 - it was waited for
        slot, self._turn = self._turn, None
        self._slots.end(slot)

    async def run(self, statement: Job[Result]) -> Result:
        """Run a statement; the caller has the slot."""
        try:
            return await asyncio.shield(self.connection.start(statement))
        except sqlite3.Error as error:
            raise translated(error, self._path) from error

    async def run_alone(self, statement: Job[Result]) -> Result:
        """Run a statement that is a transaction by itself."""
        seconds = await self.wait()
        try:
            self.file_watch.check()
            return await self.run(partial(_patient, seconds=seconds, statement=statement))
        finally:
            self.leave()


class SqliteTransaction(Transaction):
    """A transaction that has the write lock from its beginning, so that it can never lose a race to write."""

    def __init__(self, writer: Writer, *, changes_schema: bool) -> None:
        self._writer = writer
        self._changes_schema = changes_schema

    async def begin(self) -> None:
        """Wait for the slot, then for other processes."""
        seconds = await self._writer.wait()
        begin = _begin_schema_change if self._changes_schema else _begin
        try:
            await self._writer.run(partial(_patient, seconds=seconds, statement=begin))
        except asyncio.CancelledError:  # it begins all the same, and has to end before anybody else begins
            self._writer.connection.start(_rollback)
            self._writer.leave()
            raise
        except BaseException:
            self._writer.leave()
            raise

    async def run(self, statement: Job[Result]) -> Result:
        """Run a statement inside the transaction."""

        def inside(connection: sqlite3.Connection) -> Result:
            _refuse_unless_open(connection)
            return statement(connection)

        return await self._writer.run(inside)

    async def control(self, statement: str) -> None:
        """Run a statement about the transaction itself."""
        await self.run(lambda connection: connection.execute(statement).close())

    async def commit(self) -> None:
        """Commit, or roll back and raise."""
        commit = _commit_schema_change if self._changes_schema else _commit
        await self._end(partial(commit, file_watch=self._writer.file_watch))

    async def rollback(self) -> None:
        """Roll back."""
        try:
            await self._end(_rollback)
        except Exception as error:  # noqa: BLE001 - a rollback answers an error that is more interesting
            logger.warning("A transaction was not rolled back until its connection closes: %s", error)

    async def _end(self, statement: Job[None]) -> None:
        try:
            await self._writer.run(statement)
        finally:
            self._writer.leave()


def _patient(connection: sqlite3.Connection, *, seconds: float, statement: Job[Result]) -> Result:
    """Run a statement that waits that many seconds at most for another process."""
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 10) * 100:d}").close()
    return statement(connection)


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _begin_schema_change(connection: sqlite3.Connection) -> None:
    # SQLite changes a table by copying and dropping it, and to drop it would delete what refers to its rows.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except BaseException:
        connection.execute("PRAGMA foreign_keys = ON")
        raise


def _commit(connection: sqlite3.Connection, file_watch: FileWatch) -> None:
    try:
        _refuse_unless_open(connection)
        file_watch.check()
        connection.execute("COMMIT")
    except BaseException:
        _rollback(connection)
        raise


def _commit_schema_change(connection: sqlite3.Connection, file_watch: FileWatch) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        _rollback(connection)
        tables = ", ".join(sorted({row["table"] for row in broken}))
        raise DatabaseUnavailable(f"Rows of {tables} refer to rows that do not exist: nothing was changed")
    _commit(connection, file_watch)
    connection.execute("PRAGMA foreign_keys = ON")


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute("PRAGMA foreign_keys = ON")


def _refuse_unless_open(connection: sqlite3.Connection) -> None:
    """After some errors, such as a full disk, SQLite has rolled back by itself."""
    if not connection.in_transaction:
        raise DatabaseUnavailable("SQLite gave the transaction up after an error")
