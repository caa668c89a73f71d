"""How long each caller has used a database's connections lately, what it uses now included."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

HALF_LIFE = 30.0
"""Seconds after which half of what a caller has used is forgotten."""
REMEMBERED = 10_000
"""Of how many callers it is remembered what they have used."""
LONG = 0.25
"""Seconds after which a statement counts as long: what a page takes many times over, even where all is slow."""
DEAR = 1.0
"""Seconds of long statements after which a caller's next ones are expected to be long, too."""


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
    timer: asyncio.TimerHandle | None = None
    broken_off: bool = False

    def use(self, now: float) -> "Use":
        """What it has used until now."""
        seconds = now - self.begun
        return Use(seconds, seconds if seconds >= LONG and not self.kept else 0.0)

    def end_early(self) -> None:
        """Break off what runs."""
        assert self.break_off is not None  # noqa: S101 - it is watched
        self.broken_off = True
        self.break_off()


class Use(NamedTuple):
    """Seconds, and how many of them were those of long statements."""

    seconds: float
    long: float

    @property
    def is_dear(self) -> bool:
        """Whether further statements are expected to be long."""
        return self.long > DEAR

    def plus(self, other: "Use") -> "Use":
        """Both together."""
        return Use(self.seconds + other.seconds, self.long + other.long)


NOTHING = Use(0.0, 0.0)
FIRST = Use(-1.0, 0.0)
"""What the server itself has used, however much that is: less than anybody else."""


class Uses:
    """What callers have used lately; the server itself, who is None, never counts."""

    def __init__(self) -> None:
        self._used: OrderedDict[Hashable, tuple[Use, float]] = OrderedDict()

    def charge(self, turn: Turn, now: float) -> None:
        """Add what a turn has taken that ends now."""
        self._used[turn.caller] = (self._remembered(turn.caller, now).plus(turn.use(now)), now)
        self._used.move_to_end(turn.caller)
        if len(self._used) > REMEMBERED:
            self._used.popitem(last=False)

    def of(self, callers: Iterable[Hashable], taken: Iterable[Turn], now: float) -> dict[Hashable, Use]:
        """What each of the callers has used, with its share of the turns that are taken now."""
        uses = {who: FIRST if who is None else self._remembered(who, now) for who in callers}
        for turn in taken:
            if turn.caller is not None and turn.caller in uses:
                uses[turn.caller] = uses[turn.caller].plus(turn.use(now))
        return uses

    def _remembered(self, who: Hashable, now: float) -> Use:
        if who not in self._used:
            return NOTHING
        used, then = self._used[who]
        kept = 0.5 ** ((now - then) / HALF_LIFE)
        return Use(used.seconds * kept, used.long * kept)
