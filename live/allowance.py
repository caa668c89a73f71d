"""How often somebody may do something: so many times a second for long, and more now and then."""


class Allowance:
    """Fills by `per_second` up to `burst`, and is spent one by one."""

    __slots__ = ("_burst", "_left", "_per_second", "_spent_at")

    def __init__(self, per_second: float, burst: int, now: float) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._left = float(burst)
        self._spent_at = now

    def spend(self, now: float) -> bool:
        """Take one; whether there was one to take."""
        earned = (now - self._spent_at) * self._per_second
        self._left = min(self._left + earned, self._burst) - 1
        self._spent_at = now
        return self._left >= 0
