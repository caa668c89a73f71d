"""Threads for hashing and rendering: a caller who finds the queue full is told so like one who tries too often."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from models.errors import TooManyRequests
from runtime.fair_queue import Client, QueueFull
from runtime.thread_limiter import ThreadLimiter

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class ThrottledThreads(ThreadLimiter):
    """As in `runtime.thread_limiter`, with an error that clients may see."""

    async def run(
        self,
        client: Client,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """What the work returns, done for a client. Raises TooManyRequests."""
        try:
            return await super().run(client, work, *args, **kwargs)
        except QueueFull:
            raise TooManyRequests(1, "The server is busy. Please try again in a moment.") from None
