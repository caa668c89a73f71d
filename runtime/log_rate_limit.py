"""Few words in the log about what happens often: an attack should not fill it."""

from collections.abc import Callable
from math import inf
from time import monotonic


class LogRateLimit:
    """Lets one line of a kind through in so many `seconds`, and counts those that it holds back."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kinds: dict[str, tuple[float, int]] = {}

    def admit(self, kind: str = "") -> int:
        """How many a line stands for that is written now, itself among them; 0 when it is not to be written."""
        now = self._clock()
        again_at, held_back = self._kinds.get(kind, (-inf, 0))
        if now < again_at:
            self._kinds[kind] = again_at, held_back + 1
            return 0
        self._kinds[kind] = now + self._seconds, 0
        return held_back + 1
