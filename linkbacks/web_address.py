"""Addresses of pages in one form, so that the same page is one, however its address is written."""

import hashlib
import re
from urllib.parse import quote, urlsplit

import idna

LONGEST = 2000
"""Characters of an address that can be a source or a target."""
DEFAULT_PORTS = {"http": 80, "https": 443}
_UNFIT = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}]")
_KEPT = "!#$%&'()*+,/:;=?@[]~"
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")


def normal_address(address: str) -> str:
    """The absolute http or https address without its fragment; empty where it is none that a page can have."""
    address = address.strip(" \t\r\n\f")
    if not 0 < len(address) <= LONGEST or _UNFIT.search(address):
        return ""
    try:
        parts = urlsplit(address)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:  # UnicodeError and IDNAError are such
        return ""
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc or port == 0:
        return ""
    place = host if port in (None, DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    below = quote((parts.path or "/") + query, safe=_KEPT, errors="replace")
    found = f"{scheme}://{place}{_ESCAPE.sub(lambda escape: escape[0].upper(), below)}"
    return found if len(found) <= 2 * LONGEST else ""


def digest(address: str) -> str:
    """By which a page is known again, however its address is written."""
    return hashlib.sha256((normal_address(address) or address).encode()).hexdigest()


def _host(name: str) -> str:
    if ":" in name:
        return f"[{name}]"
    name = name.removesuffix(".")
    return name if name.isascii() else idna.encode(name, uts46=True).decode()
