"""Failing again and again without a word too many."""

import asyncio
import logging

from storage import StorageError

logger = logging.getLogger(__name__)

FIRST, LONGEST = 0.1, 5.0


class Trouble:
    """Logs the first of several failures in a row and their end, and spaces the attempts between them out.

    Failures that are `expected` now and then, such as a server that is away, are a line without a traceback, and those
    that the log knows from whoever noticed them first are none.
    """

    def __init__(self, what: str, *, expected: tuple[type[Exception], ...] = ()) -> None:
        self._what = what
        self._expected = expected
        self._failures = 0
        self._said = False

    async def wait(self, error: Exception, at_least: float = FIRST) -> None:
        """Note a failure, and wait before the next attempt: longer each time."""
        if not self._said:
            self._say(error)
        self._failures += 1
        await asyncio.sleep(max(at_least, min(FIRST * 2 ** min(self._failures, 10), LONGEST)))

    def over(self) -> None:
        """Note a success."""
        if self._said:
            logger.info("%s goes on after %d failures", self._what, self._failures)
        self._said, self._failures = False, 0

    def _say(self, error: Exception) -> None:
        if isinstance(error, StorageError) and error.told:
            return
        self._said = True
        if isinstance(error, self._expected):
            logger.warning("%s is interrupted and will be tried again: %s", self._what, error)
        else:
            logger.error("%s is interrupted and will be tried again", self._what, exc_info=error)
