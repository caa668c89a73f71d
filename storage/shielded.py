"""Work that goes on to its end when its caller is cancelled.

A database's work cannot be stopped at an arbitrary await: half of a transaction would stay behind. So it runs
in tasks that nobody else can cancel, and closing the database waits for them.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class ShieldedTasks:
    """The tasks of one database that are running now."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begin the work and return at once."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Wait for the work; a cancelled caller stops waiting, the work does not stop."""
        task = self.start(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_report)
            raise

    async def finish(self, grace: float) -> None:
        """Wait until nothing runs any more; after `grace` seconds cancel what still does, and wait once more."""
        for cancel in (False, True):
            deadline = asyncio.get_running_loop().time() + grace
            for task in self._tasks if cancel else ():
                task.cancel()
            while self._tasks and (remaining := deadline - asyncio.get_running_loop().time()) > 0:
                await asyncio.wait(self._tasks, timeout=remaining)


def _report(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.info("Work failed after its caller had gone: %r", task.exception())
