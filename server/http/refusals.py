"""What whoever asks for a page or a feed is told when the operation behind it was refused."""

from compiler import RequestError
from server.http.http_error import HTTPError, refused_by_engine
from server.http.request_memory import RETRY_AFTER_SECONDS, overloaded
from storage import MemoryBusy

LATER = [(b"retry-after", str(RETRY_AFTER_SECONDS).encode())]


def refusal_of(error: Exception) -> HTTPError:
    """For an HTTPError, a RequestError or a StorageError."""
    match error:
        case HTTPError():
            return error
        case RequestError():
            return refused_by_engine(error.errors[0], LATER)
        case MemoryBusy():
            return overloaded()
    return HTTPError(503, "UNAVAILABLE", "The database cannot be asked. Try again in a moment.", LATER)
