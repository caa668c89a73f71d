"""Writing anew what is found, where another version of the code has written it, beside everything else."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from tortoise.exceptions import BaseORMException

from resolvers import search_index
from runtime.background import BackgroundTask
from runtime.backoff import Backoff
from storage import StorageError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def indexing() -> AsyncIterator[None]:
    """Meanwhile it is done, if it is due; a server that stops leaves the rest to the next one."""
    task = BackgroundTask("writing what is found")
    task.start(_index())
    try:
        yield
    finally:
        await task.stop()


async def _index() -> None:
    backoff = Backoff("Writing what is found", expected=(StorageError, BaseORMException))
    while True:
        try:
            if not await search_index.is_due():
                return
            await _write_portions()
        except Exception as error:  # noqa: BLE001 - whatever it is, search is to be whole afterwards
            await backoff.failed(error)


async def _write_portions() -> None:
    """Portion by portion, with a pause after each that is as long: others write, too."""
    done, since = 0, monotonic()
    async for portion in search_index.portions():
        done += portion.rows
        await asyncio.sleep(monotonic() - since)
        since = monotonic()
    if done:
        logger.info("The words of %d posts and comments have been written for search.", done)
