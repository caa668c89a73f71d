"""What one operation holds: the results of its statements, until its answer has been handed on.

A statement runs with as small a limit as will do, and that much is reserved before it runs: nothing is made that has no
room. What it has answered lately tells which limit that is. The largest ones run one after another, for the database
makes several copies of what they answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Self

from storage.errors import AnswerTooLarge
from storage.memory import Account

SMALL_BYTES = 64 * 1024
"""Bytes that are not worth counting, and the first limit of a statement that answers with little."""
MODEST_BYTES = 2**20
"""The first limit of a statement that nobody has seen."""

STATEMENTS_REMEMBERED = 4096
"""Of how many statements it is known how much they answer with."""

Attempt = Callable[[int], Awaitable[bytes | None]]
"""Runs a statement whose answer may have that many bytes."""

reservation_of_task: ContextVar["Reservation | None"] = ContextVar("reservation_of_task", default=None)


class Reservation:
    """What an operation holds, whose answer may have `limit` bytes.

    As long as its block lasts, it holds what its task asks of the database, too.
    """

    _size = 0
    _taken = 0
    _exceeded = False
    _closed = False
    _promised = False
    _large: asyncio.Lock | None = None
    _shared: Sequence[object] = ()

    def __init__(self, account: Account, limit: int) -> None:
        self._account = account
        self._most = limit

    def __enter__(self) -> Self:
        self._token = reservation_of_task.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        reservation_of_task.reset(self._token)
        self.close()

    @property
    def _limit(self) -> int:
        return min(self._most, self._account.most)

    @property
    def left(self) -> int:
        """Bytes that its answer may still have."""
        return max(0, self._limit - self._size)

    @property
    def crowded(self) -> bool:
        """Whether its client has no room for anything more."""
        return self._account.crowded

    def take(self, size: int) -> None:
        """Hold `size` bytes besides the answer, which are there already.

        Raises:
            MemoryBusy: there is no room for them.
        """
        self._account.take(size)
        self._taken += size

    async def admit(self) -> None:
        """Wait while there is no room for anything more.

        Raises:
            MemoryBusy: there was none for too long.
        """
        if self._account.crowded:
            await self._account.wait(1)
            self._account.give(1)

    async def wait(self, size: int) -> None:
        """Hold `size` bytes more as soon as there is room.

        Raises:
            MemoryBusy: there was none for too long.
        """
        await self._account.wait(size)
        self._taken += size

    def share(self, thing: object, size: int) -> None:
        """Hold a thing that others may hold at the same time, and that counts once.

        Raises:
            MemoryBusy: there is no room for it.
        """
        self._account.share(thing, size)
        self._shared = (*self._shared, thing)

    def record(self, value: bytes | None) -> None:
        """A result that was not waited for."""
        if value is not None:
            self._grow(len(value))
            if len(value) > SMALL_BYTES:
                self._account.add(len(value))
                self._taken += len(value)

    async def read(self, attempt: Attempt, expected: int) -> bytes | None:
        """The result of a statement, which lately answered with about `expected` bytes.

        Raises:
            AnswerTooLarge: the answer would be larger than it may.
            MemoryBusy: there was no room for it.
        """
        known = 0
        for limit in (SMALL_BYTES, MODEST_BYTES):
            if expected <= limit < self.left:
                try:
                    return await self._attempt(attempt, limit)
                except AnswerTooLarge as error:
                    expected, known = max(limit + 1, error.size), error.size
        if self._large is None:
            self._large = asyncio.Lock()
        async with self._large:  # of one operation one after the other, each with what is left
            return await self._last_attempt(attempt, known)

    def promise_answer(self) -> None:
        """Read what is no more than modest whether there is room or not: what is read about has been done."""
        self._promised = True

    def close(self) -> None:
        """Nothing is held any more."""
        self._closed = True
        if self._taken:
            self._account.give(self._taken)
            self._taken = 0
        for thing in self._shared:
            self._account.unshare(thing)
        self._shared = ()

    async def _last_attempt(self, attempt: Attempt, known: int) -> bytes | None:
        """With all that is left, or as much as the database has said that it takes."""
        if self._exceeded or self.left <= known:
            raise self._too_large()
        try:
            return await self._attempt(attempt, min(self.left, known * 5 // 4) if known else self.left)
        except AnswerTooLarge:
            self._exceeded = True
            raise

    async def _attempt(self, attempt: Attempt, limit: int) -> bytes | None:
        if self._promised and limit <= MODEST_BYTES:
            self._account.add(limit)
        else:
            await self._account.wait(limit)
        kept = 0
        try:
            value = await attempt(limit)
            size = 0 if value is None else len(value)
            self._grow(size)
            kept = 0 if self._closed else size
        finally:
            self._account.give(limit - kept)
        self._taken += kept
        return value

    def _grow(self, size: int) -> None:
        if size > self.left:
            self._exceeded = True
            raise self._too_large()
        self._size += size

    def _too_large(self) -> AnswerTooLarge:
        return AnswerTooLarge(f"An answer has more than {self._limit} bytes")


async def wait_admitted() -> None:
    """Wait while the client of the operation that this task is part of has no room for anything more.

    Raises:
        MemoryBusy: there was none for too long.
    """
    reservation = reservation_of_task.get()
    if reservation is not None:
        await reservation.admit()


def release_reservation() -> None:
    """Hold nothing more for the operation that this task is part of: what it needs to last is counted elsewhere."""
    reservation = reservation_of_task.get()
    if reservation is not None:
        reservation.close()


def promise_answer() -> None:
    """See `Reservation.promise_answer`, of the operation that this task is part of."""
    reservation = reservation_of_task.get()
    if reservation is not None:
        reservation.promise_answer()


class AnswerSizes:
    """With how many bytes each statement has answered lately."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}

    def expected(self, sql: str) -> int:
        """About how many it will answer with."""
        return self._sizes.get(hash(sql), MODEST_BYTES * 4 // 5) * 5 // 4

    def record(self, sql: str, value: bytes | None) -> None:
        """Remember how many it has answered with."""
        key = hash(sql)  # not the text, which may be long
        if key not in self._sizes and len(self._sizes) >= STATEMENTS_REMEMBERED:
            del self._sizes[next(iter(self._sizes))]
        self._sizes[key] = 0 if value is None else len(value)
