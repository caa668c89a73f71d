"""Who of all processes works: whoever holds the lease, and renews it.

No clock is compared with another one: a lease has run out when somebody who watches it has not seen it renewed for long
enough by a clock of their own that only goes forward. So a process that was killed is followed by another one some
seconds later, and two that differ about the time never both take it.
"""

import os
import secrets
import socket
import time
from collections.abc import Callable
from math import inf
from typing import Any

from jobs import tables
from jobs.bookkeeping import Bookkeeping

LEASE_SECONDS = 15.0
"""Seconds without a renewal after which others may take it."""
RENEW_SECONDS = 4.0
TRUSTED_SECONDS = 10.0
"""Seconds without a renewal after which its holder does not count on it: sooner than others may take it."""


class Lease:
    """A claim to the one lease of a database."""

    def __init__(self, books: Bookkeeping, clock: Callable[[], float] = time.monotonic) -> None:
        self._books = books
        self._clock = clock
        self._name = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(8)}"
        self._renewed = -inf
        self._seen: tuple[str, int] | None = None
        self._seen_at = 0.0

    @property
    def held(self) -> bool:
        """Whether it is this one's for a while yet."""
        return self._clock() - self._renewed < TRUSTED_SECONDS

    @property
    def holder(self) -> str:
        """Who has it, or had it when this one looked last; "" where nobody has."""
        return self._seen[0] if self._seen else ""

    async def hold(self) -> bool:
        """Renew it, or take it if it is free; whether it is this one's."""
        asked = self._clock()
        if asked - self._renewed < RENEW_SECONDS:
            return True
        if self._renewed > -inf and await self._changed(tables.RENEW_LEASE, self._name):
            self._renewed = asked
            return True
        self._renewed = -inf
        if await self._is_free() and await self._changed(tables.TAKE_LEASE, self._name, *self._known()):
            self._renewed = asked
        return self.held

    async def release(self) -> None:
        """Let others have it at once."""
        if self._renewed > -inf:
            self._renewed = -inf
            await self._changed(tables.RELEASE_LEASE, self._name)

    async def _is_free(self) -> bool:
        """Whether nobody has it, or whoever has it has not renewed it for long enough."""
        seen = await self._look()
        if seen is None:
            await self._changed(tables.OFFER_LEASE)
            seen = await self._look()
        if seen != self._seen:
            self._seen, self._seen_at = seen, self._clock()
        return not self.holder or self._clock() - self._seen_at >= LEASE_SECONDS

    async def _look(self) -> tuple[str, int] | None:
        _, rows = await self._books.execute(tables.LEASE, [])
        return (rows[0]["holder"], rows[0]["beat"]) if rows else None

    def _known(self) -> tuple[str, int]:
        return self._seen or ("", 0)

    async def _changed(self, sql: str, *parameters: Any) -> bool:
        changed, _ = await self._books.execute(sql, list(parameters))
        return changed > 0
