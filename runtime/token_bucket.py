"""How often somebody may do something: `per_second` in the long run, and a `burst` now and then."""


class TokenBucket:
    """Fills by `per_second` up to `burst`, and is spent one by one."""

    __slots__ = ("_burst", "_per_second", "_refilled_at", "_tokens")

    def __init__(self, per_second: float, burst: int, now: float) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._tokens = float(burst)
        self._refilled_at = now

    def take(self, now: float) -> bool:
        """Take one; whether there was one to take."""
        earned = (now - self._refilled_at) * self._per_second
        self._tokens = min(self._tokens + earned, self._burst) - 1
        self._refilled_at = now
        return self._tokens >= 0
