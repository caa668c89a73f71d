"""Slots for the connections of a database, of which there are fewer than there may be callers.

A semaphore with fair queueing: the caller who has used them least lately gets the next one that is free, and nobody
waits for longer than `acquire_timeout`. But a caller who finds all connections in use waits for a statement to end,
however little it asks for. So some are out of reach: one caller has half of them at most, the last ones go to callers
who have none, and long statements have a bounded number of slots, all together. Where others wait, a statement that
turns out to be one too many of these is preempted: it is broken off, and begins anew when there is a slot for it.
"""

import asyncio
import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field

from runtime.log_rate_limit import LogRateLimit
from storage.errors import DatabaseBusy, DatabaseUnavailable
from storage.slot_uses import DEAR_SECONDS, LONG_SECONDS, Slot, SlotUses, Use

logger = logging.getLogger(__name__)

LOG_EVERY_SECONDS = 10.0
"""Seconds between two lines in the log about those who waited in vain."""
MAX_WAITERS = 1_000
"""Callers who may wait at the same time; one more is refused at once, for comparing them all takes time."""

caller: ContextVar[Hashable] = ContextVar("caller", default=None)
"""For whom the database is asked, such as a client's address; None is the server itself, who goes first."""


class Preempted(Exception):
    """The statement takes long, and there are as many such as there may be."""


