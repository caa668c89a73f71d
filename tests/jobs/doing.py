"""Handlers and workers of the tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from jobs import Attempt, Bookkeeping, Handler, JobWorker, enqueue
from jobs.bookkeeping import Entry
from storage import unit_of_work

KIND = "test"


@unit_of_work
async def leave(
    payload: dict[str, Any] | None = None,
    *,
    kind: str = KIND,
    key: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """One job, in a unit of work of its own."""
    await enqueue(kind, payload or {}, key=key, not_before=not_before)


def failing(error: Exception) -> Callable[[Attempt], Awaitable[None]]:
    """What always raises this."""

    async def run(_: Attempt) -> None:
        raise error

    return run


class Doer:
    """Does jobs by remembering them; `gate` holds them up while it is closed."""

    def __init__(self) -> None:
        self.done: list[Attempt] = []
        self.begun: list[Attempt] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, attempt: Attempt) -> None:
        self.begun.append(attempt)
        await self.gate.wait()
        self.done.append(attempt)

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [attempt.payload for attempt in self.done]


@asynccontextmanager
async def working(books: Bookkeeping, **handlers: Handler) -> AsyncIterator[JobWorker]:
    """A worker that goes on meanwhile."""
    async with JobWorker(books, handlers) as worker:
        yield worker


async def run_due(books: Bookkeeping, run: Callable[[Attempt], Awaitable[None]], **options: Any) -> None:
    """What a worker does that ends when nothing is due."""
    worker = JobWorker(books, {KIND: Handler(run, **options)})
    assert await worker.run_due()
    await worker.stop()


async def only(books: Bookkeeping) -> Entry:
    """The one job that is not done."""
    (entry,) = await books.entries()
    return entry


async def until(condition: Callable[[], bool]) -> None:
    """Let others go on until it is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what others do has no event
            await asyncio.sleep(0.005)
