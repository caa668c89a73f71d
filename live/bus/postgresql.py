"""Wake-ups by PostgreSQL's LISTEN and NOTIFY.

NOTIFY takes a lock of the whole database until its transaction has committed, so it never belongs into one that
writes: it is sent afterwards, and beside.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from live.bus.bus import Hear, Hint
from live.bus.reconnecting import BusConnection, BusUnheard, ReconnectingBus
from storage.location import Location
from storage.postgresql.notifications import Notifications, Unheard

CHANNELS = {f"causerie_{hint}": hint for hint in Hint}
POOLED = "a pooler in transaction mode swallows it: name PostgreSQL's own address in CAUSERIE_WAKEUP"


def postgresql_bus(location: Location) -> ReconnectingBus:
    """The bus of all who have this database open."""

    @asynccontextmanager
    async def connect(hear: Hear) -> AsyncIterator[BusConnection]:
        try:
            async with Notifications(
                location, CHANNELS, lambda channel: hear(CHANNELS[channel])
            ) as notifications:
                yield _Connection(notifications)
        except Unheard as error:
            raise BusUnheard(f"{error}; {POOLED}") from None

    return ReconnectingBus(f"Being woken by {location.shown}", connect)


class _Connection:
    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications

    async def tell(self, hints: Collection[Hint]) -> None:
        await self._notifications.notify([name for name, hint in CHANNELS.items() if hint in hints])

    async def hear(self) -> None:
        await self._notifications.lost()
