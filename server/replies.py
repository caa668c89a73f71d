"""What every answer over HTTP says besides its body."""

from starlette.types import Send

from server.media import JSON, RESPONSE
from server.refusal import Headers

NOT_MODIFIED = 304

_CONTENT_TYPES = {media: f"{media}; charset=utf-8".encode() for media in (JSON, RESPONSE)}
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


async def respond(send: Send, status: int, media: str | None, body: bytes, more: Headers) -> None:
    """Send a whole response."""
    if status == NOT_MODIFIED:
        media = None
    headers = headers_for(media, more)
    if media is not None:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
