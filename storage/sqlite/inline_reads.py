"""Short reads on the event loop itself.

Handing a statement to a reader's thread and waking the loop again costs 30 to 60 µs: several times what a look-up
by key takes. So a statement that has proved to be short runs right here. It cannot hold up the loop for long: SQLite
asks again and again whether its time is up, and what is not done then is left to a reader, now and the next times.
"""

import sqlite3
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from storage.reservation import MODEST_BYTES
from storage.sqlite.connection import open_inline

SHORT_SECONDS = 0.001
"""Seconds: what a statement may take on average to run here."""
BUDGET_SECONDS = 0.005
"""Seconds after which one is given up; not much less than what the system lets others have the processor for."""
INSTRUCTIONS_PER_CHECK = 4000
"""How often SQLite asks, in instructions of its virtual machine: about every 80 µs."""
WEIGHT_OF_PAST = 0.7
"""How much of the average of a statement's times stays when another comes.

Of two in a row the shorter one counts: where others compete for the processor, any statement takes long now and then.
"""
STATEMENTS_REMEMBERED = 4096
UNKNOWN_SECONDS = (BUDGET_SECONDS, BUDGET_SECONDS)


class TooLong(Exception):
    """The statement did not end within its budget, or would have had to wait."""


class InlineReads:
    """One read-only connection that the event loop uses, and how long each statement has taken lately."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._versions: sqlite3.Cursor | None = None
        self._seconds: dict[int, tuple[float, float]] = {}
        self._deadline = 0.0

    def open(self) -> None:
        """Open the connection to a file that a writer has open."""
        self._connection = open_inline(self._path)
        self._connection.text_factory = bytes
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MODEST_BYTES)
        self._connection.set_progress_handler(self._is_over, INSTRUCTIONS_PER_CHECK)
        self._versions = self._connection.cursor()
        self._versions.row_factory = None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def accepts(self, *statements: str) -> bool:
        """Whether the statements have proved to be short, all together."""
        if self._connection is None:
            return False
        expected = 0.0
        for sql in statements:
            expected += self._seconds.get(hash(sql), UNKNOWN_SECONDS)[0]
        return expected < SHORT_SECONDS

    def record(self, sql: str, seconds: float) -> None:
        """Remember how long the statement took."""
        key = hash(sql)  # not the text, which may be long
        before = self._seconds.get(key)
        if before is None:
            if len(self._seconds) >= STATEMENTS_REMEMBERED:
                del self._seconds[next(iter(self._seconds))]
            self._seconds[key] = seconds, seconds
        else:
            average, last = before
            shorter = min(seconds, last)
            self._seconds[key] = WEIGHT_OF_PAST * average + (1 - WEIGHT_OF_PAST) * shorter, seconds

    def run(self, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """The first column of the first row.

        Raises:
            TooLong: a reader has to do it.
        """
        assert self._connection is not None  # noqa: S101 - `accepts` said so
        begun = perf_counter()
        self._deadline = begun + BUDGET_SECONDS
        try:
            cursor = self._connection.execute(sql, parameters)
            row = cursor.fetchone()
            cursor.close()  # an open one would hold its snapshot
        except sqlite3.Error as error:  # a reader will say what is wrong
            self.record(sql, BUDGET_SECONDS)
            raise TooLong from error
        self.record(sql, perf_counter() - begun)
        return None if row is None else row[0]

    def data_version(self) -> int | None:
        """A number that is another one as soon as any other connection, of any process, has committed.

        None when it cannot be told: another process is just recovering the log, or the database is closed.
        """
        if self._connection is None or self._versions is None:
            return None
        self._deadline = perf_counter() + BUDGET_SECONDS
        try:
            version: int = self._versions.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None
        return version

    def _is_over(self) -> bool:
        return perf_counter() > self._deadline
