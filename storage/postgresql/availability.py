"""Whether PostgreSQL is there, said to the log once when it has gone and once when it has come back."""

import logging
from time import monotonic
from typing import TypeVar

from storage.errors import DatabaseBusy, DatabaseLocked, DatabaseUnavailable

STEADY_SECONDS = 1.0
"""Seconds after the last failure in which a success may be one of several connections that are still there."""

logger = logging.getLogger(__name__)
Failure = TypeVar("Failure", bound=Exception)


class Availability:
    """What the log knows of a server. `place` is how it is called there, without a password."""

    def __init__(self, place: str) -> None:
        self.away = False
        self._place = place
        self._since = self._last = 0.0

    def note(self, error: Failure) -> Failure:
        """Tell the log of an error that means that nobody is there, unless it knows; return the error."""
        if isinstance(error, DatabaseUnavailable) and not isinstance(error, DatabaseBusy | DatabaseLocked):
            self._last = monotonic()
            if not self.away:
                self.away, self._since = True, self._last
                logger.error("%s. Whoever needs it is told to try again", error)
            error.told = True
        return error

    def answered(self) -> None:
        """Note a success while `away`: the first one after some time without failures is the end of it."""
        now = monotonic()
        if now - self._last >= STEADY_SECONDS:
            self.away = False
            logger.info("%s answers again, after %.1f s", self._place, now - self._since)
