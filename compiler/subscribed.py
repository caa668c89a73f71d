"""The operations that subscriptions hold: each once, whoever has asked for it, and all of them weighed.

`Documents` forgets what nobody has asked for lately, but a subscription needs its document as long as it lasts. Blanks
and comments it does not need: `Operation.plain` is what is held.

Half of the room is for clients who hold little. Those who hold much share the other half, first come, first served.
"""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakValueDictionary, finalize

from graphql import GraphQLError

from compiler.errors import RequestError
from compiler.operation import Operation

FULL = (
    "The server holds as many different documents of subscriptions for you as it may. "
    "Send one document with variables for all of yours, or try again later."
)
LITTLE = 256
"""A client that holds no more than one in so many parts of the whole room holds little."""
FOR_MUCH = 2
"""What part of the room is for all others together."""

Name = tuple[str, str | None]


class Hold:
    """An operation is held for a client as long as this is."""

    __slots__ = ("__weakref__", "operation")

    def __init__(self, operation: Operation) -> None:
        self.operation = operation


class _Held:
    """An operation that is held, for whom, and what it weighs; it is counted to the first of them."""

    __slots__ = ("holds", "operation", "payer", "weight")

    def __init__(self, operation: Operation, payer: Hashable) -> None:
        self.operation = operation
        self.holds: WeakValueDictionary[Hashable, Hold] = WeakValueDictionary()
        self.payer = payer
        self.weight = 0


class Subscribed:
    """The operations that are held; no new one beyond `capacity` bytes, or half of it for a client that holds much."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: dict[Name, _Held] = {}
        self._weights: dict[Hashable, int] = {}
        self.weight = 0

    def hold(self, operation: Operation, client: Hashable = None) -> Hold:
        """Hold an operation. One that is held already costs nothing, even if it has been parsed anew since.

        Raises:
            RequestError: there is no room for another one.
        """
        name = operation.source, operation.name
        held = self._held.get(name)
        if held is None:
            self._check(operation.weight, client)
            held = self._held[name] = _Held(operation, client)
            self._weigh(held, operation.weight)
        hold = held.holds.get(client)
        if hold is None:
            hold = held.holds[client] = Hold(held.operation)
            finalize(hold, self._let_go, name, held)
        return hold

    def weigh(self, hold: Hold) -> None:
        """Weigh an operation again, of which more has been planned."""
        held = self._held.get((hold.operation.source, hold.operation.name))
        if held is not None:
            self._weigh(held, hold.operation.weight)

    def _check(self, weight: int, client: Hashable) -> None:
        little = self._weights.get(client, 0) + weight <= self._capacity // LITTLE
        room = self._capacity if little else self._capacity // FOR_MUCH
        if self.weight + weight > room:
            raise RequestError.of(GraphQLError(FULL), code="TOO_MANY_SUBSCRIPTIONS")

    def _let_go(self, name: Name, held: _Held) -> None:
        """One of those for whom it was held needs it no more."""
        others = list(held.holds)
        if held.payer in others:
            return
        weight = held.weight
        self._weigh(held, 0)
        if others:
            held.payer = others[0]
            self._weigh(held, weight)
        elif self._held.get(name) is held:
            del self._held[name]

    def _weigh(self, held: _Held, weight: int) -> None:
        more = weight - held.weight
        held.weight = weight
        self.weight += more
        own = self._weights.pop(held.payer, 0) + more
        if own:
            self._weights[held.payer] = own
