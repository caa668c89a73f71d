"""A turnstile, that is an admission queue: newcomers shake hands a few at a time.

When thousands come back in the same moment, each handshake is short and all of them together are not: in one turn of
the event loop they would keep everybody else waiting until the last is in.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

HANDSHAKES_PER_TURN = 2
"""Newcomers in one turn of the event loop."""


class HandshakeQueue:
    """Calls back in the order of arrival, `HANDSHAKES_PER_TURN` in each turn of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._call_soon = loop.call_soon
        self._callbacks: deque[Callable[[], None]] = deque()

    def enter(self, callback: Callable[[], None]) -> None:
        """Call back when it is its turn."""
        self._callbacks.append(callback)
        if len(self._callbacks) == 1:
            self._call_soon(self._run_some)

    def _run_some(self) -> None:
        for _ in range(min(HANDSHAKES_PER_TURN, len(self._callbacks))):
            self._call_soon(self._callbacks.popleft())
        if self._callbacks:
            self._call_soon(self._run_some)


_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, HandshakeQueue] = WeakKeyDictionary()


def handshake_queue_of(loop: asyncio.AbstractEventLoop) -> HandshakeQueue:
    """The one for everybody on this loop."""
    found = _queues.get(loop)
    if found is None:
        found = _queues[loop] = HandshakeQueue(loop)
    return found
