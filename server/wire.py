"""HTTP/1.1 as uvicorn speaks it: a wire for streams, and patience with clients that would rather speak HTTP/2."""

import re
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from live.transport import WIRE

_OFFER = re.compile(rb"(?<=\n)upgrade(?=:[ \t]*h2c)", re.IGNORECASE)
_OVERLOOKED = b"x-offer"
"""As long as the name that it takes the place of: nothing moves, whatever the bytes turn out to be."""


class HTTPProtocol(HttpToolsProtocol):
    """Offers itself to the application as the wire of an unfinished response: `live.outbox.Wire`.

    It overlooks the offer to go on in HTTP/2, as a server may (RFC 9110, section 7.8). Java's own client makes it with
    every request. The parser would take it for accepted, and leave the body to a protocol that never comes.
    """

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if b"h2c" in data:
            head, separator, body = data.partition(b"\r\n\r\n")
            data = _OFFER.sub(_OVERLOOKED, head) + separator + body
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Another request."""
        super().on_message_begin()
        self.scope["extensions"] = cast("Any", {WIRE: self})

    @property
    def ready(self) -> bool:
        """Whether the connection is open and takes what is written."""
        return not self.flow.write_paused and not self.transport.is_closing()

    def write(self, frame: bytes) -> None:
        """Send a whole chunk."""
        self.transport.write(frame)

    def kick(self, code: int, reason: str) -> None:
        """Break the response off: a peer that does not read would not read its end either."""
        del code, reason
        self.transport.abort()
