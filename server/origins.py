"""Which pages may call: those of this very origin, and those of origins that a setting names.

A browser says of every request which page makes it. Other programs do not, and are let through: no page can
trick them into using somebody's rights.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from server.refusal import cross_site

PREFLIGHT_METHODS = b"GET, HEAD, POST"
PREFLIGHT_HEADERS = b"authorization, content-type, graphql-cost, if-none-match, last-event-id, x-request-id"
EXPOSED_HEADERS = b"etag, x-request-id, retry-after"
_PORT = re.compile(rb"(:\d+)?\Z")


class Origins:
    """Allowed origins, as browsers write them; `*` allows every one, and `:*` at the end every port."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._everyone = "*" in allowed
        self._allowed = frozenset(origin.encode() for origin in allowed)

    def names(self, origin: bytes) -> bool:
        """Whether a setting allows this origin."""
        origin = origin.lower()
        return self._everyone or origin in self._allowed or _PORT.sub(b":*", origin, count=1) in self._allowed

    def admits(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request comes from one of our pages, from an allowed one, or from no page at all."""
        origin = headers.get(b"origin")
        if origin is not None and self.names(origin):
            return True
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        return origin is None or _host_of(origin) == headers.get(b"host", b"").lower()

    def answer_headers(self, headers: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """The CORS headers that let an allowed page of another origin read the answer."""
        origin = headers.get(b"origin")
        if origin is None or not self.names(origin):
            return []
        allow = b"*" if self._everyone else origin
        return [(b"access-control-allow-origin", allow), (b"access-control-expose-headers", EXPOSED_HEADERS)]

    def options_headers(self, headers: Mapping[bytes, bytes], methods: bytes) -> list[tuple[bytes, bytes]]:
        """The answer to OPTIONS: what is allowed here, or to a browser that asks beforehand, what its page may send.

        Raises:
            Refusal: the page may send nothing.
        """
        if b"access-control-request-method" not in headers:
            return [(b"allow", methods)]
        if not self.names(headers.get(b"origin", b"")):
            raise cross_site()
        return [
            *self.answer_headers(headers),
            (b"access-control-allow-methods", PREFLIGHT_METHODS),
            (b"access-control-allow-headers", PREFLIGHT_HEADERS),
            (b"access-control-max-age", b"86400"),
        ]


def _host_of(origin: bytes) -> bytes:
    """Host and port of an origin: schemes are not compared, since a proxy may have ended TLS."""
    return urlsplit(origin.lower().decode("latin-1")).netloc.encode("latin-1")
