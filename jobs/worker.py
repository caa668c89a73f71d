"""The worker: tries jobs until they succeed or are given up, in one process at a time.

A job is done at least once: what is broken off, by whatever, is begun anew. How often it is tried is noted before it is
tried, so that one which takes the process along is tried less and less often, too, and given up in the end.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

from tortoise.exceptions import BaseORMException

from jobs import outbox
from jobs.bookkeeping import Bookkeeping
from jobs.errors import JobError, Postponed
from jobs.handler import FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, Attempt, Handler
from jobs.lease import Lease
from models import Job
from runtime.background import BackgroundTask, cancel_and_wait, raise_if_cancelled
from runtime.backoff import Backoff, exponential_delay
from runtime.log_rate_limit import LogRateLimit
from storage import StorageError

LOOK_EVERY_SECONDS = 5.0
"""Seconds after which somebody looks without being told to."""
GLANCE_SECONDS = 1.0
"""Seconds after which it is noticed that another process has written, where the database says so for nothing."""
SWEEP_EVERY_SECONDS = 900.0
SWEEP_FROM_JOBS = 500
FINISH_SECONDS = 2.0
"""Seconds that what is under way has when the server stops."""
ENDED_WITH_PROCESS = "Each time it was tried, the process ended before it did."

logger = logging.getLogger(__name__)


class JobWorker:
    """`async with`: gives jobs to the handlers of their kinds while this process holds the lease.

    `version` is `Database.data_version`, which tells for nothing whether somebody has written.
    """

    def __init__(
        self,
        books: Bookkeeping,
        handlers: Mapping[str, Handler],
        version: Callable[[], int | None] = lambda: None,
        lease: Lease | None = None,
    ) -> None:
        self._books = books
        self._handlers = handlers
        self._version = version
        self.lease = lease or Lease(books)
        self._running: dict[int, tuple[str, asyncio.Task[None]]] = {}
        self._woken = asyncio.Event()
        self._working = BackgroundTask("working on jobs")
        self._done, self._swept_at = 0, asyncio.get_running_loop().time()
        self._mistakes = LogRateLimit(60)

    async def __aenter__(self) -> Self:
        self._be_silent = outbox.listen(self._woken.set)
        self._working.start(self._work())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._be_silent()
        await self._working.stop()
        await self.stop(FINISH_SECONDS)

    async def stop(self, grace: float = 0.0) -> None:
        """Let what is under way end within `grace` seconds, break off the rest, and let others work."""
        tasks = [task for _, task in self._running.values()]
        if tasks and grace:
            await asyncio.wait(tasks, timeout=grace)
        await cancel_and_wait(*tasks)
        with suppress(StorageError, BaseORMException):
            await self.lease.release()

    async def run_due(self) -> bool:
        """Do what is due now, and what becomes due meanwhile; False: another process works, and nothing was done."""
        while await self._look():
            if not self._running:
                await self._books.sweep()
                return True
            await self._pause(1.0)
        return False

    async def _work(self) -> None:
        backoff = Backoff("Working on jobs", expected=(StorageError, BaseORMException))
        while True:
            try:
                if self._running or await Job.exists():  # or nothing is opened, nor leased
                    await self._look()
                    await self._sweep_now_and_then()
                backoff.recovered()
            except Exception as error:  # noqa: BLE001 - whatever it is, jobs are to be done afterwards
                await backoff.failed(error)
            await self._pause(LOOK_EVERY_SECONDS)

    async def _look(self) -> bool:
        """Begin what is due, if it is this process that works; whether it is."""
        self._woken.clear()
        try:
            if await self.lease.hold():
                for kind, handler in self._handlers.items():
                    await self._begin_due(kind, handler)
        finally:
            if not self.lease.held:
                for _, task in self._running.values():
                    task.cancel()
        return self.lease.held

    async def _begin_due(self, kind: str, handler: Handler) -> None:
        busy = sum(running == kind for running, _ in self._running.values())
        if busy >= handler.at_once:
            return
        now = datetime.now(UTC)
        for attempt in await self._books.due(kind, now, handler.at_once):
            if attempt.job_id not in self._running and busy < handler.at_once:
                busy += await self._begin(handler, attempt, now)

    async def _begin(self, handler: Handler, attempt: Attempt, now: datetime) -> bool:
        """Begin an attempt, unless the last one that the job had took a process along."""
        if attempt.number > handler.attempts:
            await self._bury(attempt, now, ENDED_WITH_PROCESS)
            return False
        await self._note_beginning(handler, attempt, now)
        task = asyncio.create_task(self._attempt(handler, attempt), name=f"job {attempt.job_id}")
        self._running[attempt.job_id] = attempt.kind, task
        task.add_done_callback(lambda ended: self._ended(attempt, ended))
        return True

    async def _note_beginning(self, handler: Handler, attempt: Attempt, now: datetime) -> None:
        """All of it, or nothing where the server ends meanwhile."""
        next_try = now + timedelta(seconds=handler.seconds + _delay(attempt.number))
        noting = asyncio.create_task(self._books.begin(attempt, next_try))
        try:
            await asyncio.shield(noting)
        except asyncio.CancelledError:
            await noting
            await self._books.give_back(attempt, now)
            raise

    async def _attempt(self, handler: Handler, attempt: Attempt) -> None:
        try:
            async with asyncio.timeout(handler.seconds):
                await handler.run(attempt)
        except asyncio.CancelledError:
            await self._broken_off(handler, attempt)
            raise_if_cancelled()
        except Postponed as later:
            await self._books.give_back(attempt, datetime.now(UTC) + timedelta(seconds=later.seconds))
        except Exception as error:  # noqa: BLE001 - a handler's mistake is a failure of its job alone
            await self._failed(handler, attempt, error)
        else:
            await self._books.finish(attempt, datetime.now(UTC))
            self._done += 1

    async def _broken_off(self, handler: Handler, attempt: Attempt) -> None:
        """By the end of the server or the lease; or by the handler itself, whose mistake that is."""
        task = asyncio.current_task()
        if task is None or not task.cancelling():
            await self._failed(handler, attempt, RuntimeError("The handler cancelled itself."))
        elif self.lease.held:
            await self._books.give_back(attempt, datetime.now(UTC))

    async def _failed(self, handler: Handler, attempt: Attempt, error: Exception) -> None:
        if not isinstance(error, JobError | TimeoutError) and self._mistakes.admit(attempt.kind):
            logger.error("Job %d (%s) failed by a mistake", attempt.job_id, attempt.kind, exc_info=error)
        now, reason = datetime.now(UTC), _reason(handler, error)
        if attempt.number >= handler.attempts or (isinstance(error, JobError) and error.permanent):
            await self._bury(attempt, now, reason)
            return
        later = error.retry_after or 0.0 if isinstance(error, JobError) else 0.0
        delay = max(_delay(attempt.number), min(later, LONGEST_DELAY_SECONDS))
        await self._books.fail(attempt, now + timedelta(seconds=delay), reason)

    async def _bury(self, attempt: Attempt, now: datetime, reason: str) -> None:
        await self._books.bury(attempt, now, reason)
        logger.warning(
            "Job %d (%s) is given up at attempt %d: %s", attempt.job_id, attempt.kind, attempt.number, reason
        )

    def _ended(self, attempt: Attempt, task: asyncio.Task[None]) -> None:
        del self._running[attempt.job_id]
        self._woken.set()
        if not task.cancelled() and task.exception() is not None:
            logger.warning("Job %d will be done again: %s", attempt.job_id, task.exception())

    async def _sweep_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.lease.held and (self._done >= SWEEP_FROM_JOBS or now >= self._swept_at + SWEEP_EVERY_SECONDS):
            self._done, self._swept_at = 0, now
            await self._books.sweep()

    async def _pause(self, seconds: float) -> None:
        """Wait until it is time, somebody has enqueued a job, one has ended, or another process has written."""
        loop, version = asyncio.get_running_loop(), self._version()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0 and self._version() == version:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, GLANCE_SECONDS)):
                    await self._woken.wait()
                return


def _delay(attempts: int) -> float:
    """Seconds until the next attempt, at random so that those that failed together do not come back together."""
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - nobody gains by guessing it
    return jitter * exponential_delay(attempts, FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)


def _reason(handler: Handler, error: Exception) -> str:
    if isinstance(error, JobError):
        return str(error)
    if isinstance(error, TimeoutError) and not str(error):
        return f"It was not done within {handler.seconds:g} seconds."
    return f"{type(error).__name__}: {error}"
