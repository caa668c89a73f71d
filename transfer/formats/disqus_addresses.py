"""Addresses in Disqus' exports: of pages, which readers opened in many ways, and of links, which Disqus wrapped."""

import html
import re
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from runtime.character_references import unescaped

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_ga|ref(?:errer|_src)?|replytocom|fb_\w+",
    re.IGNORECASE,
)
LOCAL = re.compile(
    r"localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\]|.*\.(?:local|test|localhost)", re.IGNORECASE
)
_WRAPPED = re.compile(r"https?://disq\.us/url\?([^\s\"'<>]*)")
_PAGE = re.compile(r"index\.(?:html?|php)$", re.IGNORECASE)


def real_address(address: str) -> str:
    """The page's own address, where a translator or a cache showed it; others as they are."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    values = dict(parse_qsl(parts.query))
    if "translate" in parts.netloc and values.get("u", "").startswith("http"):
        return values["u"]
    if parts.netloc.startswith("webcache.") and values.get("q", "").startswith("cache:"):
        return f"http://{values['q'].removeprefix('cache:').partition(':')[2].split(' ')[0].removeprefix('http://')}"
    return address.strip()


def is_local(address: str) -> bool:
    """Whether it is an address that only its author could open."""
    return LOCAL.fullmatch(urlsplit(address).hostname or "") is not None


def page_path(address: str) -> str:
    """What tells pages of one site apart: the path, with what of the query is no tracking; empty if there is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} and not address.startswith("/"):
        return ""
    path = _PAGE.sub("", parts.path) or "/"
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if not TRACKING.fullmatch(key)])
    if "." not in path.rpartition("/")[2] and not path.endswith("/") and not query:
        path += "/"
    return urlunsplit(("", "", path, query, ""))


def unwrapped(message: str) -> str:
    """A message whose links lead where they say, and not first to Disqus."""
    return _WRAPPED.sub(_real_link, message)


def _real_link(match: re.Match[str]) -> str:
    wrapped = parse_qs(unescaped(match[1])).get("url", [""])[0]
    address, colon, signature = wrapped.rpartition(":")
    if not colon or "/" in signature or not address.startswith(("http:", "https:")):
        address = wrapped
    return html.escape(address) if unquote(address).startswith(("http://", "https://")) else match[0]
