"""Leaving work behind in a unit of work: the transactional outbox.

A job is there if and only if what it follows from was committed. It is done at least once after that.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from jobs.handler import Attempt
from models import Job
from storage import after_commit

LONGEST_KEY_CHARACTERS = 400
REWRITTEN = ("mark", "payload", "created_at", "not_before")
BATCH_ROWS = 1000

_listeners: set[Callable[[], None]] = set()


async def enqueue(
    kind: str, payload: dict[str, Any], *, key: str | None = None, not_before: datetime | None = None
) -> None:
    """Leave a job behind; belongs inside a unit of work, which it becomes a part of, before its event is in the log.

    Args:
        kind: whose handler does it.
        payload: what the handler needs to know, as JSON; it is never logged.
        key: where a job of this kind waits under the same key, or is being tried, or was given up, this one takes its
            place and begins anew. One that is being done goes on to its end, and this one is done after it.
        not_before: when it is to be done at the earliest; None: at once.
    """
    await enqueue_many(kind, [(key, payload)], not_before=not_before)


async def enqueue_many(
    kind: str, jobs: Iterable[tuple[str | None, dict[str, Any]]], *, not_before: datetime | None = None
) -> None:
    """Leave many jobs behind, each a key, or None, and a payload: as `enqueue` does, but faster.

    Those with a key are locked in the order of their keys, so that nobody waits for one who waits for them.
    """
    now = datetime.now(UTC)
    rows = [
        Job(
            mark=secrets.randbits(62),
            kind=kind,
            key=None if key is None else _fitting(key),
            payload=orjson.dumps(payload).decode(),
            created_at=now,
            not_before=not_before,
        )
        for key, payload in sorted(jobs, key=_by_key)
    ]
    after_commit(_wake)
    await Job.bulk_create(
        rows, batch_size=BATCH_ROWS, on_conflict=["kind", "key"], update_fields=list(REWRITTEN)
    )


async def complete(attempt: Attempt) -> bool:
    """Be done with a job in the unit of work that does it, so that it is not done again whatever happens then.

    False: it was enqueued anew meanwhile, or dropped, and what was begun is of the past. The handler returns as usual.
    """
    return bool(await Job.filter(id=attempt.job_id, mark=attempt.mark).delete())


async def is_current(attempt: Attempt) -> bool:
    """Whether a job is what it was when it was begun: neither enqueued anew since, nor dropped."""
    return await Job.filter(id=attempt.job_id, mark=attempt.mark).exists()


def listen(callback: Callable[[], None]) -> Callable[[], None]:
    """Call `callback` whenever this process has committed jobs, until the returned function is called."""
    _listeners.add(callback)
    return lambda: _listeners.discard(callback)


def _by_key(job: tuple[str | None, dict[str, Any]]) -> str:
    return job[0] or ""


def _wake() -> None:
    for callback in tuple(_listeners):
        callback()


def _fitting(key: str) -> str:
    """The key, or its beginning and a digest of it."""
    if len(key) <= LONGEST_KEY_CHARACTERS:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY_CHARACTERS - len(digest) - 1]}#{digest}"
