"""Who asks a host when, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic


class HostTurns:
    """Lets a few ask the same host at the same time."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._hosts: dict[str, tuple[asyncio.Semaphore, set[object]]] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for one of the host's places, and have it meanwhile."""
        me = object()
        places, users = self._hosts.setdefault(host, (asyncio.Semaphore(self._at_once), set()))
        users.add(me)
        try:
            async with places:
                yield
        finally:
            users.discard(me)
            if not users:
                del self._hosts[host]


class Allowance:
    """Seconds that may be spent, some now and some later."""

    def __init__(self, seconds: float) -> None:
        self.seconds = self._left = seconds

    @asynccontextmanager
    async def spending(self) -> AsyncIterator[None]:
        """Time goes by meanwhile; when there is none left it is broken off by a TimeoutError."""
        begun = monotonic()
        try:
            async with asyncio.timeout(self._left):
                yield
        finally:
            self._left -= monotonic() - begun
