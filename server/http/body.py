"""What a request asks for: a GraphQL request from a JSON body or a query string (GraphQL over HTTP, 5).

Whatever the bytes are, the outcome is a request or a refusal.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from compiler import Request
from live.protocol.encoding import decoded
from server.http.http_error import HTTPError

UNCOUNTED_BYTES = 16 * 1024
"""Bytes of a body that are not worth counting."""


class ClientLeftError(Exception):
    """The client closed the connection: there is nobody to answer."""


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers by name; a repeated one is joined as one list, cookies as one header has them (RFC 9113, 8.2.3)."""
    pairs = scope["headers"]
    headers = dict(pairs)
    if len(headers) < len(pairs):
        headers = {}
        for name, value in pairs:
            between = b"; " if name == b"cookie" else b", "
            headers[name] = headers[name] + between + value if name in headers else value
    return headers


async def read_body(
    receive: Receive, limit: int, declared: bytes | None, take: Callable[[int], None] = lambda _: None
) -> bytes:
    """The whole body, refused with 413 as soon as it is known to be longer than `limit` bytes.

    What comes of it is taken from the memory for what is under way, from a beginning that is too small to count on. How
    long it may take is what `server.protocol.limits` knows.
    """
    if declared is not None and (not declared.isdigit() or int(declared[:20]) > limit):
        raise _too_large(limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
    else:
        body = await _rest_of_body(message, receive, limit, take)
    if len(body) > limit:
        raise _too_large(limit)
    return body


async def read_pieces(receive: Receive, limit: int, refused: HTTPError) -> AsyncGenerator[bytes, None]:
    """A body as it comes, for as long as it is not longer than `limit` bytes. Raises `refused` then."""
    left, more = limit, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        piece: bytes = message.get("body", b"")
        more, left = message.get("more_body", False), left - len(piece)
        if left < 0:
            raise refused
        yield piece


def declares_more(headers: Mapping[bytes, bytes], limit: int) -> bool:
    """Whether a request says that its body is longer than `limit` bytes, or nothing that could be a length."""
    declared = headers.get(b"content-length", b"0")
    return not declared.isdigit() or int(declared[:20]) > limit


async def _rest_of_body(
    message: Mapping[str, Any], receive: Receive, limit: int, take: Callable[[int], None]
) -> bytes:
    body, taken = bytearray(), UNCOUNTED_BYTES
    while True:
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        body += message.get("body", b"")
        if len(body) > taken:
            take(len(body) - taken)
            taken = len(body)
        if not message.get("more_body") or len(body) > limit:
            return bytes(body)
        message = await receive()


def _too_large(limit: int) -> HTTPError:
    return HTTPError(413, "BODY_TOO_LARGE", f"The body may have {limit} bytes at most.")


def request_from_json(body: bytes) -> Request:
    """The request in a JSON body."""
    try:
        members = decoded(body)
    except ValueError as error:
        raise _bad(f"The body is not valid JSON: {error}.") from None
    if isinstance(members, list):
        raise _bad("Batches are not supported: send one operation in a request.")
    if not isinstance(members, dict):
        raise _bad("The body must be a JSON object with the member query.")
    return request_of(members)


def request_from_query_string(query_string: bytes) -> Request:
    """The request in a URL's query, where variables and extensions are JSON texts."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
        members: dict[str, Any] = dict(pairs)
        for name in ("variables", "extensions"):
            if members.get(name):
                members[name] = decoded(members[name])
            else:
                members.pop(name, None)
    except (ValueError, RecursionError) as error:
        raise _bad(f"The address has parameters that cannot be read: {error}.") from None
    return request_of(members)


def request_of(members: Mapping[str, Any]) -> Request:
    """The request that these members make, each of the type that the specification gives it."""
    name = members.get("operationName")
    if not isinstance(name, str | None):
        raise _bad("operationName must be a string.")
    for member in ("variables", "extensions"):
        if not isinstance(members.get(member), dict | None):
            raise _bad(f"{member} must be an object.")
    query, document_id = members.get("query"), members.get("documentId")
    extensions = members.get("extensions") or {}
    if not isinstance(document_id, str | None):
        raise _bad("documentId must be a string.")
    if not isinstance(query, str | None) or not (query or document_id or "persistedQuery" in extensions):
        raise _bad('The request has no query: send the document as a string named "query".')
    return Request(query or None, name or None, members.get("variables"), extensions, document_id or None)


def _bad(message: str) -> HTTPError:
    return HTTPError(400, "BAD_REQUEST", message)
