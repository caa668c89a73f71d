"""What stands before a request's body, as far as the parser leaves it to the server: RFC 9112 and RFC 6455.

It knows bytes and headers, and no connection.
"""

import base64
import binascii
import re
from collections.abc import Sequence

from server.http.http_error import HTTPError

Pairs = Sequence[tuple[bytes, bytes]]

MOST_HEADERS = 256
"""Headers of one request: browsers and the proxies behind each other that they come through send a few dozen."""
VERSION = b"13"
"""Of the websocket protocol: the only one there is."""
KEY_LENGTH = 16

_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
_TOKENS = re.compile(
    rb"[ \t,]*[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*[ \t,]*"
)
_OTHERS = (
    (
        b"PROXY ",
        "The PROXY protocol is not understood here: turn it off where the proxy is told of this server.",
    ),
    (
        b"\r\n\r\n\x00\r\nQUIT\n",
        "The PROXY protocol is not understood here: turn it off in the proxy's settings.",
    ),
    (b"\x16\x03", "This is plain HTTP: HTTPS is the business of a proxy in front of this server."),
    (b"PRI * HTTP/2.0", "HTTP/2 is the business of a proxy in front of this server: send HTTP/1.1."),
)
"""How those begin who speak something else, and what they are told."""


def length_of(url: bytes, headers: Pairs) -> int:
    """The bytes of a head, or of what has come of it."""
    return len(url) + sum(len(name) + len(value) + 4 for name, value in headers)


def too_long(url: bytes, headers: Pairs, limit: int) -> HTTPError:
    """What is wrong with a head that is longer than the limit: its address, or its headers."""
    if not headers and len(url) > limit // 2:
        return HTTPError(414, "URI_TOO_LONG", f"The address may have about {limit} bytes at most: use POST.")
    return HTTPError(
        431, "HEAD_TOO_LARGE", f"The headers may have {limit} bytes at most, all of them together."
    )


def check_head(version: str, headers: Pairs) -> None:
    """Refuse a request that has too many headers, or does not say well what it is for: RFC 9112, 3.2."""
    if len(headers) > MOST_HEADERS:
        raise HTTPError(431, "HEAD_TOO_LARGE", f"A request may have {MOST_HEADERS} headers at most.")
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1 or (not hosts and version != "1.0"):
        raise _bad("A request needs one Host header.")
    if hosts and not is_host(hosts[0]):
        raise _bad("The Host header is neither a name nor an address, with or without a port.")
    if not all(is_known_coding(value) for name, value in headers if name == b"transfer-encoding"):
        raise HTTPError(501, "NOT_IMPLEMENTED", "No Transfer-Encoding but chunked is understood here.")


def is_host(value: bytes) -> bool:
    """Whether it is a host as RFC 3986 writes it, with or without a port."""
    return _HOST.fullmatch(value) is not None


def is_known_coding(value: bytes) -> bool:
    """Whether a body that is transferred in this way can be read: RFC 9112, 6.1."""
    return value.strip().lower() in (b"chunked", b"identity", b"")


def is_handshake(version: str, headers: Pairs) -> bool:
    """Whether a request to go on in another protocol means a websocket; HTTP/1.0 knows of no such request."""
    protocols = b",".join(value for name, value in headers if name == b"upgrade")
    return version == "1.1" and protocols.strip().lower() == b"websocket"


def check_handshake(method: bytes, headers: Pairs) -> None:
    """Refuse a handshake that the websocket's library would not answer with 101, or not at all: RFC 6455, 4.2."""
    if method != b"GET":
        raise HTTPError(405, "METHOD_NOT_ALLOWED", "A websocket is opened by GET.", [(b"allow", b"GET")])
    if any(
        name == b"transfer-encoding" or (name, value.strip(b"0")) > (b"content-length", b"")
        for name, value in headers
        if name in (b"transfer-encoding", b"content-length")
    ):
        raise _bad("A websocket is opened by a request without a body.")
    found = {name: [value for each, value in headers if each == name] for name in _OF_HANDSHAKES}
    if found[b"sec-websocket-version"] != [VERSION]:
        known = [(b"sec-websocket-version", VERSION), (b"upgrade", b"websocket")]
        raise HTTPError(426, "UPGRADE_REQUIRED", "A websocket needs Sec-WebSocket-Version: 13.", known)
    keys = found[b"sec-websocket-key"]
    if len(keys) != 1 or not _is_key(keys[0]):
        raise _bad("A websocket needs one Sec-WebSocket-Key: 16 bytes in Base64.")
    if not all(map(_TOKENS.fullmatch, found[b"sec-websocket-protocol"])):
        raise _bad("Sec-WebSocket-Protocol is a list of names.")
    if len(found[b"origin"]) > 1:
        raise _bad("A request has one Origin header at most.")


_OF_HANDSHAKES = (b"sec-websocket-version", b"sec-websocket-key", b"sec-websocket-protocol", b"origin")


def not_http(data: bytes) -> HTTPError:
    """What is wrong with bytes that are no request."""
    words = next(
        (words for beginning, words in _OTHERS if data.startswith(beginning)), "This is no HTTP request."
    )
    return _bad(words)


def _is_key(value: bytes) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == KEY_LENGTH
    except binascii.Error:
        return False


def _bad(message: str) -> HTTPError:
    return HTTPError(400, "BAD_REQUEST", message)
