"""A throttle by computing time: clients whose requests take long on the event loop, where everybody waits, go slowly.

What a request computes is measured at each of its steps, and charged to its client together with what the document
queue has computed for it. A client whose requests have been heavy lately, and not only now and then among others, waits
in a fair queue before its next one begins, and after each such request there is a pause. So all heavy clients together
have an eighth of the time in which Python can run, however many they are. Nobody else waits, and while there is nobody
else, there are no pauses.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

from graphql import GraphQLError

from compiler import RequestError
from runtime.decaying_use import DecayingUse
from runtime.fair_queue import Client, FairQueue, QueueFull

Result = TypeVar("Result")
Work = Callable[[], Coroutine[Any, Any, Result]]

HEAVY_REQUEST_SECONDS = 0.004
"""Seconds of computing after which a request counts as heavy: most take a fraction of that."""
HEAVY_CLIENT_SECONDS = 0.25
"""Seconds of heavy requests after which a client's next ones are expected to be heavy."""
HEAVY_PART = 0.25
"""The least part of its time that went there: a page's server has a heavy request now and then among all its others."""
PAUSE_FACTOR = 7.0
"""How long the pause is, in multiples of what a request has taken: others are served seven eighths of the time."""
LONGEST_PAUSE_SECONDS = 1.0
BETWEEN_SECONDS = 0.005
"""Seconds between two that are let in, in which it shows what the first one takes."""
OTHERS_GONE_SECONDS = 2.0
"""For how many seconds after its last request another client counts as being there."""
MAX_WAITERS = 1_000
"""Requests that may wait at the same time."""
BUSY_MESSAGE = "The server is busy with other requests that take long. Please try again later."


class ComputeThrottle:
    """Nobody waits for longer than `acquire_timeout` seconds for a turn; None lets them wait."""

    def __init__(
        self, acquire_timeout: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._acquire_timeout = acquire_timeout
        self._clock = clock
        self._used, self._heavy = DecayingUse(clock), DecayingUse(clock)
        self._queue = FairQueue(MAX_WAITERS)
        self._paused_until = self._others_seen_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    async def do(self, client: str | None, work: Work[Result]) -> Result:
        """What the work returns, begun when it is the client's turn and measured; nobody knows whose None's is.

        Raises:
            RequestError: there was no turn for too long.
        """
        if client is not None:
            if self.is_heavy(client):
                await self._wait(Client(client))
            else:
                self.note_light_request()
        return await self.measured(client, work)

    async def measured(self, client: str | None, work: Work[Result]) -> Result:
        """The same for what has begun already."""
        if client is None:
            return await work()
        return await _MeasuredAwaitable(work(), client, self)

    def note_light_request(self) -> None:
        """Somebody is there who asks for little."""
        self._others_seen_at = self._clock()

    def is_heavy(self, client: str) -> bool:
        """Whether its requests have been heavy lately."""
        heavy = self._heavy.of(client)
        return heavy > HEAVY_CLIENT_SECONDS and heavy > HEAVY_PART * self._used.of(client)

    def charge(self, client: str, seconds: float, *, heavy: bool) -> None:
        """Note what was computed, for a heavy request or another one."""
        self._used.charge(client, seconds)
        if heavy:
            self._heavy.charge(client, seconds)
            self._queue.charge(Client(client), seconds)
            if self.is_heavy(client):
                now = self._clock()
                self._paused_until = min(
                    max(self._paused_until, now) + PAUSE_FACTOR * seconds, now + LONGEST_PAUSE_SECONDS
                )

    async def _wait(self, client: Client) -> None:
        try:
            waiting = self._queue.join(client)
            if self._timer is None:
                self._admit_later(0.0)
            try:
                async with asyncio.timeout(self._acquire_timeout):
                    await waiting
            finally:
                self._queue.leave(client, waiting)
        except (TimeoutError, QueueFull):
            raise RequestError.of(GraphQLError(BUSY_MESSAGE), code="UNAVAILABLE") from None

    def _admit_next(self) -> None:
        """Let the next one in, unless there is a pause."""
        self._timer = None
        if (pause := self._pause_left()) > 0:
            self._admit_later(pause)
            return
        while (waiting := self._queue.pop_next()) is not None:
            if not waiting.done():
                waiting.set_result(None)
                self._admit_later(BETWEEN_SECONDS)
                return

    def _pause_left(self) -> float:
        now = self._clock()
        return self._paused_until - now if now - self._others_seen_at < OTHERS_GONE_SECONDS else 0.0

    def _admit_later(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._admit_next)


class _MeasuredAwaitable(Generic[Result]):
    """Awaits a coroutine, and measures each of its steps."""

    def __init__(
        self, work: Coroutine[Any, Any, Result], client: str, compute_throttle: ComputeThrottle
    ) -> None:
        self._work = work
        self._client = client
        self._compute_throttle = compute_throttle
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
            if 0 < self._seconds < HEAVY_REQUEST_SECONDS:
                self._compute_throttle.charge(self._client, self._seconds, heavy=False)

    def _note(self, seconds: float) -> None:
        before, self._seconds = self._seconds, self._seconds + seconds
        if self._seconds >= HEAVY_REQUEST_SECONDS:
            unpaid = seconds if before >= HEAVY_REQUEST_SECONDS else self._seconds
            self._compute_throttle.charge(self._client, unpaid, heavy=True)
