"""Failing again and again without a word too many."""

import asyncio
import logging

logger = logging.getLogger(__name__)

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.1, 5.0


def exponential_delay(failures: int, first: float, longest: float) -> float:
    """Seconds to wait after so many failures in a row, from 1: each time twice as long as before."""
    return min(first * 2.0 ** min(failures - 1, 62), longest)


class Backoff:
    """Logs the first of several failures in a row and their end, and spaces the attempts between them out.

    Failures that are `expected` now and then, such as a server that is away, are a line without a traceback, and those
    that the log knows already, and that say so by `told`, are none.
    """

    def __init__(self, what: str, *, expected: tuple[type[Exception], ...] = ()) -> None:
        self._what = what
        self._expected = expected
        self._failures = 0
        self._logged = False

    async def failed(self, error: Exception, at_least: float = FIRST_DELAY_SECONDS) -> None:
        """Note a failure, and wait before the next attempt: longer each time."""
        if not self._logged:
            self._log(error)
        self._failures += 1
        delay = exponential_delay(self._failures, 2 * FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
        await asyncio.sleep(max(at_least, delay))

    def recovered(self) -> None:
        """Note a success."""
        if self._logged:
            logger.info("%s goes on after %d failures", self._what, self._failures)
        self._logged, self._failures = False, 0

    def _log(self, error: Exception) -> None:
        if getattr(error, "told", False):
            return
        self._logged = True
        if isinstance(error, self._expected):
            logger.warning("%s is interrupted and will be tried again: %s", self._what, error)
        else:
            logger.error("%s is interrupted and will be tried again", self._what, exc_info=error)
