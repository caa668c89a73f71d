"""Addresses of pages of other sites in their normal form: however a page is reached, it has one conversation.

`https://else.example/a/?utm_source=x#top`, `http://ELSE.example:80/a` and `https://else.example/a/index.html` are the
same page. All parameters of the query but those that only tell where a reader comes from matter, in whatever order.
"""

import hashlib
import re
import unicodedata
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import idna

LONGEST_PAGE = 2000
"""Characters of an address."""
DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    r"(?:utm|mtm|pk)_\w+|mc_[ce]id|(?:fb|g|dc|y|ms|tt|tw)clid|[gw]braid|li_fat_id|igshid|_g[al]|_hs(?:enc|mi)"
)
"""Parameters by which newsletters, networks and advertisements tell their readers apart."""
_INDEX = re.compile(r"/index\.(?:php|html?)\Z", re.IGNORECASE)


def shown_page(address: str) -> str:
    """The address to lead readers to, as it was given: without its fragment, and who sent them. Empty: it is none."""
    parts = _parts(address)
    if parts is None:
        return ""
    query = "&".join(
        pair for pair in parts.query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0])
    )
    return urlunsplit((parts.scheme, f"{_host(parts)}{_port(parts)}", parts.path or "/", query, ""))


def page_origin(address: str) -> str:
    """The origin of the page as browsers write it; empty where the address is none."""
    parts = _parts(address)
    return "" if parts is None else f"{parts.scheme}://{_host(parts)}{_port(parts)}"


def page_key(address: str) -> str:
    """What tells pages apart: a digest of the address in its normal form, which fits any index. Empty: it is none."""
    normal = _normal(address)
    return hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest() if normal else ""


def _normal(address: str) -> str:
    """Host, path and query; not the scheme, since sites move to https and keep their conversations."""
    parts = _parts(address)
    if parts is None:
        return ""
    path = unicodedata.normalize("NFC", unquote(parts.path)).rstrip("/")
    while (shorter := _INDEX.sub("", path)) != path:
        path = shorter.rstrip("/")
    query = [
        (unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", value))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(name)
    ]
    return f"{_host(parts)}{_port(parts)}{path}?{urlencode(sorted(query), errors='surrogatepass')}"


def _parts(address: str) -> SplitResult | None:
    """The parts of an address that readers can be led to."""
    address = address.strip()
    if len(address) > LONGEST_PAGE:
        return None
    try:
        parts = urlsplit(address)
        return parts if parts.scheme in DEFAULT_PORTS and _host(parts) and parts.port != 0 else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    """The host as browsers write it."""
    name = (parts.hostname or "").rstrip(".")
    if ":" in name:
        return f"[{name}]"
    return name if name.isascii() else idna.encode(name, uts46=True).decode()


def _port(parts: SplitResult) -> str:
    return "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
