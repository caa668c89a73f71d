"""A second SQLite file beside the database's: for what must not count as a write to that.

Each commit to the database makes every kept answer obsolete. What is noted here makes none so. A statement sees the
tables of both files and writes to those of this one alone.
"""

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from storage.sqlite import statements
from storage.sqlite.connection import Connection, connect_side, open_side_inline
from storage.sqlite.failures import translated

BUSY_TIMEOUT_SECONDS = 5.0
READ_AND_WRITE = 0o666

Identity = tuple[int, int]


class SideFile:
    """The file that is called after the database's and an `end`, made with its `tables` by the first statement."""

    def __init__(self, database: str, end: str, tables: str) -> None:
        self._database = os.path.realpath(database)
        self.path = f"{self._database}{end}"
        self._tables = tables
        self._connection: Connection | None = None
        self._inline: sqlite3.Connection | None = None
        self._opened: tuple[Identity, ...] = ()
        self._opening = asyncio.Lock()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[int, list[Any]]:
        """Run a statement, which stands alone: how many rows it changed or found, and what it returned."""
        try:
            connection = await self._present()
            return await asyncio.shield(
                connection.start(partial(statements.rows, sql=sql, parameters=parameters))
            )
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    async def execute_at_once(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run a short statement that must not wait until a thread has its turn, nor for a disk: on the event loop."""
        try:
            await self._present()
            assert self._inline is not None  # noqa: S101 - for the type checker
            self._inline.execute(sql, parameters).close()
        except sqlite3.Error:
            await self.execute(sql, parameters)  # which waits for who holds the file, or says what is wrong

    async def close(self) -> None:
        """Close the file; whoever closes it last tidies it up."""
        async with self._opening:
            await self._close()

    async def _present(self) -> Connection:
        """A connection to the files that have these names now."""
        async with self._opening:
            if self._connection is None or self._identities() != self._opened:
                await self._close()
                make_like(self.path, self._database)
                connection = await connect_side(self.path, self._database, BUSY_TIMEOUT_SECONDS)
                self._connection = connection
                await connection.start(partial(statements.script, sql=self._tables))
                self._inline = open_side_inline(self.path)
                self._opened = self._identities()
            return self._connection

    async def _close(self) -> None:
        if self._inline is not None:
            self._inline.close()
            self._inline = None
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()

    def _identities(self) -> tuple[Identity, ...]:
        try:
            found = [os.stat(path) for path in (self.path, self._database)]  # noqa: PTH116 - as fast as may be
        except OSError:
            return ()
        return tuple((file.st_dev, file.st_ino) for file in found)


def make_like(path: str, model: str) -> None:
    """Make an empty file, unless it is there, that the same people may read and write."""
    if Path(path).exists():
        return
    rights = Path(model).stat()
    file = os.open(path, os.O_RDWR | os.O_CREAT, rights.st_mode & READ_AND_WRITE)
    try:
        os.fchmod(file, rights.st_mode & READ_AND_WRITE)
        if os.geteuid() == 0:
            os.fchown(file, rights.st_uid, rights.st_gid)
    finally:
        os.close(file)
