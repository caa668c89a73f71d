"""Memory under way: counted for the process and for each client, from what a statement may make to the last byte read.

A `Budget` has a capacity, of which a client may have a share. Whatever holds more than a little of what one client has
sent or asked for adds its bytes to the client's `Account`. What can wait, above all a statement whose answer would be
one more, waits until enough is free; the client that would hold least goes first.
"""

import asyncio
import logging
from collections.abc import Hashable
from dataclasses import dataclass

from runtime.log_rate_limit import LogRateLimit
from storage.errors import MemoryBusy

logger = logging.getLogger(__name__)

MAX_WAITERS = 1_000
"""Those who may wait at the same time; one more is refused at once."""
LOG_EVERY_SECONDS = 10.0
"""Seconds between two lines in the log about those who were refused."""
CAPACITY_TIERS = ((64, 9 / 8), (16, 1.0))
"""A client that holds no more than this part of the capacity may fill it up to the factor beside, all others to three
quarters: clients that hold much leave room for those that hold little, and there is some above the capacity for those
that hold next to nothing."""


@dataclass(eq=False, slots=True)
class _Waiter:
    account: "Account"
    size: int
    come: asyncio.Future[None]

    @property
    def place(self) -> int:
        """Its rank in the queue: what its client would hold."""
        return self.account.budget.of(self.account.client) + self.size


class Budget:
    """At most `capacity` bytes at a time; `share` of them for one client, `acquire_timeout` seconds for those who wait.

    `held` is what all hold together, `refused` how many were told that there is no room.
    """

    def __init__(self, capacity: int, share: int | None = None, acquire_timeout: float = 5.0) -> None:
        self.capacity = capacity
        self.share = capacity // 2 if share is None else share
        self.acquire_timeout = acquire_timeout
        self.held = 0
        self.refused = 0
        self._clients: dict[Hashable, int] = {}
        self._waiting: dict[_Waiter, None] = {}
        self.shared: dict[int, tuple[int, int, Hashable]] = {}
        """Of what several hold by its id: how many do, its size, and the client for whom it counts."""
        self._calling = False
        self._log_rate_limit = LogRateLimit(LOG_EVERY_SECONDS)

    @property
    def waiting(self) -> int:
        """How many wait for room."""
        return len(self._waiting)

    @property
    def pressed(self) -> bool:
        """Whether somebody waits for what all hold together, not for what they hold themselves."""
        return any(map(self._waits_for_others, self._waiting))

    def account(self, client: Hashable) -> "Account":
        """The account of a client; None is the server itself, which has no share."""
        return Account(self, client)

    def of(self, client: Hashable) -> int:
        """What a client holds."""
        return self._clients.get(client, 0)

    def fits(self, account: "Account", size: int) -> bool:
        """Whether a client may hold `size` bytes more."""
        return not self._full(account, size) and not self._has_share(account, size)

    def overtakes(self, account: "Account", size: int) -> bool:
        """Whether others wait for so much room who go before this one."""
        place = self.of(account.client) + size
        return any(each.place <= place and self._waits_for_others(each) for each in self._waiting)

    def change(self, client: Hashable, by: int) -> None:
        """A client holds `by` bytes more, or less."""
        self.held += by
        held = self._clients.get(client, 0) + by
        if held:
            self._clients[client] = held
        else:
            self._clients.pop(client, None)
        if by < 0:
            self._admit_soon()

    async def wait(self, account: "Account", size: int) -> None:
        """Wait until a client holds `size` bytes more.

        Raises:
            MemoryBusy: there was no room for too long, or too many wait for it.
        """
        if len(self._waiting) >= MAX_WAITERS:
            raise self.refusal(account, size)
        waiting = _Waiter(account, size, asyncio.get_running_loop().create_future())
        self._waiting[waiting] = None
        try:
            async with asyncio.timeout(self.acquire_timeout):
                await waiting.come
        except BaseException as error:
            if waiting.come.done() and not waiting.come.cancelled():
                self.change(account.client, -size)
            self._waiting.pop(waiting, None)
            self._admit_soon()  # those behind it may have waited for nobody else
            if isinstance(error, TimeoutError):
                raise self.refusal(account, size) from None
            raise

    def refusal(self, account: "Account", size: int) -> MemoryBusy:
        """What to tell somebody for whom there is no room; the log is told of many of them at once."""
        whose = "all" if self._full(account, size) else "one client"
        self.refused += 1
        if refused := self._log_rate_limit.admit():
            logger.warning(
                "what is under way for %s takes as much memory as it may; refused: %d", whose, refused
            )
        return MemoryBusy(f"What is under way for {whose} takes as much memory as it may")

    def _full(self, account: "Account", size: int) -> bool:
        would = (self.of(account.client) + size) / self.capacity
        bound = next((bound for part, bound in CAPACITY_TIERS if would * part <= 1), 3 / 4)
        return self.held + size > self.capacity * bound

    def _has_share(self, account: "Account", size: int) -> bool:
        return account.client is not None and self.of(account.client) + size > self.share

    def _waits_for_others(self, waiting: _Waiter) -> bool:
        account, size = waiting.account, waiting.size
        return self._full(account, size) and not self._has_share(account, size)

    def _admit_soon(self) -> None:
        if self._waiting and not self._calling:
            self._calling = True
            asyncio.get_running_loop().call_soon(self._admit_waiting)

    def _admit_waiting(self) -> None:
        """Let in those for whom there is room now, as far as the first for whom the others leave none."""
        self._calling = False
        for waiting in sorted(self._waiting, key=lambda each: each.place):
            if waiting.come.done() or self._has_share(waiting.account, waiting.size):
                continue
            if self._full(waiting.account, waiting.size):
                return
            self.change(waiting.account.client, waiting.size)
            waiting.come.set_result(None)
            del self._waiting[waiting]


