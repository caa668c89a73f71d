"""The unit of work: one transaction that no cancellation can break."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from tortoise.transactions import in_transaction

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_current: ContextVar[list[Callable[[], None]] | None] = ContextVar("unit", default=None)
_running: set[asyncio.Task[object]] = set()
_lock = asyncio.Lock()


def unit_of_work(
    verb: Callable[Arguments, Awaitable[Result]],
) -> Callable[Arguments, Awaitable[Result]]:
    """Make each call of the verb one transaction."""

    @functools.wraps(verb)
    async def whole(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if _current.get() is not None:
            return await verb(*args, **kwargs)

        async def work() -> Result:
            callbacks: list[Callable[[], None]] = []
            _current.set(callbacks)
            async with in_transaction():
                result = await verb(*args, **kwargs)
            for callback in callbacks:
                callback()
            return result

        task = asyncio.create_task(work())
        _running.add(task)
        task.add_done_callback(_running.discard)
        return await asyncio.shield(task)

    return whole


def after_commit(callback: Callable[[], None]) -> None:
    """Call back once when the running unit of work has committed."""
    callbacks = _current.get()
    if callbacks is None:
        raise RuntimeError("after_commit belongs inside a unit of work")
    callbacks.append(callback)
