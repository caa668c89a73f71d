"""The live connections of a process: counted, kept alive, closed with their sessions, and drained."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator

from live.connections.connection import Connection, Predicate
from live.connections.endpoint import Scope
from live.policy import ConnectionPolicy
from live.protocol.close_codes import CloseCode
from runtime.background import BackgroundTask
from runtime.log_rate_limit import LogRateLimit
from runtime.staggering import staggered
from storage.memory import Account, Budget, unlimited

KEEPER_ROUNDS = 5
"""Rounds of the keeper in the time in which anything may be due."""
LEEWAY_SECONDS = 0.5
"""Seconds that connections have to close after their time is up."""
SLICE_CONNECTIONS = 500
"""Connections that are looked after before others may run."""
WARN_EVERY_SECONDS = 60.0
"""Seconds between two warnings of a kind."""
ADDRESS_CROWDED = "%s has %d live connections and gets no more. If it is a proxy, name it in the settings."
ALL_FULL = (
    "There are %d live connections and no more are taken: raise the limit of open files (LimitNOFILE=)."
)

logger = logging.getLogger(__name__)


class TooManyConnections(Exception):
    """An address has as many as it may; `str()` is fit for the client."""

    def __init__(self, allowed: int) -> None:
        super().__init__(f"No more than {allowed} live connections from one address")


class NoRoomForConnections(TooManyConnections):
    """All addresses together have as many as there may be."""

    def __init__(self, allowed: int) -> None:
        Exception.__init__(self, f"No more than {allowed} live connections here")


def _nowhere(_: Scope) -> None:
    """Count nobody."""


class ConnectionRegistry:
    """Those that are open, and their keeper. `client_network` tells where a request came from; None is not counted.

    `most` is how many there may be of all networks together, once that is known.
    """

    def __init__(
        self,
        policy: ConnectionPolicy | None = None,
        client_network: Callable[[Scope], str | None] = _nowhere,
        memory: Budget | None = None,
    ) -> None:
        self.policy = policy or ConnectionPolicy()
        self._memory = memory or unlimited().budget
        self._client_network = client_network
        self._places: Counter[str] = Counter()
        self.most: int | None = None
        self._log_rate_limit = LogRateLimit(WARN_EVERY_SECONDS)
        self._open: set[Connection] = set()
        self._draining = False
        self._left = asyncio.Event()
        self._faulty = False
        self._keeper = BackgroundTask("looking after live connections")

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._open)

    def open(self) -> None:
        """Begin to look after them."""
        self._keeper.start(self._keep())

    def account_of(self, scope: Scope) -> Account:
        """What the client of a request holds of the memory for what is under way."""
        return self._memory.account(self._client_network(scope))

    @contextlib.contextmanager
    def holding(self, connection: Connection) -> Iterator[None]:
        """Look after a connection as long as the block lasts; while the server stops, it is closed at once.

        Raises:
            TooManyConnections: its address, or everybody together, has as many as there may be.
        """
        if self.most is not None and len(self._open) >= self.most:
            self._warn(ALL_FULL, self.most)
            raise NoRoomForConnections(self.most)
        place = self._client_network(connection.scope)
        if place is not None:
            self._count(place)
        if self._draining:
            connection.close(CloseCode.SERVICE_RESTART, "Service restart")
        self._open.add(connection)
        try:
            yield
        finally:
            self._open.discard(connection)
            self._left.set()
            if place is not None:
                self._discount(place)

    async def drain(self, spread: float, patience: float) -> None:
        """Close every one with 1012, one after the other within `spread` seconds, when its operations have answered.

        After `patience` seconds nothing is waited for any longer. A client that asks for something new goes at once.
        """
        self._draining = True
        deadline = asyncio.get_running_loop().time() + patience
        leavers = list(self._open)
        for connection in leavers:
            connection.retire(CloseCode.SERVICE_RESTART, "Service restart", deadline)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline + LEEWAY_SECONDS):
                await staggered(leavers, Connection.leave, min(spread, patience))
                while self._open:
                    self._left.clear()
                    await self._left.wait()

    async def close(self) -> None:
        """Look after them no longer."""
        await self._keeper.stop()

    def sessions(self) -> set[int]:
        """The sessions of those who are connected."""
        signed_in = {connection.session_id for connection in self._open}
        return {session for session in signed_in if session is not None}

    def close_sessions(self, ended: Collection[int]) -> None:
        """Sessions have ended: close their connections with 4403."""
        self._close_if(lambda client: client.session_id in ended)

    def _count(self, place: str) -> None:
        allowed = self.policy.per_address
        if self._places[place] >= allowed:
            self._warn(ADDRESS_CROWDED, place, allowed)
            raise TooManyConnections(allowed)
        self._places[place] += 1

    def _discount(self, place: str) -> None:
        self._places[place] -= 1
        if not self._places[place]:
            del self._places[place]

    def _warn(self, message: str, *about: object) -> None:
        if self._log_rate_limit.admit(message):
            logger.warning(message, *about)

    def _close_if(self, predicate: Predicate) -> None:
        for connection in list(self._open):
            connection.close_if(predicate)

    async def _keep(self) -> None:
        policy = self.policy
        pause = min(policy.ping_interval, policy.pong_timeout, policy.stall_timeout) / KEEPER_ROUNDS
        while True:
            await asyncio.sleep(pause)
            for count, connection in enumerate(list(self._open), 1):
                self._check_liveness(connection)
                if count % SLICE_CONNECTIONS == 0:
                    await asyncio.sleep(0)

    def _check_liveness(self, connection: Connection) -> None:
        """Whatever goes wrong with one, the others are not left alone; the log hears of the first time."""
        try:
            connection.check_liveness()
        except Exception:
            if not self._faulty:
                self._faulty = True
                logger.exception("A live connection cannot be looked after")
