"""The bus of a database that can itself tell that it was written to, for microseconds: SQLite's.

A commit is the message, whichever process made it. What it was about is not told; so this says where to look only
where looking costs next to nothing.
"""

import asyncio
from collections.abc import Callable

from live.bus.bus import Hear, Hint
from runtime.background import BackgroundTask

Version = Callable[[], int | None]
"""A number that is another one once anybody has committed: `Database.data_version`."""

GLANCE_SECONDS = 0.05
"""Seconds between two glances at it."""


class DataVersionBus:
    """Glances at the version again and again, and hears of the feed whenever it is another one."""

    def __init__(self, version: Version, every: float = GLANCE_SECONDS) -> None:
        self._version = version
        self._every = every
        self._watching = BackgroundTask("watching the database")

    def open(self, hear: Hear) -> None:
        """Begin to watch."""
        self._watching.start(self._watch(hear))

    def tell(self, hint: Hint) -> None:
        """The commit has told it already."""

    async def close(self) -> None:
        """Stop watching."""
        await self._watching.stop()

    async def _watch(self, hear: Hear) -> None:
        known = self._version()
        while True:
            await asyncio.sleep(self._every)
            now = self._version()
            if now != known:
                known = now
                hear(Hint.FEED)
