"""How long each caller has used a database's connections lately, what it uses now included."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from runtime.decaying_use import DecayingUse

LONG_SECONDS = 0.25
"""Seconds after which a statement counts as long: what a page takes many times over, even where all is slow."""
DEAR_SECONDS = 1.0
"""Seconds of long statements after which a caller's next ones are expected to be long, too, if most of them were."""


@dataclass(eq=False, slots=True)
class Slot:
    """The use of one connection by one caller; `long` when it is one of those for long statements.

    One that is `kept`, as a transaction's is, cannot be preempted; how long it takes says little of what it costs.
    """

    caller: Hashable
    begun: float
    long: bool = False
    kept: bool = False
    preempt: Callable[[], object] | None = None
    preempted: bool = False

    def long_seconds(self, now: float) -> float:
        """What it has used until now, if that is much."""
        seconds = now - self.begun
        return seconds if seconds >= LONG_SECONDS and not self.kept else 0.0

    def preempt_now(self) -> None:
        """Break off what runs."""
        assert self.preempt is not None  # noqa: S101 - it is watched
        self.preempted = True
        self.preempt()


class Use(NamedTuple):
    """Seconds, and how many of them were those of long statements."""

    seconds: float
    long: float

    def plus(self, slot: Slot, now: float) -> "Use":
        """With what a slot has been used."""
        return Use(self.seconds + now - slot.begun, self.long + slot.long_seconds(now))

    @property
    def is_dear(self) -> bool:
        """Whether further statements are expected to be long: on a busy machine any takes long now and then."""
        return self.long > max(DEAR_SECONDS, self.seconds / 2)


class SlotUses:
    """What callers have used lately; the server itself, who is None, has always used less than anybody else."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._all, self._long = DecayingUse(clock), DecayingUse(clock)

    def charge(self, slot: Slot, now: float) -> None:
        """Add how long a slot was used that ends now."""
        self._all.charge(slot.caller, now - slot.begun)
        if long := slot.long_seconds(now):
            self._long.charge(slot.caller, long)

    def of(self, callers: Iterable[Hashable], taken: Iterable[Slot], now: float) -> dict[Hashable, Use]:
        """What each of the callers has used, the slots included that it has now."""
        uses = {who: Use(-1.0, 0.0) if who is None else self._by(who) for who in callers}
        for slot in taken:
            if slot.caller is not None and slot.caller in uses:
                uses[slot.caller] = uses[slot.caller].plus(slot, now)
        return uses

    def was_dear(self, who: Hashable) -> bool:
        """Whether a caller's statements have been long: a first look, which costs next to nothing."""
        return self._long.of(who) > DEAR_SECONDS

    def _by(self, who: Hashable) -> Use:
        return Use(self._all.of(who), self._long.of(who))
