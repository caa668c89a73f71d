"""Who does the jobs of each kind: the one place that knows every kind there is."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from jobs import Handler
from resolvers import linkback_receipt, outgoing_linkbacks
from server.background import imported_pictures, linkback_sender, linkback_sources
from server.background.lazy_fetcher import LazyFetcher
from server.config import policies
from server.config.settings import Settings
from transfer.importing import media

MAKERS: dict[str, Callable[[Settings, LazyFetcher], Handler]] = {
    media.JOB: imported_pictures.fetching,
    linkback_receipt.JOB: linkback_sources.verifying,
    outgoing_linkbacks.LOOK: linkback_sender.looking,
    outgoing_linkbacks.SEND: linkback_sender.sending,
}
"""By kind: what makes a handler of the settings and of what handlers share. A new kind of job is added here."""


@asynccontextmanager
async def open_handlers(settings: Settings) -> AsyncIterator[Mapping[str, Handler]]:
    """The handlers, and what they share, for as long as somebody works."""
    async with LazyFetcher(policies.fetch_policy(settings)) as fetcher:
        yield {kind: make(settings, fetcher) for kind, make in MAKERS.items()}
