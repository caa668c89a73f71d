"""A process that is killed while it works loses no job."""

import asyncio
import sys
from pathlib import Path

from jobs import Handler, JobWorker, open_bookkeeping
from jobs.lease import LEASE_SECONDS, Lease
from storage import Database
from tests.jobs.doing import KIND, Doer, leave
from tests.jobs.test_lease import Clock
from tests.jobs.test_worker import let_it_be_due

ROOT = Path(__file__).parents[2]


async def test_what_a_killed_process_was_doing_is_done_by_the_next_one(
    database: Database, database_url: str
) -> None:
    for n in range(5):
        await leave({"n": n})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.jobs.second_process",
        database_url,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"3\n"
    clock, doer = Clock(0.0), Doer()
    async with open_bookkeeping(database) as books:
        worker = JobWorker(books, {KIND: Handler(doer)}, lease=Lease(books, clock))
        assert not await worker.run_due()
        process.kill()
        await process.wait()
        assert not await worker.run_due()
        assert [entry.attempts for entry in await books.entries()] == [1, 1, 1, 0, 0]
        clock.seconds += LEASE_SECONDS
        await let_it_be_due(books)
        assert await worker.run_due()
        await worker.stop()
        assert await books.entries() == []
    assert sorted(attempt.payload["n"] for attempt in doer.done) == [0, 1, 2, 3, 4]
    assert sorted(attempt.number for attempt in doer.done) == [1, 1, 2, 2, 2]
