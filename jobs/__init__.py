"""What is done after a write, by one worker among all processes; and fetching from other sites without being used.

A unit of work leaves jobs behind in its own transaction (`jobs.outbox`), so that none is lost and none is of a write
that never was. The worker (`jobs.worker`) gives each to the handler of its kind until that succeeds or it is given up;
how often it was tried is noted where that counts as no write to the blog (`jobs.bookkeeping`). What handlers ask of
other sites goes through the fetcher (`jobs.fetcher`, for which httpx is loaded). This room knows no kind of job.
"""

from jobs.bookkeeping import Bookkeeping, open_bookkeeping
from jobs.errors import FetchError, FetchFailed, FetchRefused, JobError, Postponed
from jobs.handler import Attempt, Handler
from jobs.outbox import complete, enqueue, enqueue_many, is_current
from jobs.worker import JobWorker

__all__ = [
    "Attempt",
    "Bookkeeping",
    "FetchError",
    "FetchFailed",
    "FetchRefused",
    "Handler",
    "JobError",
    "JobWorker",
    "Postponed",
    "complete",
    "enqueue",
    "enqueue_many",
    "is_current",
    "open_bookkeeping",
]
