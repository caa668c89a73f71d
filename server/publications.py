"""Noticing in time that the time of a scheduled post has come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from tortoise.exceptions import BaseORMException

from auth.viewer import now
from resolvers.counters import NEVER
from resolvers.publication import notice
from storage import StorageError

EVERY = 1.0
"""Seconds after which somebody else may have scheduled something sooner."""
_log = structlog.stdlib.get_logger("causerie")


@asynccontextmanager
async def noticed() -> AsyncIterator[None]:
    """Meanwhile what comes due is noticed at once, by whichever process is first."""
    watching = asyncio.create_task(_watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch() -> None:
    since = NEVER
    while True:
        moment = now()
        coming: datetime | None = None
        try:
            coming = await notice(since, moment)
            since = moment
        except (StorageError, BaseORMException):
            _log.debug("scheduled posts could not be looked at")
        left = EVERY if coming is None else (coming - now()).total_seconds()
        await asyncio.sleep(min(max(left, 0), EVERY))
