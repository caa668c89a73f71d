"""The operations that subscriptions hold: each once, whoever has asked for it, and all of them weighed.

`Documents` forgets what nobody has asked for lately, but a subscription needs its document as long as it lasts.
"""

from __future__ import annotations

from weakref import WeakValueDictionary, finalize

from graphql import GraphQLError

from compiler.errors import RequestError
from compiler.operation import Operation

FULL = (
    "The server holds as many different documents of subscriptions as it may. "
    "Send one document with variables for all of yours, or try again later."
)

Name = tuple[str, str | None]


class Hold:
    """An operation is held as long as this is."""

    __slots__ = ("__weakref__", "operation")

    def __init__(self, operation: Operation) -> None:
        self.operation = operation


class Subscribed:
    """The operations that are held; no new one beyond `capacity` bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._holds: WeakValueDictionary[Name, Hold] = WeakValueDictionary()
        self._weights: dict[Name, int] = {}
        self.weight = 0

    def hold(self, operation: Operation) -> Hold:
        """Hold an operation. One that is held already costs nothing, even if it has been parsed anew since.

        Raises:
            RequestError: there is no room for another one.
        """
        name = operation.source, operation.name
        hold = self._holds.get(name)
        if hold is None:
            if self.weight + operation.weight > self._capacity:
                raise RequestError.of(GraphQLError(FULL), code="TOO_MANY_SUBSCRIPTIONS")
            hold = self._holds[name] = Hold(operation)
            finalize(hold, self._weigh, name, 0)
            self._weigh(name, operation.weight)
        return hold

    def weigh(self, hold: Hold) -> None:
        """Weigh an operation again, of which more has been planned."""
        self._weigh((hold.operation.source, hold.operation.name), hold.operation.weight)

    def _weigh(self, name: Name, weight: int) -> None:
        self.weight += weight - self._weights.pop(name, 0)
        if weight:
            self._weights[name] = weight
