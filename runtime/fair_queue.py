"""Fair queuing: whose work is next, where there is more of it than can be done at once.

Those who are known go first; among equals, the client who has used least lately. A full queue refuses the client who
has the most waiting in it. So clients who bring a lot of work, or work that takes long, hold up their own and hardly
anybody else's.
"""

import asyncio
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

from runtime.decaying_use import DecayingUse


class QueueFull(Exception):
    """There is no room for one more, or somebody else has taken it."""


@dataclass(frozen=True, slots=True)
class Client:
    """For whom work is done, such as an account or an address. One who is `known` goes before all who are not."""

    key: Hashable
    known: bool = False


OPERATOR = Client("operator", known=True)
"""Those who run the server, at its command line."""


class FairQueue:
    """Clients that wait, at most `capacity` at the same time."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._length = 0
        self._queues: dict[Client, deque[asyncio.Future[None]]] = {}
        self._used = DecayingUse()

    def join(self, client: Client) -> asyncio.Future[None]:
        """What is done when it is the client's turn, or raises QueueFull when somebody has taken the place."""
        if self._length >= self._capacity:
            self._make_room_for(client)
        waiting = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(waiting)
        self._length += 1
        return waiting

    def leave(self, client: Client, waiting: asyncio.Future[None]) -> None:
        """Wait no longer."""
        if waiting in self._queues.get(client, ()):
            self._queues[client].remove(waiting)
            self._drop_empty(client)

    def pop_next(self) -> asyncio.Future[None] | None:
        """Take out who is next."""
        if not self._queues:
            return None
        client = min(self._queues, key=lambda each: (not each.known, self._used.of(each.key)))
        waiting = self._queues[client].popleft()
        self._drop_empty(client)
        return waiting

    def charge(self, client: Client, seconds: float) -> None:
        """Note what the client's work has taken."""
        self._used.charge(client.key, seconds)

    def _make_room_for(self, client: Client) -> None:
        """Refuse the last of who has the most waiting: of the newcomer, unless another has more, or is unknown."""
        longest = max(self._queues, key=self._rank, default=client)
        if self._rank(longest) <= (not client.known, len(self._queues.get(client, ())) + 1):
            raise QueueFull
        last = self._queues[longest].pop()
        self._drop_empty(longest)
        if not last.done():
            last.set_exception(QueueFull())

    def _rank(self, client: Client) -> tuple[bool, int]:
        return not client.known, len(self._queues.get(client, ()))

    def _drop_empty(self, client: Client) -> None:
        self._length -= 1
        if not self._queues[client]:
            del self._queues[client]
