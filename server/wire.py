"""HTTP/1.1 as uvicorn speaks it, also with clients that would rather speak HTTP/2."""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_OFFER = re.compile(rb"(?<=\n)upgrade(?=:[ \t]*h2c)", re.IGNORECASE)
_OVERLOOKED = b"x-offer"
"""As long as the name that it takes the place of: nothing moves, whatever the bytes turn out to be."""


class HTTPProtocol(HttpToolsProtocol):
    """Overlooks the offer to go on in HTTP/2, as a server may (RFC 9110, section 7.8).

    Java's own client makes it with every request. The parser would take it for accepted, and leave the body to a
    protocol that never comes.
    """

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if b"h2c" in data:
            head, separator, body = data.partition(b"\r\n\r\n")
            data = _OFFER.sub(_OVERLOOKED, head) + separator + body
        super().data_received(data)
