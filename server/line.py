"""Long computing, such as reading large documents: in a thread, a piece at a time, and fairly by client.

The event loop goes on meanwhile. Whoever has had least of it lately comes next, so a client who sends one large
document after the other holds up himself.
"""

import asyncio
import sys
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from graphql import GraphQLError

from compiler import RequestError
from storage.turns import caller

HALF_LIFE = 30.0
"""Seconds after which half of what a client has had is forgotten."""
REMEMBERED = 10_000
"""Of how many clients it is remembered what they have had."""
CROWD = 1_000
"""Pieces of work that may wait at the same time."""
SWITCH = 0.0005
"""Seconds after which the thread lets the loop go on; Python's own 5 ms would be felt in each answer."""
BUSY = "The server is busy with other large documents. Please try again later."

Waiting = tuple[Callable[[], Any], asyncio.Future[None], asyncio.Future[Any]]
"""A piece of work; what is told when it begins, and what is told its result."""


class Line:
    """Does one piece of work at a time; nobody waits for longer than `patience` seconds for it to begin."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="documents")
        self._lines: dict[Hashable, deque[Waiting]] = {}
        self._had: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._busy = False

    async def do(self, work: Callable[[], Any]) -> Any:
        """What the work returns or raises.

        Raises:
            RequestError: too many others are before it.
        """
        if sum(map(len, self._lines.values())) >= CROWD:
            raise _refused()
        loop = asyncio.get_running_loop()
        begun, result = loop.create_future(), loop.create_future()
        self._lines.setdefault(caller.get(), deque()).append((work, begun, result))
        self._next()
        try:
            async with asyncio.timeout(self._patience):
                await begun
        except TimeoutError:
            raise _refused() from None
        return await result

    def close(self) -> None:
        """Begin nothing more; what has begun is not waited for."""
        self._busy = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _next(self) -> None:
        while self._lines and not self._busy:
            now = time.monotonic()
            who = min(self._lines, key=lambda each: self._has_had(each, now))
            line = self._lines[who]
            work, begun, result = line.popleft()
            if not line:
                del self._lines[who]
            if not begun.done():  # otherwise its client has given up
                begun.set_result(None)
                self._begin(who, work, result)

    def _begin(self, who: Hashable, work: Callable[[], Any], result: asyncio.Future[Any]) -> None:
        self._busy = True
        loop = asyncio.get_running_loop()
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)

        def over(done: Any) -> None:
            value, error, seconds = done.result()
            sys.setswitchinterval(before)
            self._charge(who, seconds)
            self._busy = False
            if not result.done():
                result.set_result(value) if error is None else result.set_exception(error)
            self._next()

        loop.run_in_executor(self._thread, _timed, work).add_done_callback(over)

    def _has_had(self, who: Hashable, now: float) -> float:
        seconds, then = self._had.get(who, (0.0, now))
        return float(seconds * 0.5 ** ((now - then) / HALF_LIFE))

    def _charge(self, who: Hashable, seconds: float) -> None:
        now = time.monotonic()
        self._had[who] = (self._has_had(who, now) + seconds, now)
        self._had.move_to_end(who)
        if len(self._had) > REMEMBERED:
            self._had.popitem(last=False)


def _timed(work: Callable[[], Any]) -> tuple[Any, BaseException | None, float]:
    """What the work returns or raises, and how many seconds it has computed."""
    begun = time.thread_time()
    value, error = None, None
    try:
        value = work()
    except Exception as raised:  # noqa: BLE001 - whoever waits for it is told
        error = raised
    return value, error, time.thread_time() - begun


def _refused() -> RequestError:
    return RequestError.of(GraphQLError(BUSY), code="UNAVAILABLE")
