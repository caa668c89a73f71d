"""Failing again and again without a word too many."""

import asyncio
import logging

logger = logging.getLogger(__name__)

FIRST, LONGEST = 0.1, 5.0


class Trouble:
    """Logs the first of several failures in a row and their end, and spaces the attempts between them out.

    Failures that are `expected` now and then, such as a server that is away, are a line without a traceback.
    """

    def __init__(self, what: str, *, expected: tuple[type[Exception], ...] = ()) -> None:
        self._what = what
        self._expected = expected
        self._failures = 0

    async def wait(self, error: Exception) -> None:
        """Note a failure, and wait before the next attempt: longer each time."""
        if not self._failures and isinstance(error, self._expected):
            logger.warning("%s is interrupted and will be tried again: %s", self._what, error)
        elif not self._failures:
            logger.error("%s is interrupted and will be tried again", self._what, exc_info=error)
        self._failures += 1
        await asyncio.sleep(min(FIRST * 2 ** min(self._failures, 10), LONGEST))

    def over(self) -> None:
        """Note a success."""
        if self._failures:
            logger.info("%s goes on after %d failures", self._what, self._failures)
            self._failures = 0
