"""Jobs are done at least once, by one process, and given up only in the end."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs import (
    Attempt,
    Bookkeeping,
    Handler,
    JobError,
    JobWorker,
    Postponed,
    complete,
    is_current,
    open_bookkeeping,
)
from jobs.bookkeeping import drop
from jobs.handler import FIRST_DELAY_SECONDS
from models import Job
from runtime.backoff import exponential_delay
from storage import Database, unit_of_work
from tests.jobs.doing import KIND, Doer, failing, leave, only, run_due, until, working


class KilledError(Exception):
    pass


def now() -> datetime:
    return datetime.now(UTC)


async def test_what_is_enqueued_is_done_at_once_and_removed(books: Bookkeeping) -> None:
    doer = Doer()
    async with working(books, test=Handler(doer)):
        await leave({"n": 1}, key="k")
        await until(lambda: bool(doer.done))
    assert [(attempt.payload, attempt.key, attempt.number) for attempt in doer.done] == [({"n": 1}, "k", 1)]
    assert await books.entries() == []
    assert await books.sweep() == 1
    assert await Job.all().count() == 0


async def test_what_is_to_wait_waits(books: Bookkeeping) -> None:
    doer = Doer()
    await leave({"n": 1}, not_before=now() + timedelta(hours=1))
    await leave({"n": 2}, not_before=now() - timedelta(hours=1))
    await run_due(books, doer)
    assert doer.payloads == [{"n": 2}]
    due = (await only(books)).due
    assert due is not None
    assert timedelta(minutes=59) < due - now() < timedelta(minutes=61)


async def test_what_fails_is_tried_later_and_later_and_given_up_in_the_end(
    books: Bookkeeping, caplog: pytest.LogCaptureFixture
) -> None:
    await leave({"secret": "hunter2"})
    for attempt in (1, 2):
        await run_due(books, failing(JobError("The other side is away.")), attempts=3)
        entry = await only(books)
        assert (entry.attempts, entry.dead, entry.error) == (attempt, False, "The other side is away.")
        longest = exponential_delay(attempt, FIRST_DELAY_SECONDS, 1e9)
        assert entry.due is not None
        assert longest / 2 - 5 < (entry.due - now()).total_seconds() < longest
        await let_it_be_due(books)
    await run_due(books, failing(JobError("Still away.")), attempts=3)
    entry = await only(books)
    assert (entry.attempts, entry.dead, entry.error) == (3, True, "Still away.")
    assert [record.getMessage() for record in caplog.records] == [
        f"Job {entry.id} (test) is given up at attempt 3: Still away."
    ]


async def let_it_be_due(books: Bookkeeping) -> None:
    await books.execute("UPDATE job_attempts SET next_try = ?1", [books._moment(now())])  # noqa: SLF001


async def test_a_failure_for_good_is_not_repeated_and_can_be_retried_or_dropped(books: Bookkeeping) -> None:
    await leave({"n": 1})
    await run_due(books, failing(JobError("Gone.", permanent=True)))
    entry = await only(books)
    assert (entry.attempts, entry.dead) == (1, True)
    await run_due(books, doer := Doer())
    assert doer.done == []
    await books.retry(entry.id)
    await run_due(books, failing(JobError("Gone again.", permanent=True)))
    assert (await only(books)).error == "Gone again."
    await books.retry()
    await run_due(books, doer)
    assert doer.payloads == [{"n": 1}]
    await leave()
    assert await drop((await only(books)).id)
    assert not await drop(entry.id + 1000)
    assert await books.entries() == []


async def test_the_other_side_may_say_when_to_come_back(books: Bookkeeping) -> None:
    await leave()
    await run_due(books, failing(JobError("Later.", retry_after=7200)))
    due = (await only(books)).due
    assert due is not None
    assert timedelta(minutes=119) < due - now() < timedelta(minutes=121)


async def test_a_job_that_is_postponed_has_not_been_tried(books: Bookkeeping) -> None:
    await leave()
    await run_due(books, failing(Postponed(600)), attempts=1)
    entry = await only(books)
    assert (entry.attempts, entry.dead, entry.error) == (0, False, None)
    assert entry.due is not None
    assert 500 < (entry.due - now()).total_seconds() <= 600
    await let_it_be_due(books)
    await run_due(books, doer := Doer(), attempts=1)
    assert [attempt.number for attempt in doer.done] == [1]


async def test_a_job_that_its_handler_completes_is_gone_with_what_it_has_written(
    database: Database, books: Bookkeeping
) -> None:
    """Even where nobody could note that it was done."""

    @unit_of_work
    async def run(attempt: Attempt) -> None:
        assert await is_current(attempt)
        assert await complete(attempt)
        assert not await complete(attempt)
        assert not await is_current(attempt)
        raise JobError("It is rolled back.") if attempt.number == 1 else KilledError

    await leave()
    await run_due(books, run)
    assert (await only(books)).attempts == 1
    await let_it_be_due(books)

    async def die(attempt: Attempt) -> None:
        await unit_of_work(complete)(attempt)
        raise KilledError

    await run_due(books, die)
    assert await books.entries() == []
    assert await books.sweep() == 0


async def test_what_is_enqueued_anew_is_not_completed_by_who_began_before(books: Bookkeeping) -> None:
    found: list[bool] = []

    async def run(attempt: Attempt) -> None:
        if attempt.payload == {"n": 1}:
            await leave({"n": 2}, key="k")
        found.append(await unit_of_work(complete)(attempt))

    await leave({"n": 1}, key="k")
    await run_due(books, run)
    assert found == [False, True]


async def test_a_mistake_and_a_handler_that_does_not_end_are_failures(
    books: Bookkeeping, caplog: pytest.LogCaptureFixture
) -> None:
    async def cancels_itself(_: Attempt) -> None:
        raise asyncio.CancelledError

    async def never_ends(_: Attempt) -> None:
        await asyncio.Event().wait()

    for run, reason in (
        (failing(KeyError("url\0")), "KeyError: 'url\\x00'"),
        (failing(ValueError("a\0b")), "ValueError: ab"),
        (cancels_itself, "RuntimeError: The handler cancelled itself."),
        (never_ends, "It was not done within 0.05 seconds."),
    ):
        await leave({"secret": "hunter2"}, key="one")
        await run_due(books, run, seconds=0.05)
        entry = await only(books)
        assert (entry.attempts, entry.dead, entry.error) == (1, False, reason)
    assert len(caplog.records) == 3
    assert "hunter2" not in caplog.text


async def test_few_are_done_at_once_and_a_full_kind_holds_up_no_other(books: Bookkeeping) -> None:
    slow, quick = Doer(), Doer()
    slow.gate.clear()
    for n in range(5):
        await leave({"n": n}, kind="slow")
    async with working(books, slow=Handler(slow, at_once=2), quick=Handler(quick)):
        await leave(kind="quick")
        await until(lambda: len(quick.done) == 1)
        assert len(slow.begun) == 2
        slow.gate.set()
        await until(lambda: len(slow.done) == 5)
    assert [attempt.payload["n"] for attempt in slow.begun] == [0, 1, 2, 3, 4]


async def test_what_is_enqueued_anew_while_it_is_done_is_done_once_more_afterwards(
    books: Bookkeeping,
) -> None:
    doer = Doer()
    doer.gate.clear()
    async with working(books, test=Handler(doer)):
        await leave({"n": 1}, key="one")
        await until(lambda: len(doer.begun) == 1)
        await leave({"n": 2}, key="one")
        await leave({"n": 3})
        await until(lambda: len(doer.begun) == 2)
        doer.gate.set()
        await until(lambda: len(doer.done) == 3)
    assert doer.payloads == [{"n": 1}, {"n": 3}, {"n": 2}]


async def test_what_a_stop_breaks_off_has_not_been_tried(
    books: Bookkeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.worker.FINISH_SECONDS", 0.01)
    doer = Doer()
    doer.gate.clear()
    await leave()
    async with working(books, test=Handler(doer)):
        await until(lambda: bool(doer.begun))
    entry = await only(books)
    assert (entry.attempts, entry.error) == (0, None)
    doer.gate.set()
    await run_due(books, doer)
    assert [attempt.number for attempt in doer.done] == [1]


async def test_a_stop_just_as_a_job_begins_has_not_tried_it(
    books: Bookkeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, beginning = books.begin, asyncio.Event()

    async def slowly(attempt: Attempt, next_try: datetime) -> None:
        beginning.set()
        await asyncio.sleep(0.02)
        await begin(attempt, next_try)

    monkeypatch.setattr(books, "begin", slowly)
    await leave()
    doer = Doer()
    async with working(books, test=Handler(doer)):
        await beginning.wait()
    assert doer.begun == []
    assert (await only(books)).attempts == 0
    await run_due(books, doer)
    assert [attempt.number for attempt in doer.done] == [1]


async def test_a_process_that_ends_each_time_is_an_end_to_attempts(books: Bookkeeping) -> None:
    await leave()
    for _ in range(2):
        (attempt,) = await books.due(KIND, now(), 1)
        await books.begin(attempt, now() - timedelta(seconds=1))
    await run_due(books, doer := Doer(), attempts=2)
    assert doer.begun == []
    entry = await only(books)
    assert (entry.dead, entry.attempts) == (True, 2)
    assert entry.error is not None
    assert "the process ended" in entry.error


async def test_a_clock_that_was_ahead_keeps_no_job_for_days(books: Bookkeeping) -> None:
    await leave()
    (attempt,) = await books.due(KIND, now(), 1)
    await books.begin(attempt, now() + timedelta(days=400))
    await run_due(books, doer := Doer())
    assert len(doer.done) == 1


async def test_a_database_that_is_away_is_waited_for(
    books: Bookkeeping, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    due, failures = books.due, [1, 2]

    async def broken(*arguments: Any) -> list[Attempt]:
        if failures:
            failures.pop()
            raise OSError("away")
        return await due(*arguments)

    monkeypatch.setattr(books, "due", broken)
    monkeypatch.setattr("jobs.worker.LOOK_EVERY_SECONDS", 0.01)
    doer = Doer()
    async with working(books, test=Handler(doer)):
        await leave()
        await until(lambda: bool(doer.done))
    assert "Working on jobs is interrupted" in caplog.text


async def test_retries_leave_kept_answers_alone(sqlite_database: Database, sqlite_books: Bookkeeping) -> None:
    """What is noted of jobs is no write to the blog: neither failures nor what is done, and not the lease."""
    for n in range(20):
        await leave({"n": n})
    version = sqlite_database.data_version()
    for _ in range(3):
        await run_due_unswept(sqlite_books, failing(JobError("Away.")))
        await let_it_be_due(sqlite_books)
    await run_due_unswept(sqlite_books, doer := Doer())
    assert len(doer.done) == 20
    assert sqlite_database.data_version() == version
    assert await sqlite_books.sweep() == 20
    swept = sqlite_database.data_version()
    assert swept is not None
    assert version is not None
    assert swept == version + 1, "one commit has removed them all"
    assert await sqlite_books.sweep() == 0
    assert sqlite_database.data_version() == swept


async def run_due_unswept(books: Bookkeeping, run: Any) -> None:
    count = 0

    async def counted(attempt: Attempt) -> None:
        nonlocal count
        count += 1
        await run(attempt)

    async with working(books, test=Handler(counted, at_once=20)):
        await until(lambda: count == 20)


async def test_a_second_worker_does_nothing_until_the_first_one_is_gone(database: Database) -> None:
    first, second = Doer(), Doer()
    async with open_bookkeeping(database) as books, open_bookkeeping(database) as others:
        async with working(books, test=Handler(first)):
            await leave()
            await until(lambda: bool(first.done))
            worker = JobWorker(others, {KIND: Handler(second)})
            await leave()
            assert not await worker.run_due()
            await until(lambda: len(first.done) == 2)
        await leave()
        assert await worker.run_due()
        await worker.stop()
    assert (len(first.done), len(second.done)) == (2, 1)
