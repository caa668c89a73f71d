"""What a client may know of an exception: what it can help, or a request id and nothing else."""

from typing import Any, Protocol

import structlog
from graphql import GraphQLError

from storage import AnswerTooLarge, DatabaseBusy, DatabaseUnavailable, MemoryBusy, StatementTimeout

logger = structlog.stdlib.get_logger("causerie")

OVERLOADED_ENTRY = (
    "OVERLOADED",
    "Too much is under way: read the answers that you have asked for, ask for less at once, or try again soon.",
)
ENTRIES = {
    StatementTimeout: ("TIMEOUT", "This takes too long to answer: ask for less at once."),
    AnswerTooLarge: ("TOO_LARGE", "This answer would be too large: ask for less at once."),
    DatabaseBusy: ("UNAVAILABLE", "Too much is asked of this server at once. Try again soon."),
    MemoryBusy: OVERLOADED_ENTRY,
}
"""Those of which the log knows already, or need not know."""


class RequestWithId(Protocol):
    """The request in which something went wrong."""

    @property
    def request_id(self) -> str:
        """The id under which the log has it."""


def format_error(error: BaseException, asked: RequestWithId) -> dict[str, Any]:
    """The message and the extensions of a GraphQL error. A bug is logged once, with its traceback."""
    match error:
        case GraphQLError(original_error=None):
            return {
                "message": error.message,
                "extensions": {"code": "BAD_REQUEST"} | (error.extensions or {}),
            }
        case GraphQLError(original_error=Exception() as cause):
            return format_error(cause, asked)
        case StatementTimeout() | AnswerTooLarge() | DatabaseBusy() | MemoryBusy():
            return _entry(*ENTRIES[type(error)])
        case DatabaseUnavailable() as unavailable:
            if not unavailable.told:
                logger.error("database unavailable", reason=str(unavailable), request_id=asked.request_id)
            return _entry("UNAVAILABLE", "The database does not answer. Try again soon.")
    logger.error("bug", request_id=asked.request_id, exc_info=error)
    known = _entry("INTERNAL_ERROR", "Internal error. The site's operators can find it by its request id.")
    known["extensions"]["requestId"] = asked.request_id
    return known


def _entry(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}
