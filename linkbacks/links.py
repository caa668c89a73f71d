"""The pages that a text links to: what linkbacks are sent for."""

from collections.abc import Iterable, Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from linkbacks.markup import Start, tokens
from linkbacks.web_address import DEFAULT_PORTS, normal_address

MOST_LINKS = 200
"""Of one text; those behind them are told nothing."""
LONGEST_URL_CHARACTERS = 2000


def links_of(html: str, page: str) -> list[str]:
    """Addresses of other sites that a text links to, each once, in the order of the text.

    `page` is where the text stands: what it calls its own is left out, and it is not told of itself. An address is as
    it is written, since whoever looks for it there compares texts; two that differ in nothing that is sent to a server
    are one.
    """
    anchors = (token for token in tokens(html) if isinstance(token, Start) and token.name == "a")
    hrefs = (anchor.attributes.get("href") for anchor in anchors)
    own = _site(page)
    links: dict[str, str] = {}
    for url in _absolute(hrefs, page):
        if _site(url) != own:
            links.setdefault(normal(url), url)
    return [*links.values()][:MOST_LINKS]


def normal(url: str) -> str:
    """The same text for all ways to write an address that ask a server for the same."""
    return normal_address(url) or urldefrag(url).url


def _absolute(hrefs: Iterable[str | None], page: str) -> Iterator[str]:
    for href in hrefs:
        try:
            url = urljoin(page, (href or "").strip())
            site = _site(url)
        except ValueError:
            continue
        if site and len(url) <= LONGEST_URL_CHARACTERS and url.isprintable() and " " not in url:
            yield url


def _site(url: str) -> str:
    """The host, and the port where it is not the usual one; empty where there is none that could be asked."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return ""
    port = parts.port
    usual = port is None or port == DEFAULT_PORTS[parts.scheme]
    return parts.hostname if usual else f"{parts.hostname}:{port}"