def slots_for_long_ones(places: int) -> int:
    """How many of the connections are for long statements: half, and a processor of this machine is left to others."""
    return max(1, min(places // 2, _processors() - 1))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover - not on Linux


@dataclass(eq=False, slots=True)
class Waiter:
    """Somebody in a queue."""

    kept: bool
    slot: asyncio.Future[Slot] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


Queues = dict[Hashable, deque[Waiter]]


class FairLimiter:
    """A number of slots, `places`; `long_places` of them at most for long statements (None: any of them).

    `acquire_timeout` is how many seconds a caller waits for one, None lets them wait.
    """

    def __init__(self, places: int, acquire_timeout: float | None, long_places: int | None = None) -> None:
        self._size = places
        self._free = places
        self._most_per_caller = max(1, places // 2)
        self._reserved = max(1, places // 4)
        self._free_for_long = places if long_places is None else long_places
        self._acquire_timeout = acquire_timeout
        self._slots_taken: dict[Slot, None] = {}
        self._held: Counter[Hashable] = Counter()
        self._queues: Queues = {}
        self._long_queues: Queues = {}
        self._uses = SlotUses(lambda: _now())  # noqa: PLW0108 - looked up when it is asked
        self._log_rate_limit = LogRateLimit(LOG_EVERY_SECONDS, lambda: _now())  # noqa: PLW0108 - likewise
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, *, long: bool = False, kept: bool = False) -> Slot:
        """A slot, which must be ended: a `long` one for what has been preempted before, or one that is `kept`.

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
            raise self._busy(f"Too many wait for one of {self._size} connections")
        return await self._wait(who, self._long_queues if long else self._queues, Waiter(kept))

    def watch(self, slot: Slot, preempt: Callable[[], object]) -> None:
        """Have `preempt` called when a slot that is no long one is used for too long, until `unwatch`.

        Its caller then ends it, and begins anew with a long one.
        """
        slot.preempt = preempt
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONG_SECONDS, self._consider_all)

    def unwatch(self, slot: Slot) -> None:
        """It has done its work, however that ended."""
        slot.preempt = None

    def consider_preempting(self, slot: Slot) -> None:
        """Deal with a slot that is used for long: it is a long one from now on, or else goes on while nobody needs it.

        Not for ever: what lasts very long is preempted all the same.
        """
        if not self._can_preempt(slot):
            return
        if self._free_for_long > 0:
            slot.long = True
            self._free_for_long -= 1
        elif self._are_kept_waiting() or _now() - slot.begun >= DEAR_SECONDS:
            slot.preempt_now()

    def _consider_all(self) -> None:
        """Look at all slots, and again when the next one has become a long one."""
        for slot in list(self._slots_taken):
            self.consider_preempting(slot)
        now, self._timer = _now(), None
        if self._slots_taken:
            ages = (now - slot.begun for slot in self._slots_taken)
            soonest = min(LONG_SECONDS - age if age < LONG_SECONDS else LONG_SECONDS for age in ages)
            self._timer = asyncio.get_running_loop().call_later(soonest, self._consider_all)

    def end(self, slot: Slot) -> None:
        """The connection is free again."""
        now = _now()
        del self._slots_taken[slot]
        self._held[slot.caller] -= 1
        if not self._held[slot.caller]:
            del self._held[slot.caller]
        self._free += 1
        self._free_for_long += slot.long
        self._uses.charge(slot, now)
        self._serve_next(now)

    def close(self) -> None:
        """Refuse those who wait, and all who come."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for queue in (*self._queues.values(), *self._long_queues.values()):
            for waiting in queue:
                if not waiting.slot.done():
                    waiting.slot.set_exception(DatabaseUnavailable("The database is closed"))
        self._queues.clear()
        self._long_queues.clear()

    def _begin(self, who: Hashable, *, long: bool, kept: bool) -> Slot:
        slot = Slot(who, _now(), long=long and who is not None, kept=kept)
        self._free -= 1
        self._free_for_long -= slot.long
        self._held[who] += 1
        self._slots_taken[slot] = None
        return slot

    def _can_preempt(self, slot: Slot) -> bool:
        """Whether it lasts, and has none of the slots for long statements."""
        is_free_to_last = slot.long or slot.caller is None or slot.preempt is None or slot.preempted
        return not is_free_to_last and _now() - slot.begun >= LONG_SECONDS

    def _are_kept_waiting(self) -> bool:
        """Whether anybody waits who has asked for nothing long."""
        return not self._free and any(map(self._has_share, self._queues))

    def _has_share(self, who: Hashable) -> bool:
        """Whether the caller may have one more connection: the last ones are for those who have none."""
        if who is None or not (held := self._held[who]):
            return True
        return held < self._most_per_caller and self._free > self._reserved

    def _is_dear(self, who: Hashable) -> bool:
        if who is None or not (self._uses.was_dear(who) or self._any_lasts()):
            return False
        return self._uses.of([who], self._slots_taken, _now())[who].is_dear

    def _any_lasts(self) -> bool:
        """Whether a statement that runs is a long one."""
        oldest = next(iter(self._slots_taken), None)
        return oldest is not None and _now() - oldest.begun >= LONG_SECONDS

    def _is_crowd_to(self, who: Hashable) -> bool:
        """Whether as many wait as may."""
        if len(self._queues) + len(self._long_queues) < MAX_WAITERS:
            return False
        return who not in self._queues and who not in self._long_queues

    async def _wait(self, who: Hashable, queues: Queues, waiting: Waiter) -> Slot:
        queues.setdefault(who, deque()).append(waiting)
        if queues is self._queues and not self._free and self._has_share(who):
            self._preempt_longest()
        try:
            async with asyncio.timeout(self._acquire_timeout):
                return await waiting.slot
        except BaseException as error:
            self._give_up(who, waiting)
            if isinstance(error, TimeoutError):
                what = (
                    "A client's share of the connections was in use"
                    if self._free
                    else "No connection was free"
                )
                reason = f"{what} for {self._acquire_timeout:g} s; there are {self._size} of them"
                raise self._busy(reason) from None
            raise

    def _preempt_longest(self) -> None:
        """Preempt the statement that has lasted longest without a slot for long ones, if any."""
        lasting = [slot for slot in self._slots_taken if self._can_preempt(slot)]
        if lasting:
            min(lasting, key=lambda slot: slot.begun).preempt_now()

    def _busy(self, reason: str) -> DatabaseBusy:
        """What to tell a caller who gets no slot; the log is told of many of them at once."""
        if refused := self._log_rate_limit.admit():
            logger.warning("%s; statements refused: %d", reason, refused)
        return DatabaseBusy(reason)

    def _give_up(self, who: Hashable, waiting: Waiter) -> None:
        """Give up waiting; a slot that had just come goes to the next."""
        slot = waiting.slot
        if slot.done() and not slot.cancelled() and slot.exception() is None:
            self.end(slot.result())
            return
        for queues in (self._queues, self._long_queues):
            if waiting in queues.get(who, ()):
                queues[who].remove(waiting)
                if not queues[who]:
                    del queues[who]

    def _serve_next(self, now: float) -> None:
        """Hand the free slots to those who wait."""
        while self._free and (self._queues or self._long_queues) and (chosen := self._next(now)):
            who, queues = chosen
            first = queues[who].popleft()
            if not queues[who]:
                del queues[who]
            if not first.slot.done():
                first.slot.set_result(self._begin(who, long=queues is self._long_queues, kept=first.kept))

    def _next(self, now: float) -> tuple[Hashable, Queues] | None:
        """Who has used least of those who may have one more slot, and the queues in which they wait."""
        standing = self._standing()
        if len(standing) == 1 and not self._is_dear(standing[0][0]):
            return standing[0]
        uses = self._uses.of((who for who, _ in standing), self._slots_taken, now)
        if self._move_long_ones(uses):
            standing = self._standing()
        return min(standing, key=lambda each: uses[each[0]].seconds, default=None)

    def _standing(self) -> list[tuple[Hashable, Queues]]:
        """Those who may have one more slot."""
        standing = [(who, self._queues) for who in self._queues if self._has_share(who)]
        if self._free_for_long > 0:
            standing += [(who, self._long_queues) for who in self._long_queues if self._has_share(who)]
        return standing

    def _move_long_ones(self, uses: dict[Hashable, Use]) -> bool:
        """Move those into the queue for long statements who have shown meanwhile that theirs are."""
        dear = [who for who, use in uses.items() if use.is_dear and who in self._queues]
        for who in dear:
            queue = self._queues.pop(who)
            if kept := deque(waiting for waiting in queue if waiting.kept):
                self._queues[who] = kept
            if others := [waiting for waiting in queue if not waiting.kept]:
                self._long_queues.setdefault(who, deque()).extend(others)
        return bool(dear)


def _now() -> float:
    return asyncio.get_running_loop().time()
