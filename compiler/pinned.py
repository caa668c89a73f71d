"""The operations that subscriptions pin: each once, for all who have asked for it, and all of them weighed.

`DocumentCache` forgets what nobody has asked for lately, but a subscription needs its document as long as it lasts.
Blanks and comments it does not need: `Operation.plain` is what is pinned.

Half of the room is for clients who hold little. Those who hold much share the other half, first come, first served.
"""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakValueDictionary, finalize

from graphql import GraphQLError

from compiler.errors import RequestError
from compiler.operation import Operation

NO_ROOM = (
    "The server holds as many different documents of subscriptions for you as it may. "
    "Send one document with variables for all of yours, or try again later."
)
SMALL_HOLDER_PART = 256
"""A client that holds no more than this part of the whole room, one in 256, holds little."""
LARGE_HOLDERS_PART = 2
"""What part of the room is for all others together."""

Name = tuple[str, str | None]


class Pin:
    """An operation stays pinned for a client as long as this object is referred to."""

    __slots__ = ("__weakref__", "operation")

    def __init__(self, operation: Operation) -> None:
        self.operation = operation


class _Pinned:
    """An operation that is pinned, for whom, and what it weighs; it is counted to the first of them."""

    __slots__ = ("operation", "payer", "pins", "weight")

    def __init__(self, operation: Operation, payer: Hashable) -> None:
        self.operation = operation
        self.pins: WeakValueDictionary[Hashable, Pin] = WeakValueDictionary()
        self.payer = payer
        self.weight = 0


class PinnedOperations:
    """The operations that are pinned: `capacity` bytes at most, half of them for clients that hold much."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pinned: dict[Name, _Pinned] = {}
        self._weights: dict[Hashable, int] = {}
        self.weight = 0

    def pin(self, operation: Operation, client: Hashable = None) -> Pin:
        """Pin an operation. One that is pinned already costs nothing, even if it has been parsed anew since.

        Raises:
            RequestError: there is no room for another one.
        """
        name = operation.source, operation.name
        pinned = self._pinned.get(name)
        if pinned is None:
            self._check(operation.weight, client)
            pinned = self._pinned[name] = _Pinned(operation, client)
            self._weigh(pinned, operation.weight)
        pin = pinned.pins.get(client)
        if pin is None:
            pin = pinned.pins[client] = Pin(pinned.operation)
            finalize(pin, self._let_go, name, pinned)
        return pin

    def weigh(self, pin: Pin) -> None:
        """Weigh an operation again, of which more has been planned."""
        pinned = self._pinned.get((pin.operation.source, pin.operation.name))
        if pinned is not None:
            self._weigh(pinned, pin.operation.weight)

    def _check(self, weight: int, client: Hashable) -> None:
        little = self._weights.get(client, 0) + weight <= self._capacity // SMALL_HOLDER_PART
        room = self._capacity if little else self._capacity // LARGE_HOLDERS_PART
        if self.weight + weight > room:
            raise RequestError.of(GraphQLError(NO_ROOM), code="TOO_MANY_SUBSCRIPTIONS")

    def _let_go(self, name: Name, pinned: _Pinned) -> None:
        """One of those for whom it was pinned needs it no more."""
        others = list(pinned.pins)
        if pinned.payer in others:
            return
        weight = pinned.weight
        self._weigh(pinned, 0)
        if others:
            pinned.payer = others[0]
            self._weigh(pinned, weight)
        elif self._pinned.get(name) is pinned:
            del self._pinned[name]

    def _weigh(self, pinned: _Pinned, weight: int) -> None:
        more = weight - pinned.weight
        pinned.weight = weight
        self.weight += more
        own = self._weights.pop(pinned.payer, 0) + more
        if own:
            self._weights[pinned.payer] = own
