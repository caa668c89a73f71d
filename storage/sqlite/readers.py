"""The connections that read: each caller has one to itself until its statement has ended."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from storage.errors import AnswerTooLarge, DatabaseUnavailable, StatementTimeout
from storage.sqlite.connection import Connection, Result, Statement, connect_reader
from storage.sqlite.failures import translated
from storage.stopwatch import measured
from storage.turns import BrokenOff, Turns, for_long_ones
from storage.uses import Turn


class Readers:
    """Several read-only connections.

    A statement sees what was committed before it began, and waits for no writer.

    Args:
        path: the file, which a writer has open.
        count: how many.
        statement_timeout: after so many seconds a statement is interrupted; None lets it run.
        patience: how many seconds a caller waits for a connection; None lets them wait.
        largest: how many bytes a value may have that a statement makes; a larger one is given up.
    """

    def __init__(
        self,
        path: str,
        *,
        count: int,
        statement_timeout: float | None,
        patience: float | None,
        largest: int,
    ) -> None:
        self._largest = largest
        self._path = path
        self._count = count
        self._statement_timeout = statement_timeout
        self._turns = Turns(count, patience, for_long_ones(count))
        self._idle: list[Connection] = []
        self._running: dict[asyncio.Future[Any], tuple[Connection, Turn]] = {}
        self._closed = False

    async def open(self, busy_timeout: float) -> None:
        """Open the connections."""
        for _ in range(self._count):
            self._idle.append(await connect_reader(self._path, busy_timeout, self._largest))

    async def run(self, statement: Statement[Result]) -> Result:
        """Run the statement on a free connection, waiting for one if need be.

        A cancelled caller returns at once; its connection is free when the interrupted statement has ended.
        """
        with suppress(BrokenOff):
            return await self._run(statement, await self._turns.take())
        return await self._run(statement, await self._turns.take(long=True))

    async def _run(self, statement: Statement[Result], turn: Turn) -> Result:
        connection = self._idle.pop()
        future = connection.start(statement)
        self._running[future] = connection, turn
        future.add_done_callback(self._give_back)
        abandon = partial(connection.abandon, future)
        timer = self._time(abandon)
        self._turns.watch(turn, abandon)
        try:
            with measured():
                return await asyncio.shield(future)
        except asyncio.CancelledError:
            abandon()
            raise
        except sqlite3.Error as error:
            raise self._translated(error, turn) from error
        finally:
            self._turns.unwatch(turn)
            if timer is not None:
                timer.cancel()

    async def close(self) -> None:
        """Interrupt what still runs and close."""
        self._closed = True
        self._turns.close()
        for future, (connection, _) in self._running.items():
            connection.abandon(future)
        if self._running:
            await asyncio.wait(list(self._running))
        while self._idle:
            await self._idle.pop().close()

    def _time(self, abandon: Callable[[], None]) -> asyncio.TimerHandle | None:
        if self._statement_timeout is None:
            return None
        return asyncio.get_running_loop().call_later(self._statement_timeout, abandon)

    def _give_back(self, future: asyncio.Future[Result]) -> None:
        connection, turn = self._running.pop(future)
        self._idle.append(connection)
        self._turns.end(turn)

    def _translated(self, error: sqlite3.Error, turn: Turn) -> Exception:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_TOOBIG:
            return AnswerTooLarge(f"An answer has more than {self._largest} bytes")
        if code != sqlite3.SQLITE_INTERRUPT:
            return translated(error, self._path)
        if self._closed:
            return DatabaseUnavailable("The database is closed")
        if turn.broken_off:
            return BrokenOff()
        return StatementTimeout(f"A read took longer than {self._statement_timeout:g} s and was interrupted")
