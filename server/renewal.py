"""A rolling restart: each worker is told to go once another one serves in its stead.

It starts nobody. A place that it makes is filled like every other, and whose worker has left is taken away.
"""

import time
from collections import deque

import structlog

from server.places import Place
from server.signals import RETIREMENT

_log = structlog.stdlib.get_logger("causerie")


class Renewal:
    """Renews the workers of the places, which are the crew's own list.

    Args:
        places: of the workers.
        patience: seconds that a worker has for leaving.
    """

    def __init__(self, places: list[Place], patience: float) -> None:
        self._places = places
        self._patience = patience
        self._outdated: deque[Place] = deque()
        self._successor: Place | None = None
        self._ordered = False
        self._succeeded = False

    def concerns(self, place: Place) -> bool:
        """Whether the worker to come is to be of the program as it is now."""
        return self._succeeded or place is self._successor

    def order(self) -> None:
        """Replace everybody who serves now: as soon as nothing else goes on."""
        _log.info("renewing the workers")
        self._ordered = True

    def go_on(self) -> None:
        """Take the next step, if it is time for one."""
        if any(place.leaving for place in self._places):
            return
        if self._successor is None and not self._outdated and self._ordered:
            self._ordered = False
            self._outdated.extend(place for place in self._places if place.pid is not None)
        if self._successor is None and self._outdated:
            self._successor = Place(on_trial=True)
            self._places.append(self._successor)
        elif self._successor is not None and self._successor.serves:
            self._succeeded = True
            while self._outdated and self._outdated[0].pid is None:  # whoever comes in its place will be new
                self._outdated.popleft()
            self._relieve(self._outdated.popleft() if self._outdated else self._successor)

    def lost(self, place: Place, pid: int, how: str) -> bool:
        """Whether the end of a worker has to do with the renewal, so that its place is not to be filled again."""
        if place.leaving:
            self._places.remove(place)
            _log.info("worker retired", pid=pid, how=how)
            return True
        if place is self._successor:
            self._give_up(place, pid, how)
            return True
        if place in self._outdated and self._succeeded:  # whoever comes in its place will be new
            self._outdated.remove(place)
        return False

    def _relieve(self, place: Place) -> None:
        self._successor = None
        place.leaving, place.due = True, time.monotonic() + self._patience
        place.tell(RETIREMENT)

    def _give_up(self, place: Place, pid: int, how: str) -> None:
        _log.error("the new worker cannot serve: the others go on", pid=pid, how=how)
        self._places.remove(place)
        self._outdated.clear()
        self._successor = None
