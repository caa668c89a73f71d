"""Seconds that clients have used lately, of which half is forgotten in a while."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

HALF_LIFE_SECONDS = 30.0
"""Seconds after which half of what a client has used is forgotten."""
CLIENTS_REMEMBERED = 10_000
"""Of how many clients it is remembered what they have used."""


class DecayingUse:
    """What each client has used."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._used: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def of(self, client: Hashable) -> float:
        """What it has used and is not forgotten."""
        known = self._used.get(client)
        return 0.0 if known is None else known[0] * 0.5 ** ((self._clock() - known[1]) / HALF_LIFE_SECONDS)

    def charge(self, client: Hashable, seconds: float) -> None:
        """Note what it has used."""
        self._used[client] = self.of(client) + seconds, self._clock()
        self._used.move_to_end(client)
        if len(self._used) > CLIENTS_REMEMBERED:
            self._used.popitem(last=False)

    def rank(self, client: Hashable) -> float:
        """A number by which clients are in the order of what they have used, at any time: all forget alike."""
        seconds, then = self._used.get(client, (0.0, 0.0))
        return math.log2(seconds) + then / HALF_LIFE_SECONDS if seconds else -math.inf
