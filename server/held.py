"""What requests hold of the memory for what is under way, and how one that gets none of it is refused."""

from dataclasses import dataclass, field

from starlette.types import Scope

from compiler import Operation
from server.context import place_of
from server.mistakes import OVERLOADED
from server.refusal import Refusal
from storage.holding import SMALL_BYTES, Reservation, reservation_of_task
from storage.memory import Budget, unlimited

RETRY_AFTER = 5
"""Seconds after which what others have under way may have been read."""
LARGEST_DOCUMENT = 8 * 2**20
"""About what a document of as many tokens as it may have takes, besides its text."""


@dataclass(frozen=True, slots=True)
class Held:
    """Opens what each request holds; an answer may have `largest` bytes."""

    memory: Budget = field(default_factory=lambda: unlimited().budget)
    largest: int = 24 * 2**20

    def by(self, scope: Scope) -> Reservation:
        """What the request's client holds for it."""
        return Reservation(self.memory.account(place_of(scope)), self.largest)

    def by_server(self) -> Reservation:
        """What the server holds for itself and for several clients."""
        return Reservation(self.memory.account(None), self.largest)


def overloaded() -> Refusal:
    """What a client is told for which there is no room."""
    return Refusal(503, *OVERLOADED, [(b"retry-after", str(RETRY_AFTER).encode())])


def take_document(operation: Operation) -> None:
    """Hold the document that is worked on; short ones are not worth it.

    Raises:
        MemoryBusy: there is no room.
    """
    reservation, length = reservation_of_task.get(), len(operation.source)
    if reservation is not None and length * 16 > SMALL_BYTES:
        reservation.share(operation, min(operation.weight, LARGEST_DOCUMENT + 4 * length))
