"""Work that would hold up the event loop: in threads of its own, so much at once, and refused when too much waits."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from auth.errors import TooManyRequests

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Threads:
    """Threads for one kind of work. They are the bound: work whose caller was cancelled keeps its thread.

    Args:
        name: what the work is.
        at_once: how many threads.
        waiting: when so many more stand in line, the next is refused.
    """

    def __init__(self, name: str, *, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._most = at_once + waiting
        self._inside = 0

    async def run(
        self, work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """What the work returns. Raises TooManyRequests."""
        if self._inside >= self._most:
            raise TooManyRequests(1, "The server is busy. Please try again in a moment.")
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: work(*args, **kwargs)
            )
        finally:
            self._inside -= 1
