"""The worker in this process: there is one in each, and one of all of them works."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs import JobWorker, open_bookkeeping
from server.background.job_handlers import open_handlers
from server.config.settings import Settings
from storage import Database


@asynccontextmanager
async def working(settings: Settings, database: Database) -> AsyncIterator[None]:
    """Meanwhile jobs are done, by this process or another; nothing is looked at where there is no kind of job."""
    async with open_handlers(settings) as handlers, open_bookkeeping(database) as books:
        if not handlers:
            yield
            return
        async with JobWorker(books, handlers, database.data_version):
            yield
