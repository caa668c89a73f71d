"""The request that the payload of a socket's `subscribe` makes.

It says of the same members in other words what `server.http.body` says of those of a body: the payload is one part of
a message of which the protocol has said what else is wrong.
"""

from collections.abc import Mapping
from typing import Any

from compiler import Request
from live import OperationRejected
from live.connections.operation import error_entry


def request_from_payload(payload: Mapping[str, Any]) -> Request:
    """The request. Without a query, the id or the extensions must say which document.

    Raises:
        OperationRejected: it makes none.
    """
    query, name = payload.get("query"), payload.get("operationName")
    variables, extensions = payload.get("variables"), payload.get("extensions")
    document_id = payload.get("documentId")
    if not isinstance(document_id, str | None):
        raise _bad("documentId must be a string.")
    if not isinstance(query, str) and (query is not None or not (extensions or document_id)):
        raise _bad("query must be a string.")
    if not isinstance(name, str | None):
        raise _bad("operationName must be a string.")
    if not isinstance(variables, dict | None):
        raise _bad("variables must be an object.")
    if not isinstance(extensions, dict | None):
        raise _bad("extensions must be an object.")
    return Request(query or None, name or None, variables, extensions, document_id or None)


def _bad(message: str) -> OperationRejected:
    return OperationRejected([error_entry("BAD_REQUEST", f"The payload's {message}")])
