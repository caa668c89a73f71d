"""Letting newcomers in a few at a time.

When thousands come back in the same moment, each handshake is short and all of them together are not: in one turn of
the event loop they would keep everybody else waiting until the last is in.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

AT_ONCE = 2
"""Newcomers in one turn of the event loop."""


class Turnstile:
    """Calls back in the order of arrival, so many in each turn of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._call_soon = loop.call_soon
        self._waiting: deque[Callable[[], None]] = deque()

    def enter(self, callback: Callable[[], None]) -> None:
        """Call back when it is its turn."""
        self._waiting.append(callback)
        if len(self._waiting) == 1:
            self._call_soon(self._turn)

    def _turn(self) -> None:
        for _ in range(min(AT_ONCE, len(self._waiting))):
            self._call_soon(self._waiting.popleft())
        if self._waiting:
            self._call_soon(self._turn)


_turnstiles: WeakKeyDictionary[asyncio.AbstractEventLoop, Turnstile] = WeakKeyDictionary()


def turnstile_of(loop: asyncio.AbstractEventLoop) -> Turnstile:
    """The one for everybody on this loop."""
    found = _turnstiles.get(loop)
    if found is None:
        found = _turnstiles[loop] = Turnstile(loop)
    return found
