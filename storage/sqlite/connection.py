"""One connection to a SQLite file, in a thread of its own."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from runtime.priority import lower_priority
from storage.errors import DatabaseUnavailable
from storage.sqlite.placeholders import connection_class

Result = TypeVar("Result")
Job = Callable[[sqlite3.Connection], Result]

CACHED_STATEMENTS = 256
"""Prepared ones that the event loop's connection keeps: preparing takes as long as running, for short ones."""
CACHED_BY_THREAD = 64
"""Of each connection with a thread: its statements take longer, and there are several such connections."""
PAGE_CACHE_KIB = 8 * 1024
"""KiB of pages that a connection keeps, where SQLite's 2 MB are soon used up: looking up a post anywhere among some
thousands is a quarter faster, and readers at the same time wait less for SQLite's allocator. A memory map is as fast,
but costs more than it saves after each commit of another connection, and turns a disk's error into a crash.
"""
INLINE_PAGE_CACHE_KIB = 64 * 1024
"""The same of the event loop's one connection, which answers most questions: some reads of pages take longer than that.
"""
INLINE_WAIT_SECONDS = 0.005
SIDE_PAGE_CACHE_KIB = 1024
"""The same of a file beside the database's, which is small."""
JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024
INTERRUPT_EVERY_SECONDS = 0.02
WAL_RETRY_SECONDS = 0.02


class Connection(aiosqlite.Connection):
    """An aiosqlite connection that can also say when an abandoned statement has really ended."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True  # a program that fails before it closes its database ends all the same
        self._stopped: asyncio.Future[Any] | None = None
        self._closed = False

    async def open(self) -> Self:
        """Connect; when that fails, wait for the thread too, lest it answer a loop that is closed by then."""
        try:
            await self
        except BaseException:
            if self._stopped is not None:
                await self._stopped
            raise
        return self

    async def close(self) -> None:
        """Close after the statements that have been started."""
        self._closed = True
        await super().close()

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread, as aiosqlite does."""
        self._stopped = super().stop()
        return self._stopped

    def start(self, statement: Job[Result]) -> asyncio.Future[Result]:
        """Run the statement in the thread; the future is done when that is. Shield it, never cancel it."""
        if self._closed:
            raise DatabaseUnavailable("The database is closed")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_see)
        self._tx.put_nowait((future, partial(statement, self._conn)))
        return future

    def interrupt_until_done(self, statement: asyncio.Future[Any]) -> None:
        """Interrupt the statement in SQLite itself, and again until it has ended: it may not have begun."""
        if not statement.done():
            self._conn.interrupt()
            statement.get_loop().call_later(INTERRUPT_EVERY_SECONDS, self.interrupt_until_done, statement)


async def connect_writer(path: str, busy_timeout: float) -> Connection:
    """The connection that writes; the file is made if there is none."""
    return await Connection(partial(_open_writer, path, busy_timeout)).open()


async def connect_reader(path: str, busy_timeout: float, largest: int) -> Connection:
    """A connection that cannot write, to a file that a writer has open; no value that it makes has more bytes."""
    return await Connection(partial(_open_reader, path, busy_timeout, largest)).open()


async def connect_side(path: str, database: str, busy_timeout: float) -> Connection:
    """A connection that writes to a file beside the database's, and sees that one's tables, too."""
    return await Connection(partial(_open_side, path, database, busy_timeout)).open()


def open_side_inline(path: str) -> sqlite3.Connection:
    """A connection for the event loop that writes to a file beside a database's, and hardly waits for its lock."""
    connection = _open(path, "rw", busy_timeout=INLINE_WAIT_SECONDS)
    connection.execute(f"PRAGMA cache_size = -{SIDE_PAGE_CACHE_KIB}")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def open_inline(path: str) -> sqlite3.Connection:
    """A connection for the event loop: it cannot write, and waits for no lock."""
    connection = _open(path, "ro", busy_timeout=0, cached_statements=CACHED_STATEMENTS)
    connection.execute(f"PRAGMA cache_size = -{INLINE_PAGE_CACHE_KIB}")
    return connection


def _open_reader(path: str, busy_timeout: float, largest: int) -> sqlite3.Connection:
    lower_priority()  # this is the thread in which its statements run, too
    connection = _open(path, "ro", busy_timeout)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, largest)
    return connection


def _open_writer(path: str, busy_timeout: float) -> sqlite3.Connection:
    connection = _open(path, "rwc", busy_timeout)
    try:
        _turn_to_wal(connection, busy_timeout)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_SIZE_LIMIT_BYTES}")
        _refuse_unless_writable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_side(path: str, database: str, busy_timeout: float) -> sqlite3.Connection:
    connection = _open(path, "rwc", busy_timeout)
    try:
        _turn_to_wal(connection, busy_timeout)
        connection.execute(f"PRAGMA cache_size = -{SIDE_PAGE_CACHE_KIB}")
        connection.execute("PRAGMA synchronous = NORMAL")  # what a power failure takes is noted once more
        connection.execute("ATTACH ? AS database", (f"{Path(database).as_uri()}?mode=ro",)).close()
    except BaseException:
        connection.close()
        raise
    return connection


def _open(
    path: str, mode: str, busy_timeout: float, cached_statements: int = CACHED_BY_THREAD
) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
        cached_statements=cached_statements,
        factory=connection_class(),
    )
    try:
        connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
    except BaseException:
        connection.close()  # it is no database, and from 3.13 on Python complains of what nobody closes
        raise
    connection.row_factory = sqlite3.Row
    return connection


def _turn_to_wal(connection: sqlite3.Connection, busy_timeout: float) -> None:
    """Give the file a log. For this alone SQLite does not wait for others, such as who has just made the file."""
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(WAL_RETRY_SECONDS)
        else:
            return


def _refuse_unless_writable(connection: sqlite3.Connection) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        with suppress(sqlite3.Error):
            cursor.execute("ROLLBACK")


def _see(statement: asyncio.Future[Any]) -> None:
    """Keep asyncio from complaining that nobody waited for the error of an abandoned statement."""
    if not statement.cancelled():
        statement.exception()
