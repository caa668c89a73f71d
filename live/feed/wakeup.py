"""Telling this process that its own writes have made the log grow.

A wake-up only says "look": it carries nothing, several count as one, and losing one loses nothing. Other processes
are told by `live.bus.bus`.
"""

from collections.abc import Callable

_listeners: set[Callable[[], None]] = set()


def listen(callback: Callable[[], None]) -> Callable[[], None]:
    """Call `callback` at every wake-up until the returned function is called."""
    _listeners.add(callback)
    return lambda: _listeners.discard(callback)


def wake() -> None:
    """Say "look" to everyone who listens in this process."""
    for callback in tuple(_listeners):
        callback()
