"""What a handler is told, and how patient the worker is with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 15.0, 6 * 3600.0


async def _nowhere(_: str) -> None:
    """Where there are no books."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A job that is tried for the so-many-th time, from 1. Its `mark` is another one when it was enqueued anew.

    `note` writes down, at once and at the cost of no kept answer, how far this one has come; `noted` is what the
    attempt before has written, which may have been killed just then, or why that one failed.
    """

    job_id: int
    mark: int
    kind: str
    key: str | None
    payload: dict[str, Any]
    number: int
    noted: str | None = None
    note: Callable[[str], Awaitable[None]] = field(default=_nowhere, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Handler:
    """Who does the jobs of a kind. What was begun may be broken off anywhere, and is then done again from its start.

    Args:
        run: does one; whatever it raises is a failure, and of a `JobError` it is believed whether that is for good.
        at_once: how many of the kind are done at the same time.
        seconds: after which one is broken off, which is a failure.
        attempts: after which a job is dead: it stays in the list until somebody retries or drops it.
    """

    run: Callable[[Attempt], Awaitable[None]]
    at_once: int = 4
    seconds: float = 60.0
    attempts: int = 12
