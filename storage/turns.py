"""Turns at the connections of a database, of which there are fewer than there may be callers.

Who has used them least lately gets the next one that is free. So a client with many statements, or with long ones,
holds up itself and nobody who asks for little; and nobody waits for longer than `patience`.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Hashable
from contextvars import ContextVar
from dataclasses import dataclass

from storage.errors import DatabaseBusy, DatabaseUnavailable

logger = logging.getLogger(__name__)

HALF_LIFE = 30.0
"""Seconds after which half of what a caller has used is forgotten."""
TELL_EVERY = 10.0
"""Seconds between two lines in the log about those who waited in vain: an attack should not fill it."""
REMEMBERED = 10_000
"""Of how many callers it is remembered what they have used."""
CROWD = 1_000
"""Callers who may wait at the same time; one more is refused at once, for comparing them all takes time."""

caller: ContextVar[Hashable] = ContextVar("caller", default=None)
"""For whom the database is asked, such as a client's address; None is the server itself, who goes first."""


@dataclass(frozen=True, eq=False, slots=True)
class Turn:
    """The use of one connection by one caller."""

    caller: Hashable
    begun: float


class Turns:
    """So many turns at a time; `patience` is how many seconds somebody waits for one, None lets them wait."""

    def __init__(self, places: int, patience: float | None) -> None:
        self._places = places
        self._free = places
        self._patience = patience
        self._taken: set[Turn] = set()
        self._lines: dict[Hashable, deque[asyncio.Future[Turn]]] = {}
        self._used: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._closed = False
        self._sent_away, self._tell_again = 0, 0.0

    async def take(self) -> Turn:
        """A turn, which must be ended.

        Raises:
            DatabaseBusy: there was none for too long.
            DatabaseUnavailable: the database is closed.
        """
        if self._closed:
            raise DatabaseUnavailable("The database is closed")
        who = caller.get()
        if self._free:
            return self._begin(who)
        if len(self._lines) >= CROWD and who is not None and who not in self._lines:
            raise self._busy(f"Too many wait for one of {self._places} connections")
        return await self._wait(who)

    def end(self, turn: Turn) -> None:
        """The connection is free again."""
        now = _now()
        self._taken.remove(turn)
        self._free += 1
        self._charge(turn.caller, now - turn.begun, now)
        self._call(now)

    def close(self) -> None:
        """Send away those who wait, and whoever comes."""
        self._closed = True
        for line in self._lines.values():
            for waiting in line:
                if not waiting.done():
                    waiting.set_exception(DatabaseUnavailable("The database is closed"))
        self._lines.clear()

    def _begin(self, who: Hashable) -> Turn:
        self._free -= 1
        turn = Turn(who, _now())
        self._taken.add(turn)
        return turn

    async def _wait(self, who: Hashable) -> Turn:
        waiting: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(who, deque()).append(waiting)
        try:
            async with asyncio.timeout(self._patience):
                return await waiting
        except BaseException as error:
            self._leave(who, waiting)
            if isinstance(error, TimeoutError):
                reason = f"No connection was free for {self._patience:g} s; there are {self._places} of them"
                raise self._busy(reason) from None
            raise

    def _busy(self, reason: str) -> DatabaseBusy:
        """What to tell somebody who gets no turn; the log is told of many of them at once."""
        self._sent_away += 1
        if _now() >= self._tell_again:
            logger.warning("%s; statements refused: %d", reason, self._sent_away)
            self._sent_away, self._tell_again = 0, _now() + TELL_EVERY
        return DatabaseBusy(reason)

    def _leave(self, who: Hashable, waiting: asyncio.Future[Turn]) -> None:
        """Give up waiting; a turn that had just come goes to the next."""
        if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
            self.end(waiting.result())
        elif waiting in (line := self._lines.get(who, deque())):
            line.remove(waiting)
            if not line:
                del self._lines[who]

    def _call(self, now: float) -> None:
        """Hand the free turns to those who wait."""
        uses = self._uses(now) if self._free else {}
        while self._free and self._lines:
            who = min(self._lines, key=uses.__getitem__)
            line = self._lines[who]
            waiting = line.popleft()
            if not line:
                del self._lines[who]
            if not waiting.done():
                waiting.set_result(self._begin(who))

    def _uses(self, now: float) -> dict[Hashable, float]:
        """The seconds that each of those who wait has used lately and is using."""
        uses = {who: -1.0 if who is None else self._remembered(who, now) for who in self._lines}
        for turn in self._taken:
            if turn.caller is not None and turn.caller in uses:
                uses[turn.caller] += now - turn.begun
        return uses

    def _remembered(self, who: Hashable, now: float) -> float:
        seconds, then = self._used.get(who, (0.0, now))
        return float(seconds * 0.5 ** ((now - then) / HALF_LIFE))

    def _charge(self, who: Hashable, seconds: float, now: float) -> None:
        self._used[who] = (self._remembered(who, now) + seconds, now)
        self._used.move_to_end(who)
        if len(self._used) > REMEMBERED:
            self._used.popitem(last=False)


def _now() -> float:
    return asyncio.get_running_loop().time()
