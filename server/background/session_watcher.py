"""Sessions that have ended: what keeps their connections from staying open.

One that ends in this process takes them along at once, by `auth.sessions.revoked`. One that ends in another process,
by somebody's hand in the database, or by itself, is noticed within a second: by looking when told to, and now and then
without. A look is one statement for all connections, and none is needed while the database says that nobody has
written, nobody has come and no session is due.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Self

from tortoise.exceptions import BaseORMException

from auth import sessions
from auth.viewer import now
from live import ConnectionRegistry
from runtime.background import BackgroundTask
from runtime.backoff import Backoff
from storage import StorageError

LOOK_EVERY_SECONDS = 0.4
"""Seconds after which a look is thought about without being told to."""
PAUSE_SECONDS = 0.1
"""Seconds between two looks, whatever happens."""
NEVER = datetime.min.replace(tzinfo=UTC)
LOOKAHEAD = timedelta(minutes=1)
"""How far a look sees: sessions that will end by themselves until then are remembered."""


class SessionWatcher:
    """`async with`: closes the connections of sessions that are no more.

    `version` is `Database.data_version`: what nobody has written to needs no look.
    """

    def __init__(self, connections: ConnectionRegistry, version: Callable[[], int | None]) -> None:
        self._connections = connections
        self._version = version
        self._told = asyncio.Event()
        self._seen: int | None = None
        self._known: set[int] = set()
        self._due: datetime | None = None
        self._looked_at = NEVER
        self._watching = BackgroundTask("looking for sessions that have ended")
        self._backoff = Backoff(
            "Looking for sessions that have ended", expected=(StorageError, BaseORMException)
        )

    async def __aenter__(self) -> Self:
        sessions.revoked.append(self._close)
        self._watching.start(self._watch())
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._watching.stop()
        sessions.revoked.remove(self._close)

    def look(self) -> None:
        """Look now: somebody says that sessions have ended."""
        self._told.set()

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._told.wait()
            try:
                await self._look_if_told_or_due()
                self._backoff.recovered()
            except Exception as error:  # noqa: BLE001 - whatever it is, no session may outlive its end
                self._seen = None
                await self._backoff.failed(error)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _look_if_told_or_due(self) -> None:
        version, open_now = self._version(), self._connections.sessions()
        if self._told.is_set() or self._may_have_ended(version, open_now):
            self._told.clear()
            await self._look(open_now)
            self._seen = version

    def _may_have_ended(self, version: int | None, open_now: set[int]) -> bool:
        if version is None or version != self._seen or not open_now <= self._known:
            return True
        return self._due is not None and not self._looked_at <= now() < self._due

    async def _look(self, open_now: set[int]) -> None:
        moment = self._looked_at = now()
        ending = await sessions.ending(open_now, moment + LOOKAHEAD) if open_now else {}
        ended = [id_ for id_, end in ending.items() if end is None or end <= moment]
        self._close(ended)
        self._known = open_now.difference(ended)
        ends = [end for end in ending.values() if end is not None and end > moment]
        self._due = min(ends, default=moment + LOOKAHEAD)

    def _close(self, ended: Collection[int]) -> None:
        if ended:
            self._connections.close_sessions(frozenset(ended))
