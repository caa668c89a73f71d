"""A request that is refused before any operation runs, with the status and the GraphQL error that say why."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

Headers = Sequence[tuple[bytes, bytes]]


class HTTPError(Exception):
    """Answered with `status` and one GraphQL error: `code` is for programs, `message` for people."""

    def __init__(self, status: int, code: str, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    @property
    def body(self) -> bytes:
        """The answer's JSON."""
        return errors_body({"message": self.message, "extensions": {"code": self.code}})


def refused_by_engine(error: Mapping[str, Any], headers: Headers = ()) -> HTTPError:
    """What an operation that the server asks for itself was refused with, for whoever asked for its page or feed.

    `headers` are for what may go well another time. A bug is in the log already.
    """
    code, message = error["extensions"]["code"], error["message"]
    match code:
        case "BAD_USER_INPUT":
            return HTTPError(400, code, message)
        case "INTERNAL_ERROR":
            return HTTPError(500, code, message)
    return HTTPError(503, code, message, headers)


def errors_body(*errors: dict[str, Any]) -> bytes:
    """An answer that has errors and no data."""
    return orjson.dumps({"errors": errors})


def cross_site() -> HTTPError:
    """What a page of another site is told."""
    message = "Pages of this origin may not use this API until CAUSERIE_CORS_ORIGINS names it."
    return HTTPError(403, "CROSS_SITE", message)
