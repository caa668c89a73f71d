"""How long each caller has used a database's connections lately, what it uses now included."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from storage.decay import DecayingUse

LONG = 0.25
"""Seconds after which a statement counts as long: what a page takes many times over, even where all is slow."""
DEAR = 1.0
"""Seconds of long statements after which a caller's next ones are expected to be long, too, if most of them were."""


@dataclass(eq=False, slots=True)
class Turn:
    """The use of one connection by one caller; `long` when it has one of the places for long statements.

    One that is `kept`, as a transaction's is, cannot be broken off; how long it takes says little of what it costs.
    """

    caller: Hashable
    begun: float
    long: bool = False
    kept: bool = False
    break_off: Callable[[], object] | None = None
    broken_off: bool = False

    def long_seconds(self, now: float) -> float:
        """What it has used until now, if that is much."""
        seconds = now - self.begun
        return seconds if seconds >= LONG and not self.kept else 0.0

    def end_early(self) -> None:
        """Break off what runs."""
        assert self.break_off is not None  # noqa: S101 - it is watched
        self.broken_off = True
        self.break_off()


class Use(NamedTuple):
    """Seconds, and how many of them were those of long statements."""

    seconds: float
    long: float

    def plus(self, turn: Turn, now: float) -> "Use":
        """With what a turn has used."""
        return Use(self.seconds + now - turn.begun, self.long + turn.long_seconds(now))

    @property
    def is_dear(self) -> bool:
        """Whether further statements are expected to be long: on a busy machine any takes long now and then."""
        return self.long > max(DEAR, self.seconds / 2)


class TurnUses:
    """What callers have used lately; the server itself, who is None, has always used less than anybody else."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._all, self._long = DecayingUse(clock), DecayingUse(clock)

    def charge(self, turn: Turn, now: float) -> None:
        """Add what a turn has taken that ends now."""
        self._all.charge(turn.caller, now - turn.begun)
        if long := turn.long_seconds(now):
            self._long.charge(turn.caller, long)

    def of(self, callers: Iterable[Hashable], taken: Iterable[Turn], now: float) -> dict[Hashable, Use]:
        """What each of the callers has used, with its share of the turns that are taken now."""
        uses = {who: Use(-1.0, 0.0) if who is None else self._by(who) for who in callers}
        for turn in taken:
            if turn.caller is not None and turn.caller in uses:
                uses[turn.caller] = uses[turn.caller].plus(turn, now)
        return uses

    def was_dear(self, who: Hashable) -> bool:
        """Whether a caller's statements have been long: a first look, which costs next to nothing."""
        return self._long.of(who) > DEAR

    def _by(self, who: Hashable) -> Use:
        return Use(self._all.of(who), self._long.of(who))
