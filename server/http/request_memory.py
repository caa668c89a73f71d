"""What requests hold of the memory for what is under way, and how one that gets none of it is refused."""

from dataclasses import dataclass, field

from starlette.types import Scope

from compiler import Operation
from server.http.context import client_network
from server.http.error_formatting import OVERLOADED_ENTRY
from server.http.http_error import HTTPError
from storage.memory import Budget, unlimited
from storage.reservation import SMALL_BYTES, Reservation, reservation_of_task

RETRY_AFTER_SECONDS = 5
"""Seconds after which what others have under way may have been read."""
LARGEST_DOCUMENT_BYTES = 8 * 2**20
"""About what a document of as many tokens as it may have takes, besides its text."""


@dataclass(frozen=True, slots=True)
class RequestMemory:
    """Opens what each request holds; an answer may have `largest` bytes."""

    memory: Budget = field(default_factory=lambda: unlimited().budget)
    largest: int = 24 * 2**20

    def by(self, scope: Scope) -> Reservation:
        """What the request's client holds for it."""
        return Reservation(self.memory.account(client_network(scope)), self.largest)

    def by_server(self) -> Reservation:
        """What the server holds for itself and for several clients."""
        return Reservation(self.memory.account(None), self.largest)


def overloaded() -> HTTPError:
    """What a client is told for which there is no room."""
    return HTTPError(503, *OVERLOADED_ENTRY, [(b"retry-after", str(RETRY_AFTER_SECONDS).encode())])


def take_document(operation: Operation) -> None:
    """Hold the document that is worked on; short ones are not worth it.

    Raises:
        MemoryBusy: there is no room.
    """
    reservation, length = reservation_of_task.get(), len(operation.source)
    if reservation is not None and length * 16 > SMALL_BYTES:
        reservation.share(operation, min(operation.weight, LARGEST_DOCUMENT_BYTES + 4 * length))
