"""Connections that ask for nothing: how long they may wait, how many of one address, and who makes room for whom.

A process may have only so many files open. Where all are connections that wait, ordinary requests would be turned
away without a word, so there is always a rest for them: whoever has waited longest goes first.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Protocol

import structlog

from auth.throttle import address_key
from server.request_log import RequestLog, Trace

VISITORS = "visitors"
"""Where the lifespan's state has them."""
ROUND = 1.0
"""Seconds between two looks at everybody."""
SETTLED = 1.0
"""Seconds after which a connection is one that waits: with the next request under way it looks the same."""
SLICE = 500
"""Connections that are looked at before others may run."""
BATCH = 16
"""The part of those who wait, one of so many, who go when there is no room: looking for each alone would take long."""
WARN_EVERY = 60.0
FULL = (
    "there are as many connections as there may be: raise the limit of open files (ulimit -n, LimitNOFILE=)"
)
HOARD = "an address has too many idle connections. If it is a proxy, name it in CAUSERIE_TRUSTED_PROXIES"
_log = structlog.stdlib.get_logger("causerie")


@dataclass(frozen=True, slots=True)
class ReceptionPolicy:
    """Numbers of what comes before a request is one. Times are in seconds.

    - `head_limit`: bytes of a head, and of what stands between and behind the pieces of a body.
    - `request_timeout`: how soon a head that has begun must be whole; for a connection, how soon it must begin.
    - `keep_alive`: how long a connection may be idle between two requests.
    - `per_address`: connections that wait, of one address.
    """

    head_limit: int = 64 * 1024
    request_timeout: float = 30.0
    keep_alive: float = 75.0
    per_address: int = 200


class Visitor(Protocol):
    """A connection, whatever it speaks."""

    client: tuple[str, int] | None

    @property
    def waiting_since(self) -> float | None:
        """Since when the server has waited for it to ask for something; None while it does not."""

    def check_liveness(self, now: float) -> None:
        """End it if it has waited for too long."""

    def give_way(self) -> None:
        """End it, for others need its place."""


Place = Callable[[str], str | None]


class Visitors:
    """All connections of a process. `room` is how many there may be."""

    def __init__(
        self,
        policy: ReceptionPolicy | None = None,
        log: RequestLog | None = None,
        proxies: Iterable[str] = (),
        room: int | None = None,
    ) -> None:
        self.policy = policy or ReceptionPolicy()
        self.room = room
        self._log = log
        self.place_of = _places(proxies)
        self._warned: dict[str, float] = {}

    async def keep(self, connections: set[Visitor]) -> None:
        """Look after those in the set, again and again."""
        while True:
            await asyncio.sleep(ROUND)
            try:
                await self._check_liveness(connections)
            except Exception:  # noqa: BLE001 - whatever it is, connections are looked after again
                self._warn("connections cannot be looked after", exc_info=True)

    def admit(self, newcomer: Visitor, connections: set[Visitor]) -> bool:
        """Whether a newcomer among them may stay; others may have to go for it."""
        if self.room is None or len(connections) <= self.room:
            return True
        self._warn(FULL, connections=self.room)
        groups = self._by_place(connections - {newcomer}).values()
        largest = max(groups, key=len, default=[])
        for visitor in largest[: max(1, len(largest) // BATCH)]:
            visitor.give_way()
        return bool(largest)

    def note(self, trace: Trace, method: str, path: str) -> None:
        """Write the line of a request that was refused before it was one."""
        if self._log is not None:
            self._log.note(trace, method, path, time.perf_counter())

    async def _check_liveness(self, connections: set[Visitor]) -> None:
        now = asyncio.get_running_loop().time()
        waiting = []
        for count, visitor in enumerate(list(connections), 1):
            since = visitor.waiting_since
            if since is not None:
                self._look_at(visitor, now)
                if since < now - SETTLED:
                    waiting.append(visitor)
            if count % SLICE == 0:
                await asyncio.sleep(0)
        for place, group in self._by_place(waiting).items():
            if place is not None and len(group) > self.policy.per_address:
                self._warn(HOARD, address=place, connections=len(group))
                for visitor in group[: -self.policy.per_address]:
                    visitor.give_way()

    def _look_at(self, visitor: Visitor, now: float) -> None:
        """Whatever goes wrong with one, the others are not left alone."""
        try:
            visitor.check_liveness(now)
        except Exception:  # noqa: BLE001 - said without bringing down the round
            self._warn("a connection cannot be looked after", exc_info=True)

    def _by_place(self, visitors: Iterable[Visitor]) -> dict[str | None, list[Visitor]]:
        """Those of them who wait by their place, who has waited longest first; None are trusted proxies."""
        groups = defaultdict[str | None, list[tuple[float, int, Visitor]]](list)
        for number, visitor in enumerate(visitors):
            since = visitor.waiting_since
            if since is not None:
                place = self.place_of(visitor.client[0]) if visitor.client else None
                groups[place].append((since, number, visitor))
        return {place: [each for _, _, each in sorted(group)] for place, group in groups.items()}

    def _warn(self, event: str, **about: object) -> None:
        now = time.monotonic()
        if now - self._warned.get(event, float("-inf")) >= WARN_EVERY:
            self._warned[event] = now
            _log.warning(event, **about)


def _places(proxies: Iterable[str]) -> Place:
    """Where connections come from: the address they are counted for; None for a trusted proxy, which brings many."""
    networks = [ip_network(each) for each in proxies]

    @lru_cache(maxsize=1024)
    def place(host: str) -> str | None:
        try:
            address = ip_address(host)
        except ValueError:
            return host
        mapped = getattr(address, "ipv4_mapped", None) or address
        return None if any(mapped in network for network in networks) else address_key(host)

    return place
