"""When a host may be pinged again.

WordPress refuses what comes from one address within fifteen seconds after a comment or a ping, be it a trackback or a
pingback.
"""

from collections.abc import Callable
from time import monotonic

SECONDS_BETWEEN = 16.0


class Pace:
    """Gives each job a moment of its own at its host, in this process; `clock` is in seconds."""

    def __init__(self, between: float = SECONDS_BETWEEN, clock: Callable[[], float] = monotonic) -> None:
        self._between = between
        self._clock = clock
        self._free: dict[str, float] = {}
        self._promised: dict[tuple[str, int], float] = {}

    def wait(self, host: str, job_id: int) -> float:
        """Seconds until the job's turn, which is kept for it; 0: now, and the next one waits."""
        now = self._clock()
        self._forget(now)
        turn = self._promised.get((host, job_id))
        if turn is None:
            turn = max(now, self._free.get(host, now))
            self._free[host] = turn + self._between
        if turn <= now:
            self._promised.pop((host, job_id), None)
            return 0.0
        self._promised[host, job_id] = turn
        return turn - now

    def _forget(self, now: float) -> None:
        """Hosts that are free, and turns that nobody came for."""
        self._free = {host: free for host, free in self._free.items() if free > now}
        self._promised = {
            who: turn for who, turn in self._promised.items() if turn > now - 10 * self._between
        }
