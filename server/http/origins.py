"""Which pages may call: those of this very origin, and those of origins that a setting names.

A browser says of every request which page makes it. Other programs do not, and are let through: no page can
trick them into using somebody's rights. Nor can a page choose `Host`, or send `X-Forwarded-…` before it is allowed to.
"""

import re
from collections.abc import Mapping

from server.http.http_error import cross_site

PREFLIGHT_METHODS = b"GET, HEAD, POST"
PREFLIGHT_HEADERS = b"authorization, content-type, graphql-cost, if-none-match, last-event-id, x-request-id"
EXPOSED_HEADERS = b"etag, x-request-id, retry-after"
_PORT = re.compile(rb"(:\d+)?\Z")
_DEFAULT_PORT = re.compile(rb":(80|443)\Z")
_PAGE = re.compile(rb"https?://([^/?#@,\s]+)")
_HEADER_NAMES = re.compile(rb"[\w!#$%&'*+.^`|~-]+(, [\w!#$%&'*+.^`|~-]+)*", re.ASCII)


class Origins:
    """Allowed origins, as browsers write them; `*` allows every one, and `:*` at the end every port."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._everyone = "*" in allowed
        self._allowed = frozenset(origin.encode() for origin in allowed)

    def names(self, origin: bytes) -> bool:
        """Whether a setting allows this origin."""
        origin = origin.lower()
        return self._everyone or origin in self._allowed or _PORT.sub(b":*", origin, count=1) in self._allowed

    def admits(self, headers: Mapping[bytes, bytes], *, proxied: bool = False) -> bool:
        """Whether a request comes from one of our pages, from an allowed one, or from no page at all.

        `proxied` says whether a trusted proxy has brought it.
        """
        origin = headers.get(b"origin")
        if origin is not None and self.names(origin):
            return True
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        return origin is None or _is_ours(origin, addresses_of(headers, proxied=proxied))

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
            HTTPError: the page may send nothing.
        """
        if b"access-control-request-method" not in headers:
            return [(b"allow", methods)]
        if not self.names(headers.get(b"origin", b"")):
            raise cross_site()
        return [
            *self.answer_headers(headers),
            (b"access-control-allow-methods", PREFLIGHT_METHODS),
            (b"access-control-allow-headers", _allowed(headers)),
            (b"access-control-max-age", b"86400"),
            (b"vary", b"access-control-request-method, access-control-request-headers"),
        ]


def addresses_of(headers: Mapping[bytes, bytes], *, proxied: bool) -> list[bytes]:
    """Host and port that the client asked for: `Host` as it has arrived, and what a trusted proxy says of it.

    Of a list the last counts, which is the proxy's own word; what stands before it came with the request.
    """
    hosts = [headers.get(b"host", b"")]
    if proxied:
        hosts.append(_last(headers.get(b"x-forwarded-host", b"")))
        port = _last(headers.get(b"x-forwarded-port", b""))
        if port.isdigit():
            hosts += [b"%b:%b" % (host, port) for host in hosts if not _PORT.search(host)[0]]  # type: ignore[index]
    return [host for host in hosts if host]


def _is_ours(origin: bytes, addresses: list[bytes]) -> bool:
    """Whether a page is of one of these addresses.

    Schemes are not compared, since a proxy may have ended TLS; so either one's port is as good as none.
    """
    page = _PAGE.fullmatch(origin.lower())
    known = {address.lower() for address in addresses}
    return page is not None and page[1] in known | {_DEFAULT_PORT.sub(b"", address) for address in known}


def _last(words: bytes) -> bytes:
    return words.rpartition(b",")[2].strip()


def _allowed(headers: Mapping[bytes, bytes]) -> bytes:
    """The headers that an allowed page may send: those that it asks for, since clients and monitors have their own."""
    names = headers.get(b"access-control-request-headers", b"").lower().split(b",")
    asked = b", ".join(name.strip(b" \t") for name in names)
    return asked if _HEADER_NAMES.fullmatch(asked) else PREFLIGHT_HEADERS
