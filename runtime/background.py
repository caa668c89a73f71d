"""Tasks that go on beside everything else until they are stopped."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class BackgroundTask:
    """One task, which whoever starts it also stops. `name` is what asyncio calls it."""

    __slots__ = ("_name", "_task")

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin; nobody waits for it."""
        self._task = asyncio.create_task(work, name=self._name)

    async def stop(self) -> None:
        """Cancel it and wait for its end, however it ends. One that was never started has ended."""
        if self._task is not None:
            await cancel_and_wait(self._task)


def raise_if_cancelled() -> None:
    """Raise the cancellation of this task that a library has swallowed: to be called by whatever loops around one.

    Before Python 3.12, `asyncio.wait_for` forgets it when what it waits for ends in the same moment.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def cancel_and_wait(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until all of them have ended, however they end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
