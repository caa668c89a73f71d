"""Entity tags: what tells a client that it has a response already (RFC 9110, 8.8.3 and 13.1.2)."""

from collections.abc import Mapping
from hashlib import blake2b


def entity_tag(body: bytes) -> bytes:
    """The strong tag of these bytes: another one for others, the same on every machine and after every restart."""
    return b'"%b"' % blake2b(body, digest_size=16).hexdigest().encode()


def is_known(etag: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """Whether the If-None-Match of a request names this tag; a proxy may have marked it as weak."""
    known = {tag.strip().removeprefix(b"W/") for tag in headers.get(b"if-none-match", b"").split(b",")}
    return etag in known or b"*" in known
