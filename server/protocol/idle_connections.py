"""Connections that ask for nothing: how long they may wait, how many of one address, and who makes room for whom.

A process may have a bounded number of files open. Where all are connections that wait, requests would be turned
away without a word, so there is always a rest for them: the connection that has waited longest goes first.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Protocol

import structlog

from auth.throttle import address_key
from runtime.log_rate_limit import LogRateLimit
from server.config.request_policy import RequestPolicy
from server.http.request_log import RequestLog, Trace

ROUND_SECONDS = 1.0
"""Seconds between two looks at everybody."""
SETTLED_SECONDS = 1.0
"""Seconds after which a connection is one that waits: with the next request under way it looks the same."""
SLICE_CONNECTIONS = 50
"""Connections that are looked at before others may run."""
EVICTED_PART = 16
"""Of the connections that wait, the part that is evicted when there is no room: looking for each would take long."""
WARN_EVERY_SECONDS = 60.0
ALL_FULL = (
    "there are as many connections as there may be: raise the limit of open files (ulimit -n, LimitNOFILE=)"
)
ADDRESS_CROWDED = (
    "an address has too many idle connections. If it is a proxy, name it in CAUSERIE_TRUSTED_PROXIES"
)
logger = structlog.stdlib.get_logger("causerie")


class ClientConnection(Protocol):
    """A connection, whatever it speaks."""

    client: tuple[str, int] | None

    @property
    def idle_since(self) -> float | None:
        """Since when the server has waited for it to ask for something; None while it does not."""

    def check_liveness(self, now: float) -> None:
        """End it if it has waited for too long."""

    def evict(self) -> None:
        """End it, for others need its place."""


NetworkOf = Callable[[str], str | None]


class IdleConnections:
    """All connections of a process. `room` is how many there may be."""

    def __init__(
        self,
        policy: RequestPolicy | None = None,
        log: RequestLog | None = None,
        proxies: Iterable[str] = (),
        room: int | None = None,
    ) -> None:
        self.policy = policy or RequestPolicy()
        self.room = room
        self._log = log
        self.client_network = _networks(proxies)
        self._log_rate_limit = LogRateLimit(WARN_EVERY_SECONDS)

    async def keep(self, connections: set[ClientConnection]) -> None:
        """Look after those in the set, again and again."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self._check_liveness(connections)
            except Exception:  # noqa: BLE001 - whatever it is, connections are looked after again
                self._warn("connections cannot be looked after", exc_info=True)

    def admit(self, newcomer: ClientConnection, connections: set[ClientConnection]) -> bool:
        """Whether a newcomer among them may stay; others may have to go for it."""
        if self.room is None or len(connections) <= self.room:
            return True
        self._warn(ALL_FULL, connections=self.room)
        groups = self._by_network(connections - {newcomer}).values()
        largest = max(groups, key=len, default=[])
        for connection in largest[: max(1, len(largest) // EVICTED_PART)]:
            connection.evict()
        return bool(largest)

    def note(self, trace: Trace, method: str, path: str) -> None:
        """Write the line of a request that was refused before it was one."""
        if self._log is not None:
            self._log.note(trace, method, path, time.perf_counter())

    async def _check_liveness(self, connections: set[ClientConnection]) -> None:
        now = asyncio.get_running_loop().time()
        waiting = []
        for count, connection in enumerate(list(connections), 1):
            since = connection.idle_since
            if since is not None:
                self._look_at(connection, now)
                if since < now - SETTLED_SECONDS:
                    waiting.append(connection)
            if count % SLICE_CONNECTIONS == 0:
                await asyncio.sleep(0)
        for network, group in self._by_network(waiting).items():
            if network is not None and len(group) > self.policy.per_address:
                self._warn(ADDRESS_CROWDED, address=network, connections=len(group))
                for connection in group[: -self.policy.per_address]:
                    connection.evict()

    def _look_at(self, connection: ClientConnection, now: float) -> None:
        """Whatever goes wrong with one, the others are not left alone."""
        try:
            connection.check_liveness(now)
        except Exception:  # noqa: BLE001 - said without bringing down the round
            self._warn("a connection cannot be looked after", exc_info=True)

    def _by_network(
        self, connections: Iterable[ClientConnection]
    ) -> dict[str | None, list[ClientConnection]]:
        """Those of them who wait by their network, who has waited longest first; None are trusted proxies."""
        groups = defaultdict[str | None, list[tuple[float, int, ClientConnection]]](list)
        for number, connection in enumerate(connections):
            since = connection.idle_since
            if since is not None:
                network = self.client_network(connection.client[0]) if connection.client else None
                groups[network].append((since, number, connection))
        return {network: [each for _, _, each in sorted(group)] for network, group in groups.items()}

    def _warn(self, event: str, **about: object) -> None:
        if self._log_rate_limit.admit(event):
            logger.warning(event, **about)


def _networks(proxies: Iterable[str]) -> NetworkOf:
    """Where connections come from: the address they are counted for; None for a trusted proxy, which brings many."""
    networks = [ip_network(each) for each in proxies]

    @lru_cache(maxsize=1024)
    def network_of(host: str) -> str | None:
        try:
            address = ip_address(host)
        except ValueError:
            return host
        mapped = getattr(address, "ipv4_mapped", None) or address
        return None if any(mapped in network for network in networks) else address_key(host)

    return network_of
