"""Long computing for requests, such as reading large documents: in a thread, a piece at a time, fairly by client.

The event loop goes on meanwhile.
"""

import gc
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from graphql import GraphQLError

from compiler import RequestError
from runtime.fair_queue import Client, QueueFull
from runtime.thread_limiter import ThreadLimiter
from server.http.compute_throttle import PAUSE_FACTOR as HEAVY_PAUSE_FACTOR
from server.http.compute_throttle import ComputeThrottle
from storage import caller

MAX_WAITERS = 1_000
"""Pieces of work that may wait at the same time."""
SWITCH_INTERVAL_SECONDS = 0.0001
"""Seconds after which the thread lets the loop go on; with Python's own 5 ms each answer would take so much longer."""
REST_FACTOR = 3.0
"""For how long it rests, by what the work before has taken: others are served three quarters of the time.

After the work of a heavy client it is as long as `server.http.compute_throttle` has it.
"""
BUSY_MESSAGE = "The server is busy with other large documents. Please try again later."


class DocumentQueue:
    """Does one piece of work at a time; nobody waits for longer than `patience` seconds for it to begin.

    After each it rests for some time, so that only a part of the time in which Python can run at all is spent here.
    """

    def __init__(self, patience: float, compute_throttle: ComputeThrottle | None = None) -> None:
        self._compute_throttle = compute_throttle or ComputeThrottle()
        self._threads = ThreadLimiter("documents", at_once=1, waiting=MAX_WAITERS, patience=patience)
        self._rested_at = 0.0

    async def do(self, work: Callable[[], Any]) -> Any:
        """What the work returns or raises.

        Raises:
            RequestError: too many others are before it.
        """
        client, spent = caller.get(), list[float]()
        try:
            return await self._threads.run(Client(client), self._do, work, self._pause_factor(client), spent)
        except QueueFull:
            raise RequestError.of(GraphQLError(BUSY_MESSAGE), code="UNAVAILABLE") from None
        finally:
            if spent and client:
                self._compute_throttle.charge(str(client), spent[0], heavy=True)

    def close(self) -> None:
        """Begin nothing more; what has begun is not waited for."""
        self._threads.close()

    def _pause_factor(self, client: Hashable) -> float:
        return HEAVY_PAUSE_FACTOR if client and self._compute_throttle.is_heavy(str(client)) else REST_FACTOR

    def _do(self, work: Callable[[], Any], rest: float, spent: list[float]) -> Any:
        time.sleep(max(0.0, self._rested_at - time.monotonic()))
        begun = time.thread_time()
        try:
            with _beside_others():
                return work()
        finally:
            spent.append(time.thread_time() - begun)
            self._rested_at = time.monotonic() + rest * spent[0]


@contextmanager
def _beside_others() -> Iterator[None]:
    """Let go of the interpreter often; and what is made of a large document would only make collections long."""
    before, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        if collects:
            gc.enable()
