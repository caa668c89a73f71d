"""Work that would hold up the event loop: in a bounded number of threads, and fair to all who wait for it."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from runtime.fair_queue import Client, FairQueue, QueueFull
from runtime.priority import lower_priority

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class ThreadLimiter:
    """Threads for one kind of work. They are the bound: work whose caller was cancelled keeps its thread.

    Args:
        name: what the work is.
        at_once: how many threads.
        waiting: how long the queue may be; beyond, the client who has the most in it is refused.
        patience: seconds that work may wait for its thread; None lets it wait.
    """

    def __init__(self, name: str, *, at_once: int, waiting: int, patience: float | None = None) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name, initializer=lower_priority)
        self._free = at_once
        self._queue = FairQueue(waiting)
        self._patience = patience

    async def run(
        self,
        client: Client,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """What the work returns, done for a client. Raises QueueFull."""
        await self._acquire(client)
        loop, begun = asyncio.get_running_loop(), time.monotonic()

        def ended(_: Future[Result]) -> None:
            try:
                loop.call_soon_threadsafe(self._end, client, time.monotonic() - begun)
            except RuntimeError:  # the loop is closed, and nobody waits in it
                self._end(client, 0.0)

        future = self._threads.submit(work, *args, **kwargs)
        future.add_done_callback(ended)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Begin nothing more; what has begun is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _acquire(self, client: Client) -> None:
        if self._free:
            self._free -= 1
            return
        waiting = self._queue.join(client)
        try:
            async with asyncio.timeout(self._patience):
                await waiting
        except (asyncio.CancelledError, TimeoutError) as error:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self._release()  # the thread had just come free
            else:
                self._queue.leave(client, waiting)
            if isinstance(error, TimeoutError):
                raise QueueFull from None
            raise

    def _end(self, client: Client, seconds: float) -> None:
        self._queue.charge(client, seconds)
        self._release()

    def _release(self) -> None:
        """Hand the free thread to who is next."""
        while (waiting := self._queue.pop_next()) is not None:
            if not waiting.done():
                waiting.set_result(None)
                return
        self._free += 1
