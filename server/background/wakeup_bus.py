"""Which bus carries wake-ups between this process and the others, and what is done when one says "look"."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from auth import sessions
from live.bus.bus import Bus, Hint, NullBus
from live.bus.data_version import DataVersionBus
from live.bus.postgresql import postgresql_bus
from live.feed import wakeup
from server.config.settings import Settings
from storage import Database
from storage.location import locate


def bus_of(settings: Settings, database: Database) -> Bus:
    """The bus that the settings name, or the one that the database offers."""
    if settings.wakeup == "none":
        return NullBus()
    if settings.wakeup.startswith("postgres"):
        return postgresql_bus(locate(settings.wakeup))
    if settings.wakeup != "auto":
        from live.bus.redis import redis_bus  # noqa: PLC0415 - who does without Redis need not wait for its client

        return redis_bus(settings.wakeup)
    if database.dialect == "postgresql":
        return postgresql_bus(database.location)
    return DataVersionBus(database.data_version)


@asynccontextmanager
async def connected(bus: Bus, looks: Mapping[Hint, Callable[[], None]]) -> AsyncIterator[None]:
    """Look where others say, and tell them what this process has committed."""
    tell_of_feed = partial(bus.tell, Hint.FEED)

    def tell_of_sessions(_ended: object) -> None:
        bus.tell(Hint.SESSIONS)

    bus.open(lambda hint: looks[hint]())
    be_silent = wakeup.listen(tell_of_feed)
    sessions.revoked.append(tell_of_sessions)
    try:
        yield
    finally:
        sessions.revoked.remove(tell_of_sessions)
        be_silent()
        await bus.close()
