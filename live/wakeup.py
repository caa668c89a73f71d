"""Telling the process that the log has grown.

A wake-up only says "look": it carries nothing, several count as one, and losing one loses nothing.
"""

import asyncio
from collections.abc import Callable

Version = Callable[[], int | None]
"""A number that is another one once anybody has committed; None when that cannot be told: `Database.data_version`."""

_listeners: set[Callable[[], None]] = set()


def listen(callback: Callable[[], None]) -> Callable[[], None]:
    """Call `callback` at every wake-up until the returned function is called."""
    _listeners.add(callback)
    return lambda: _listeners.discard(callback)


def wake() -> None:
    """Say "look" to everyone who listens in this process."""
    for callback in tuple(_listeners):
        callback()


async def watch(version: Version, every: float, changed: Callable[[], None]) -> None:
    """Call back when any process has committed anything, soon after that; for ever."""
    known = version()
    while True:
        await asyncio.sleep(every)
        now = version()
        if now != known:
            known = now
            changed()


def untold() -> None:
    """The version of a database that has none."""
