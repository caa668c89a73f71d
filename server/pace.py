"""Computing for clients on the event loop, where everybody waits for it: whose requests are dear go slowly.

What a request computes is measured, step by step, and charged to its client, with what was computed for it in the line
for large documents. Whoever has sent dear requests lately, and not only now and then among others, waits for a turn
with the next one, behind others who have used less, and after each there is a rest. So all of them together have an
eighth of the time in which Python can run, however many they are. Nobody else waits, and while there is nobody else,
nobody rests.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

from auth.errors import TooManyRequests
from graphql import GraphQLError

from compiler import RequestError
from runtime.decaying_use import DecayingUse
from runtime.fair_queue import Client, FairQueue

Result = TypeVar("Result")
Work = Callable[[], Coroutine[Any, Any, Result]]

LONG = 0.002
"""Seconds of computing after which a request counts as dear: most take a fraction of one."""
DEAR = 0.25
"""Seconds of dear requests after which a client's next ones are expected to be dear."""
PART = 0.25
"""The part of its time that went there then: a page's server has a dear request now and then among all its others."""
REST = 7.0
"""For how long they all rest, by what a request has taken: others are served all but an eighth of the time."""
LONGEST_REST = 1.0
APART = 0.005
"""Seconds between two turns, in which it shows what the first one takes."""
ALONE = 2.0
"""Seconds after the last request of anybody else in which there is somebody else."""
CROWD = 1_000
"""Requests that may wait at the same time."""
BUSY = "The server is busy with other requests that take long. Please try again later."


class Pace:
    """Nobody waits for longer than `patience` seconds for a turn; None lets them wait."""

    def __init__(self, patience: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._used, self._dear = DecayingUse(clock), DecayingUse(clock)
        self._queue = FairQueue(CROWD)
        self._rested_at = self._others_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    async def do(self, client: str | None, work: Work[Result]) -> Result:
        """What the work returns, begun when it is the client's turn and measured; nobody knows whose None's is.

        Raises:
            RequestError: there was no turn for too long.
        """
        if client is not None:
            if self.is_dear(client):
                await self._turn(Client(client))
            else:
                self.note_other()
        return await self.measured(client, work)

    async def measured(self, client: str | None, work: Work[Result]) -> Result:
        """The same for what has begun already."""
        if client is None:
            return await work()
        return await _Measured(work(), client, self)

    def note_other(self) -> None:
        """Somebody is there who asks for little."""
        self._others_at = self._clock()

    def is_dear(self, client: str) -> bool:
        """Whether its requests have been dear lately."""
        dear = self._dear.of(client)
        return dear > DEAR and dear > PART * self._used.of(client)

    def charge(self, client: str, seconds: float, *, dear: bool) -> None:
        """Note what was computed, for a dear request or another one."""
        self._used.charge(client, seconds)
        if dear:
            self._dear.charge(client, seconds)
            self._queue.charge(Client(client), seconds)
            if self.is_dear(client):
                now = self._clock()
                self._rested_at = min(max(self._rested_at, now) + REST * seconds, now + LONGEST_REST)

    async def _turn(self, client: Client) -> None:
        try:
            waiting = self._queue.join(client)
            if self._timer is None:
                self._call_later(0.0)
            try:
                async with asyncio.timeout(self._patience):
                    await waiting
            finally:
                self._queue.leave(client, waiting)
        except (TimeoutError, TooManyRequests):
            raise RequestError.of(GraphQLError(BUSY), code="UNAVAILABLE") from None

    def _call(self) -> None:
        """Let the next one in, unless it is time to rest."""
        self._timer = None
        if (rest := self._rest()) > 0:
            self._call_later(rest)
            return
        while (waiting := self._queue.call()) is not None:
            if not waiting.done():
                waiting.set_result(None)
                self._call_later(APART)
                return

    def _rest(self) -> float:
        now = self._clock()
        return self._rested_at - now if now - self._others_at < ALONE else 0.0

    def _call_later(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._call)


class _Measured(Generic[Result]):
    """Awaits a coroutine, and measures each of its steps."""

    def __init__(self, work: Coroutine[Any, Any, Result], client: str, pace: Pace) -> None:
        self._work = work
        self._client = client
        self._pace = pace
        self._seconds = 0.0

    def __await__(self) -> Generator[Any, Any, Result]:
        """Each step of the coroutine as one of whoever awaits this."""
        error: BaseException | None = None
        try:
            while True:
                begun = time.thread_time()
                try:
                    waited_for = self._work.send(None) if error is None else self._work.throw(error)
                except StopIteration as end:
                    result: Result = end.value
                    return result
                finally:
                    error = None
                    self._note(time.thread_time() - begun)
                try:
                    yield waited_for
                except BaseException as raised:  # noqa: BLE001 - it is the coroutine's
                    error = raised
        finally:
            if 0 < self._seconds < LONG:
                self._pace.charge(self._client, self._seconds, dear=False)

    def _note(self, seconds: float) -> None:
        before, self._seconds = self._seconds, self._seconds + seconds
        if self._seconds >= LONG:
            self._pace.charge(self._client, seconds if before >= LONG else self._seconds, dear=True)
