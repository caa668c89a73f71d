"""A process that begins to do jobs and never ends one: `python -m tests.jobs.second_process URL`.

It says how many are under way as soon as it has begun as many as it may.
"""

import asyncio
import sys

from jobs import Attempt, Handler, JobWorker, open_bookkeeping
from storage import open_database
from tests.jobs.doing import KIND

AT_ONCE = 3


async def main(url: str) -> None:
    begun = asyncio.Semaphore(0)

    async def never_end(_: Attempt) -> None:
        begun.release()
        await asyncio.Event().wait()

    database = await open_database(url)
    async with (
        open_bookkeeping(database) as books,
        JobWorker(books, {KIND: Handler(never_end, at_once=AT_ONCE)}),
    ):
        for _ in range(AT_ONCE):
            await begun.acquire()
        print(AT_ONCE, flush=True)  # noqa: T201 - the test waits for this
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
