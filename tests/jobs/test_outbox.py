"""Jobs are of their unit of work, and of one key there is one."""

import asyncio

import pytest

from jobs import Bookkeeping, Handler, enqueue, enqueue_many
from models import Job
from storage import StorageError, unit_of_work
from tests.jobs.doing import KIND, Doer, leave, run_due, working


class Undone(Exception):
    pass


@pytest.mark.usefixtures("database")
async def test_a_job_is_left_behind_by_a_unit_of_work_that_commits_and_by_no_other() -> None:
    @unit_of_work
    async def write(*, commits: bool) -> None:
        await enqueue(KIND, {"commits": commits})
        if not commits:
            raise Undone

    await write(commits=True)
    with pytest.raises(Undone):
        await write(commits=False)
    assert [job.payload for job in await Job.all()] == ['{"commits":true}']


@pytest.mark.usefixtures("sqlite_database")
async def test_a_job_belongs_inside_a_unit_of_work() -> None:
    with pytest.raises(StorageError, match="unit of work"):
        await enqueue(KIND, {})
    assert await Job.all().count() == 0


async def test_of_one_kind_and_key_the_latest_is_done(books: Bookkeeping) -> None:
    doer = Doer()
    for n in range(3):
        await leave({"n": n}, key="one")
    await leave({"n": 3}, key="other")
    await leave({"n": 4}, kind="nobody's", key="one")
    await run_due(books, doer)
    assert doer.payloads == [{"n": 2}, {"n": 3}]
    assert [entry.kind for entry in await books.entries()] == ["nobody's"]


async def test_a_job_of_the_same_key_is_done_again_when_the_first_one_is_done(books: Bookkeeping) -> None:
    doer = Doer()
    for n in range(2):
        await leave({"n": n}, key="one")
        await run_due(books, doer)
    assert doer.payloads == [{"n": 0}, {"n": 1}]


async def test_many_are_left_behind_at_once_and_long_keys_are_told_apart(books: Bookkeeping) -> None:
    long = "https://blog.example/" + "x" * 500

    @unit_of_work
    async def write() -> None:
        await enqueue_many(
            KIND, [(None, {"n": 0}), (None, {"n": 1}), *((long + end, {"end": end}) for end in "aba")]
        )

    await write()
    doer = Doer()
    await run_due(books, doer)
    assert doer.payloads == [{"n": 0}, {"n": 1}, {"end": "a"}, {"end": "b"}]


async def test_nobody_waits_for_one_who_waits_for_them(books: Bookkeeping) -> None:
    """Many units enqueue the same keys, each in another order, while jobs are done and removed."""
    keys = [f"key-{n}" for n in range(20)]

    @unit_of_work
    async def write(number: int) -> None:
        order = keys[number % 20 :] + keys[: number % 20]
        await enqueue_many(KIND, [(key, {"by": number}) for key in order[:: (-1) ** number]])

    doer = Doer()
    async with working(books, test=Handler(doer, at_once=10)):
        for begin in range(0, 40, 8):
            await asyncio.gather(*(write(begin + n) for n in range(8)), books.sweep())
    await run_due(books, doer)
    assert {attempt.key for attempt in doer.done if attempt.payload["by"] >= 32} == set(keys)
    assert await books.entries() == []
