"""Noticing in time that the time of a scheduled post has come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.exceptions import BaseORMException

from auth.viewer import now
from live.bus.data_version import Version
from resolvers.counters import NEVER
from resolvers.due_posts import publish_due
from runtime.background import BackgroundTask
from runtime.backoff import Backoff
from storage import StorageError

LOOK_EVERY_SECONDS = 1.0
"""Seconds after which somebody else may have scheduled something sooner."""
SHORTEST_PAUSE_SECONDS = 0.01
"""Seconds between two looks, whatever happens."""


@asynccontextmanager
async def watching(version: Version) -> AsyncIterator[None]:
    """Meanwhile what comes due is noticed at once, by whichever process is first.

    `version` is `Database.data_version`: where nobody has written, nobody has scheduled anything.
    """
    watching = BackgroundTask("looking for scheduled posts")
    watching.start(_watch(version))
    try:
        yield
    finally:
        await watching.stop()


async def _watch(version: Version) -> None:
    since, coming, seen = NEVER, None, None
    backoff = Backoff("Looking for scheduled posts", expected=(StorageError, BaseORMException))
    while True:
        try:
            moment, newest = now(), version()
            if newest is None or newest != seen or (coming is not None and coming <= moment):
                coming = await publish_due(since, moment)
                since, seen = moment, newest
            backoff.recovered()
        except Exception as error:  # noqa: BLE001 - whatever it is, posts are to come out afterwards
            seen = None
            await backoff.failed(error)
        left = LOOK_EVERY_SECONDS if coming is None else (coming - now()).total_seconds()
        await asyncio.sleep(min(max(left, SHORTEST_PAUSE_SECONDS), LOOK_EVERY_SECONDS))
