"""Short reads on the event loop itself.

Handing a statement to a reader's thread and waking the loop again costs 30 to 60 µs: several times what a look-up
by key takes. So a statement that has proved to be short runs right here. It cannot hold up the loop for long: SQLite
asks again and again whether its time is up, and what is not done then is left to a reader, now and the next times.
"""

import sqlite3
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from storage.holding import MODEST
from storage.sqlite.connection import open_quick

SHORT = 0.001
"""Seconds: what a statement may take on average to run here."""
BUDGET = 0.005
"""Seconds after which one is given up; not much less than what the system lets others have the processor for."""
INSTRUCTIONS = 4000
"""How often SQLite asks, in instructions of its virtual machine: about every 80 µs."""
INERTIA = 0.7
"""How much of the average of a statement's times stays when another comes.

Of two in a row the shorter one counts: where others compete for the processor, any statement takes long now and then.
"""
REMEMBERED = 4096
UNKNOWN = (BUDGET, BUDGET)


class TooLong(Exception):  # noqa: N818 - not an error: the reader's turn
    """The statement did not end within its budget, or would have had to wait."""


class QuickReads:
    """One read-only connection that the event loop uses, and how long each statement has taken lately."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._versions: sqlite3.Cursor | None = None
        self._seconds: dict[int, tuple[float, float]] = {}
        self._deadline = 0.0

    def open(self) -> None:
        """Open the connection to a file that a writer has open."""
        self._connection = open_quick(self._path)
        self._connection.text_factory = bytes
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MODEST)
        self._connection.set_progress_handler(self._is_over, INSTRUCTIONS)
        self._versions = self._connection.cursor()
        self._versions.row_factory = None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def takes(self, *statements: str) -> bool:
        """Whether the statements have proved to be short, all together."""
        if self._connection is None:
            return False
        expected = 0.0
        for sql in statements:
            expected += self._seconds.get(hash(sql), UNKNOWN)[0]
        return expected < SHORT

    def note(self, sql: str, seconds: float) -> None:
        """Remember how long the statement took."""
        key = hash(sql)  # not the text, which may be long
        before = self._seconds.get(key)
        if before is None:
            if len(self._seconds) >= REMEMBERED:
                del self._seconds[next(iter(self._seconds))]
            self._seconds[key] = seconds, seconds
        else:
            average, last = before
            shorter = min(seconds, last)
            self._seconds[key] = INERTIA * average + (1 - INERTIA) * shorter, seconds

    def run(self, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """The first column of the first row.

        Raises:
            TooLong: a reader has to do it.
        """
        assert self._connection is not None  # noqa: S101 - `takes` said so
        begun = perf_counter()
        self._deadline = begun + BUDGET
        try:
            cursor = self._connection.execute(sql, parameters)
            row = cursor.fetchone()
            cursor.close()  # an open one would hold its snapshot
        except sqlite3.Error as error:  # a reader will say what is wrong
            self.note(sql, BUDGET)
            raise TooLong from error
        self.note(sql, perf_counter() - begun)
        return None if row is None else row[0]

    def data_version(self) -> int | None:
        """A number that is another one as soon as any other connection, of any process, has committed.

        None when it cannot be told: another process is just recovering the log, or the database is closed.
        """
        if self._connection is None or self._versions is None:
            return None
        self._deadline = perf_counter() + BUDGET
        try:
            version: int = self._versions.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None
        return version

    def _is_over(self) -> bool:
        return perf_counter() > self._deadline
