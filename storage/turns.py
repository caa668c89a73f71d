"""Turns at the connections of a database, of which there are fewer than there may be callers.

Who has used them least lately gets the next one that is free, and nobody waits for longer than `patience`. But whoever
comes to connections that are all in use waits for a statement to end, however little they ask for. So some are out of
reach: one caller has half of them at most, the last ones go to callers who have none, and those whose statements take
long have only so many, all together.
Where others wait, a statement that turns out to be one too many of these is broken off, and begins anew when it is
its turn among them.
"""

import asyncio
import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field

from storage.errors import DatabaseBusy, DatabaseUnavailable
from storage.uses import DEAR, LONG, Turn, TurnUses, Use

logger = logging.getLogger(__name__)

TELL_EVERY = 10.0
"""Seconds between two lines in the log about those who waited in vain: an attack should not fill it."""
CROWD = 1_000
"""Callers who may wait at the same time; one more is refused at once, for comparing them all takes time."""

caller: ContextVar[Hashable] = ContextVar("caller", default=None)
"""For whom the database is asked, such as a client's address; None is the server itself, who goes first."""


class BrokenOff(Exception):  # noqa: N818 - no error: it begins anew
    """The statement takes long, and there are as many such as there may be."""


def for_long_ones(places: int) -> int:
    """Of so many connections those for long statements: half, and a processor of this machine is left to others."""
    return max(1, min(places // 2, _processors() - 1))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover - not on Linux


@dataclass(eq=False, slots=True)
class Waiting:
    """Somebody in the line."""

    kept: bool
    turn: asyncio.Future[Turn] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


Line = dict[Hashable, deque[Waiting]]


class Turns:
    """So many turns at a time, `long_places` of them long ones (None: any of them).

    `patience` is how many seconds somebody waits for one, None lets them wait.
    """

    def __init__(self, places: int, patience: float | None, long_places: int | None = None) -> None:
        self._places = places
        self._free = places
        self._share = max(1, places // 2)
        self._reserve = max(1, places // 4)
        self._free_for_long = places if long_places is None else long_places
        self._patience = patience
        self._taken: dict[Turn, None] = {}
        self._held: Counter[Hashable] = Counter()
        self._line: Line = {}
        self._long_line: Line = {}
        self._uses = TurnUses(lambda: _now())  # noqa: PLW0108 - looked up when it is asked
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._sent_away, self._tell_again = 0, 0.0

    async def take(self, *, long: bool = False, kept: bool = False) -> Turn:
        """A turn, which must be ended: a `long` one for what has been broken off before, or one that is `kept`.

        Raises:
            DatabaseBusy: there was none for too long.
            DatabaseUnavailable: the database is closed.
        """
        if self._closed:
            raise DatabaseUnavailable("The database is closed")
        who = caller.get()
        long = not kept and (long or self._is_dear(who))
        if self._free and self._has_share(who) and (self._free_for_long > 0 or not long):
            return self._begin(who, long=long, kept=kept)
        if who is not None and self._is_crowd_to(who):
            raise self._busy(f"Too many wait for one of {self._places} connections")
        return await self._wait(who, self._long_line if long else self._line, Waiting(kept))

    def watch(self, turn: Turn, break_off: Callable[[], object]) -> None:
        """Have `break_off` called when a turn that is no long one lasts too long, until `unwatch`.

        Whoever took the turn then ends it, and begins anew with a long one.
        """
        turn.break_off = break_off
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONG, self._look)

    def unwatch(self, turn: Turn) -> None:
        """It has done its work, however that ended."""
        turn.break_off = None

    def look_at(self, turn: Turn) -> None:
        """Deal with a turn that lasts: it is a long one from now on, or else goes on while nobody needs it.

        Not for ever: what lasts very long is broken off all the same.
        """
        if not self._can_break_off(turn):
            return
        if self._free_for_long > 0:
            turn.long = True
            self._free_for_long -= 1
        elif self._are_kept_waiting() or _now() - turn.begun >= DEAR:
            turn.end_early()

    def _look(self) -> None:
        """Look at all turns, and again when the next one has become a long one."""
        for turn in list(self._taken):
            self.look_at(turn)
        now, self._timer = _now(), None
        if self._taken:
            ages = (now - turn.begun for turn in self._taken)
            soonest = min(LONG - age if age < LONG else LONG for age in ages)
            self._timer = asyncio.get_running_loop().call_later(soonest, self._look)

    def end(self, turn: Turn) -> None:
        """The connection is free again."""
        now = _now()
        del self._taken[turn]
        self._held[turn.caller] -= 1
        if not self._held[turn.caller]:
            del self._held[turn.caller]
        self._free += 1
        self._free_for_long += turn.long
        self._uses.charge(turn, now)
        self._call(now)

    def close(self) -> None:
        """Send away those who wait, and whoever comes."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for line in (*self._line.values(), *self._long_line.values()):
            for waiting in line:
                if not waiting.turn.done():
                    waiting.turn.set_exception(DatabaseUnavailable("The database is closed"))
        self._line.clear()
        self._long_line.clear()

    def _begin(self, who: Hashable, *, long: bool, kept: bool) -> Turn:
        turn = Turn(who, _now(), long=long and who is not None, kept=kept)
        self._free -= 1
        self._free_for_long -= turn.long
        self._held[who] += 1
        self._taken[turn] = None
        return turn

    def _can_break_off(self, turn: Turn) -> bool:
        """Whether the turn lasts without a place for long statements."""
        is_free_to_last = turn.long or turn.caller is None or turn.break_off is None or turn.broken_off
        return not is_free_to_last and _now() - turn.begun >= LONG

    def _are_kept_waiting(self) -> bool:
        """Whether anybody waits who has asked for nothing long."""
        return not self._free and any(map(self._has_share, self._line))

    def _has_share(self, who: Hashable) -> bool:
        """Whether the caller may have one more connection: the last ones are for those who have none."""
        if who is None or not (held := self._held[who]):
            return True
        return held < self._share and self._free > self._reserve

    def _is_dear(self, who: Hashable) -> bool:
        if who is None or not (self._uses.was_dear(who) or self._any_lasts()):
            return False
        return self._uses.of([who], self._taken, _now())[who].is_dear

    def _any_lasts(self) -> bool:
        """Whether a statement that runs is a long one."""
        oldest = next(iter(self._taken), None)
        return oldest is not None and _now() - oldest.begun >= LONG

    def _is_crowd_to(self, who: Hashable) -> bool:
        """Whether so many wait that nobody else may."""
        if len(self._line) + len(self._long_line) < CROWD:
            return False
        return who not in self._line and who not in self._long_line

    async def _wait(self, who: Hashable, line: Line, waiting: Waiting) -> Turn:
        line.setdefault(who, deque()).append(waiting)
        if line is self._line and not self._free and self._has_share(who):
            self._make_room()
        try:
            async with asyncio.timeout(self._patience):
                return await waiting.turn
        except BaseException as error:
            self._leave(who, waiting)
            if isinstance(error, TimeoutError):
                what = (
                    "A client's share of the connections was in use"
                    if self._free
                    else "No connection was free"
                )
                reason = f"{what} for {self._patience:g} s; there are {self._places} of them"
                raise self._busy(reason) from None
            raise

    def _make_room(self) -> None:
        """Break off the statement that has lasted longest without a place for long ones, if any."""
        lasting = [turn for turn in self._taken if self._can_break_off(turn)]
        if lasting:
            min(lasting, key=lambda turn: turn.begun).end_early()

    def _busy(self, reason: str) -> DatabaseBusy:
        """What to tell somebody who gets no turn; the log is told of many of them at once."""
        self._sent_away += 1
        if _now() >= self._tell_again:
            logger.warning("%s; statements refused: %d", reason, self._sent_away)
            self._sent_away, self._tell_again = 0, _now() + TELL_EVERY
        return DatabaseBusy(reason)

    def _leave(self, who: Hashable, waiting: Waiting) -> None:
        """Give up waiting; a turn that had just come goes to the next."""
        turn = waiting.turn
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.end(turn.result())
            return
        for line in (self._line, self._long_line):
            if waiting in line.get(who, ()):
                line[who].remove(waiting)
                if not line[who]:
                    del line[who]

    def _call(self, now: float) -> None:
        """Hand the free turns to those who wait."""
        while self._free and (self._line or self._long_line) and (chosen := self._next(now)):
            who, line = chosen
            first = line[who].popleft()
            if not line[who]:
                del line[who]
            if not first.turn.done():
                first.turn.set_result(self._begin(who, long=line is self._long_line, kept=first.kept))

    def _next(self, now: float) -> tuple[Hashable, Line] | None:
        """Who has used least of those who may have one more turn, and the line in which they stand."""
        standing = self._standing()
        if len(standing) == 1 and not self._is_dear(standing[0][0]):
            return standing[0]
        uses = self._uses.of((who for who, _ in standing), self._taken, now)
        if self._part(uses):
            standing = self._standing()
        return min(standing, key=lambda each: uses[each[0]].seconds, default=None)

    def _standing(self) -> list[tuple[Hashable, Line]]:
        """Those who may have one more turn."""
        standing = [(who, self._line) for who in self._line if self._has_share(who)]
        if self._free_for_long > 0:
            standing += [(who, self._long_line) for who in self._long_line if self._has_share(who)]
        return standing

    def _part(self, uses: dict[Hashable, Use]) -> bool:
        """Send those into the line for long statements who have shown meanwhile that theirs are."""
        dear = [who for who, use in uses.items() if use.is_dear and who in self._line]
        for who in dear:
            line = self._line.pop(who)
            if kept := deque(waiting for waiting in line if waiting.kept):
                self._line[who] = kept
            if others := [waiting for waiting in line if not waiting.kept]:
                self._long_line.setdefault(who, deque()).extend(others)
        return bool(dear)


def _now() -> float:
    return asyncio.get_running_loop().time()
