"""Who does the jobs of each kind: the one place that knows every kind there is."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from jobs import Handler
from server.config import policies
from server.config.settings import Settings

if TYPE_CHECKING:
    from jobs.fetcher import Fetcher

MAKERS: dict[str, Callable[[Settings, "Fetcher"], Handler]] = {}
"""By kind: what makes a handler of the settings and of what handlers share. A new kind of job is added here."""


@asynccontextmanager
async def open_handlers(settings: Settings) -> AsyncIterator[Mapping[str, Handler]]:
    """The handlers, and what they share, for as long as somebody works."""
    if not MAKERS:
        yield {}
        return
    from jobs.fetcher import Fetcher  # noqa: PLC0415 - who has nothing to fetch need not wait for httpx

    async with Fetcher(policies.fetch_policy(settings)) as fetcher:
        yield {kind: make(settings, fetcher) for kind, make in MAKERS.items()}
