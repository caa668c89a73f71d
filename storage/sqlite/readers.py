"""The connections that read: each caller has one to itself until its statement has ended."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from storage.errors import AnswerTooLarge, DatabaseUnavailable, StatementTimeout
from storage.fair_limiter import FairLimiter, Preempted, slots_for_long_ones
from storage.slot_uses import Slot
from storage.sqlite.connection import Connection, Job, Result, connect_reader
from storage.sqlite.failures import translated
from storage.stopwatch import measured


class Readers:
    """Several read-only connections.

    A statement sees what was committed before it began, and waits for no writer.

    Args:
        path: the file, which a writer has open.
        count: how many.
        statement_timeout: seconds after which a statement is interrupted; None lets it run.
        acquire_timeout: how many seconds a caller waits for a connection; None lets them wait.
        largest: how many bytes a value may have that a statement makes; a larger one is given up.
    """

    def __init__(
        self,
        path: str,
        *,
        count: int,
        statement_timeout: float | None,
        acquire_timeout: float | None,
        largest: int,
    ) -> None:
        self._largest = largest
        self._path = path
        self._count = count
        self._statement_timeout = statement_timeout
        self._slots = FairLimiter(count, acquire_timeout, slots_for_long_ones(count))
        self._idle: list[Connection] = []
        self._running: dict[asyncio.Future[Any], tuple[Connection, Slot]] = {}
        self._closed = False

    async def open(self, busy_timeout: float) -> None:
        """Open the connections."""
        for _ in range(self._count):
            self._idle.append(await connect_reader(self._path, busy_timeout, self._largest))

    async def run(self, statement: Job[Result]) -> Result:
        """Run the statement on a free connection, waiting for one if need be.

        A cancelled caller returns at once; its connection is free when the interrupted statement has ended.
        """
        with suppress(Preempted):
            return await self._run(statement, await self._slots.take())
        return await self._run(statement, await self._slots.take(long=True))

    async def _run(self, statement: Job[Result], slot: Slot) -> Result:
        connection = self._idle.pop()
        future = connection.start(statement)
        self._running[future] = connection, slot
        future.add_done_callback(self._give_back)
        interrupt_until_done = partial(connection.interrupt_until_done, future)
        timer = self._time(interrupt_until_done)
        self._slots.watch(slot, interrupt_until_done)
        try:
            with measured():
                return await asyncio.shield(future)
        except asyncio.CancelledError:
            interrupt_until_done()
            raise
        except sqlite3.Error as error:
            raise self._translated(error, slot) from error
        finally:
            self._slots.unwatch(slot)
            if timer is not None:
                timer.cancel()

    async def close(self) -> None:
        """Interrupt what still runs and close."""
        self._closed = True
        self._slots.close()
        for future, (connection, _) in self._running.items():
            connection.interrupt_until_done(future)
        if self._running:
            await asyncio.wait(list(self._running))
        while self._idle:
            await self._idle.pop().close()

    def _time(self, interrupt_until_done: Callable[[], None]) -> asyncio.TimerHandle | None:
        if self._statement_timeout is None:
            return None
        return asyncio.get_running_loop().call_later(self._statement_timeout, interrupt_until_done)

    def _give_back(self, future: asyncio.Future[Result]) -> None:
        connection, slot = self._running.pop(future)
        self._idle.append(connection)
        self._slots.end(slot)

    def _translated(self, error: sqlite3.Error, slot: Slot) -> Exception:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_TOOBIG:
            return AnswerTooLarge(f"An answer has more than {self._largest} bytes")
        if code != sqlite3.SQLITE_INTERRUPT:
            return translated(error, self._path)
        if self._closed:
            return DatabaseUnavailable("The database is closed")
        if slot.preempted:
            return Preempted()
        return StatementTimeout(f"A read took longer than {self._statement_timeout:g} s and was interrupted")
