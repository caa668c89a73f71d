"""What every answer over HTTP says besides its body."""

from collections.abc import Mapping, Sequence

from starlette.types import Send

from server.http.entity_tags import entity_tag, is_known
from server.http.http_error import Headers, HTTPError
from server.http.media import HTML, JSON, RESPONSE, TEXT

OK = 200
PIECE_BYTES = 256 * 1024
"""Bytes that are handed on at once; the rest waits until they have been read."""
NOT_MODIFIED = 304

_CONTENT_TYPES = {media: f"{media}; charset=utf-8".encode() for media in (JSON, RESPONSE, TEXT, HTML)}
ALWAYS = [
    (b"vary", b"accept, authorization, graphql-cost, origin"),
    (b"x-content-type-options", b"nosniff"),
]
"""Headers of every response."""


def headers_for(media: str | None, more: Headers) -> list[tuple[bytes, bytes]]:
    """All headers but the length; without a media type there is no body."""
    headers = [*ALWAYS, *more]
    if not any(name == b"cache-control" for name, _ in more):
        headers.append((b"cache-control", b"no-store"))
    if media is not None:
        headers.append((b"content-type", _CONTENT_TYPES.get(media, _CONTENT_TYPES[JSON])))
    return headers


def revalidated(headers: Mapping[bytes, bytes], body: bytes) -> tuple[int, bytes, Headers]:
    """A good answer to GET: caches may keep it, and ask each time whether it is still right."""
    etag = entity_tag(body)
    scope = b"private" if b"authorization" in headers else b"public"
    more = [(b"etag", etag), (b"cache-control", scope + b", no-cache")]
    if is_known(etag, headers):
        return NOT_MODIFIED, b"", more
    return OK, body, more


async def respond(send: Send, status: int, media: str | None, body: bytes, more: Headers) -> None:
    """Send a whole response."""
    if status == NOT_MODIFIED:
        media = None
    headers = headers_for(media, more)
    await send_whole(send, status, headers, body)


async def send_whole(send: Send, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
    """Send a response with these headers, to which its length comes where it has a body."""
    lines = list(headers)
    if any(name == b"content-type" for name, _ in lines):
        lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    for start in range(
        0, len(body) - PIECE_BYTES, PIECE_BYTES
    ):  # or all of it would be kept until the last byte is read
        await send(
            {"type": "http.response.body", "body": body[start : start + PIECE_BYTES], "more_body": True}
        )
    await send(
        {"type": "http.response.body", "body": body[max(0, -(-len(body) // PIECE_BYTES) - 1) * PIECE_BYTES :]}
    )


def plain(http_error: HTTPError, more: Headers) -> tuple[bytes, bytes]:
    """The headers and the body of a refusal that no application sends: the connection ends with it."""
    body = http_error.body
    length = (b"content-length", str(len(body)).encode())
    headers = [*headers_for(JSON, http_error.headers), *more, length, (b"connection", b"close")]
    return b"".join([b"%b: %b\r\n" % header for header in headers]) + b"\r\n", body
