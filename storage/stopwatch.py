"""How long the database works for somebody: the time of statements, without the wait for a connection.

On a busy server the wait says nothing about what is asked for; the time that a statement runs does.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar

_UNMEASURED: AbstractContextManager[None] = nullcontext()


class Stopwatch:
    """The seconds that statements have run; when they are more than `most`, `stop` is called and it is `exceeded`."""

    __slots__ = ("_most", "exceeded", "seconds", "stop")

    def __init__(self, most: float | None = None, stop: Callable[[], object] = lambda: None) -> None:
        self._most = most
        self.stop = stop
        self.seconds = 0.0
        self.exceeded = False

    def running(self) -> AbstractContextManager[None]:
        """Measure as long as the block lasts."""
        return _Running(self)

    def time(self) -> asyncio.TimerHandle | None:
        """A clock that runs until no time is left."""
        if self._most is None:
            return None
        return asyncio.get_running_loop().call_later(max(0.0, self._most - self.seconds), self._exceed)

    def _exceed(self) -> None:
        self.exceeded = True
        self.stop()


class _Running(AbstractContextManager[None]):
    """A statement that runs."""

    __slots__ = ("_begun", "_stopwatch", "_timer")

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch = stopwatch

    def __enter__(self) -> None:
        self._begun = asyncio.get_running_loop().time()
        self._timer = self._stopwatch.time()

    def __exit__(self, *_: object) -> None:
        self._stopwatch.seconds += asyncio.get_running_loop().time() - self._begun
        if self._timer is not None:
            self._timer.cancel()


stopwatch: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)
"""What measures the statements of this task, if anything does."""


def measured() -> AbstractContextManager[None]:
    """To be entered around a statement, once there is a connection for it."""
    at_hand = stopwatch.get()
    return _UNMEASURED if at_hand is None else at_hand.running()