class Account:
    """One client's part of a budget."""

    __slots__ = ("budget", "client")

    def __init__(self, budget: Budget, client: Hashable) -> None:
        self.budget = budget
        self.client = client

    @property
    def most(self) -> int:
        """Bytes that one answer may have: what was sent for it, and what else is small, needs room beside it."""
        return self.budget.share * 3 // 4

    @property
    def crowded(self) -> bool:
        """Whether there is no room for anything more."""
        return self.budget.held > 0 and not self.budget.fits(self, 1)

    def add(self, size: int) -> None:
        """Hold `size` bytes more, whether there is room or not: they are there already."""
        if size:
            self.budget.change(self.client, size)

    def give(self, size: int) -> None:
        """Hold `size` bytes less."""
        self.add(-size)

    def take(self, size: int) -> None:
        """Hold `size` bytes more, if there is room.

        Raises:
            MemoryBusy: there is none.
        """
        if not self.budget.fits(self, size):
            raise self.budget.refusal(self, size)
        self.budget.change(self.client, size)

    def share(self, thing: object, size: int) -> None:
        """Hold a thing that others may hold at the same time: it counts once, for the first of them.

        Raises:
            MemoryBusy: there is no room for it.
        """
        holders, known, client = self.budget.shared.get(id(thing), (0, size, self.client))
        if not holders:
            self.take(size)
        self.budget.shared[id(thing)] = holders + 1, known, client

    def unshare(self, thing: object) -> None:
        """Hold it no longer."""
        holders, size, client = self.budget.shared.pop(id(thing))
        if holders > 1:
            self.budget.shared[id(thing)] = holders - 1, size, client
        else:
            self.budget.change(client, -size)

    async def wait(self, size: int) -> None:
        """Hold `size` bytes more as soon as there is room, and nobody goes first.

        Raises:
            MemoryBusy: there was none for too long.
        """
        budget = self.budget
        if budget.fits(self, size) and not (budget.waiting and budget.overtakes(self, size)):
            budget.change(self.client, size)
        else:
            await budget.wait(self, size)


class Meter:
    """What one thing holds of an account, however it changes."""

    __slots__ = ("account", "size")

    def __init__(self, account: Account) -> None:
        self.account = account
        self.size = 0

    def may_be(self, size: int) -> bool:
        """Whether there is room for `size` bytes, if they are more."""
        return size <= self.size or self.account.budget.fits(self.account, size - self.size)

    def set(self, size: int) -> None:
        """It holds `size` bytes now."""
        if size != self.size:
            self.account.add(size - self.size)
            self.size = size


def unlimited() -> Account:
    """An account that is never full, for what counts for nobody."""
    return Budget(2**62, 2**62).account(None)
