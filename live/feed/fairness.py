"""Fairness between clients: what each has used lately, and a queue in which the one that has used least is next."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from heapq import heappop, heappush
from itertools import count, islice
from time import monotonic
from typing import Generic, TypeVar

from runtime.decaying_use import DecayingUse

CLIENTS_LOOKED_AT = 8
"""How many of those who share something are looked at to find one who has used little."""

Item = TypeVar("Item")


class UseByClient(DecayingUse):
    """The seconds that clients have used lately; `share` is what one may use before others go first."""

    def __init__(self, share: float, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(clock)
        self._share = share

    def over(self, client: Hashable) -> bool:
        """Whether it has used more than its share."""
        return self.of(client) > self._share

    def payer(self, clients: Iterable[Hashable]) -> Hashable:
        """To which of several clients what they share is charged: one who has not used its share, if there is one."""
        some = list(islice(clients, CLIENTS_LOOKED_AT))
        return next((each for each in some if not self.over(each)), some[0] if some else None)


class LeastUsedQueue(Generic[Item]):
    """What is to be done for clients: next is the client that has used least, and of its own what came first."""

    def __init__(self, uses: UseByClient) -> None:
        self._uses = uses
        self._lines: dict[Hashable, deque[Item]] = {}
        self._next: list[tuple[float, int, Hashable]] = []
        self._count = count()

    def __bool__(self) -> bool:
        return bool(self._lines)

    def put(self, client: Hashable, item: Item) -> None:
        """Something more to do for a client."""
        if client not in self._lines:
            self._lines[client] = deque()
            self._file(client)
        self._lines[client].append(item)

    def take(self) -> Item:
        """What to do next; there must be something."""
        rank, _, client = heappop(self._next)
        while rank < self._uses.rank(client):  # it has used more since it came
            self._file(client)
            rank, _, client = heappop(self._next)
        line = self._lines[client]
        item = line.popleft()
        if line:
            self._file(client)
        else:
            del self._lines[client]
        return item

    def _file(self, client: Hashable) -> None:
        heappush(self._next, (self._uses.rank(client), next(self._count), client))
