"""How long each caller has used a database's connections lately, what it uses now included."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from storage.decay import HALF_LIFE, REMEMBERED

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
    """Seconds, how many of them were those of long statements, and when that was so."""

    seconds: float
    long: float
    then: float

    def at(self, now: float) -> "Use":
        """What of it is remembered later."""
        kept = 0.5 ** ((now - self.then) / HALF_LIFE)
        return Use(self.seconds * kept, self.long * kept, now)

    def plus(self, turn: Turn) -> "Use":
        """With what a turn has used."""
        return Use(self.seconds + self.then - turn.begun, self.long + turn.long_seconds(self.then), self.then)

    @property
    def is_dear(self) -> bool:
        """Whether further statements are expected to be long: on a busy machine any takes long now and then."""
        return self.long > max(DEAR, self.seconds / 2)


class Uses:
    """What callers have used lately; the server itself, who is None, has always used less than anybody else."""

    def __init__(self) -> None:
        self._used: OrderedDict[Hashable, Use] = OrderedDict()

    def charge(self, turn: Turn, now: float) -> None:
        """Add what a turn has taken that ends now."""
        self._used[turn.caller] = self._by(turn.caller, now).plus(turn)
        self._used.move_to_end(turn.caller)
        if len(self._used) > REMEMBERED:
            self._used.popitem(last=False)

    def of(self, callers: Iterable[Hashable], taken: Iterable[Turn], now: float) -> dict[Hashable, Use]:
        """What each of the callers has used, with its share of the turns that are taken now."""
        uses = {who: Use(-1.0, 0.0, now) if who is None else self._by(who, now) for who in callers}
        for turn in taken:
            if turn.caller is not None and turn.caller in uses:
                uses[turn.caller] = uses[turn.caller].plus(turn)
        return uses

    def was_dear(self, who: Hashable) -> bool:
        """Whether a caller's statements have been long, perhaps so long ago that it is forgotten."""
        return who in self._used and self._used[who].is_dear

    def _by(self, who: Hashable, now: float) -> Use:
        used = self._used.get(who)
        return Use(0.0, 0.0, now) if used is None else used.at(now)
