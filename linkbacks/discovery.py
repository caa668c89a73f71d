"""How a page takes linkbacks: webmention before pingback before trackback, as the page itself says.

Pure: what was fetched goes in, and where to send comes out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from linkbacks.link_header import links
from linkbacks.links import normal

MOST_PAGE_BYTES = 2**20
"""As much of a page is read; what it says of itself stands at its beginning."""
HTML = ("text/html", "application/xhtml+xml", "")


class Protocol(StrEnum):
    """By which a page is told that it is linked to."""

    WEBMENTION = "WEBMENTION"
    PINGBACK = "PINGBACK"
    TRACKBACK = "TRACKBACK"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a page wants to be told, and how."""

    protocol: Protocol
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched: `url` is where it came from in the end, `asked` what was asked for, with names as they come."""

    url: str
    asked: str
    headers: Iterable[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Those of a header, each as it came."""
        return [value for key, value in self.headers if key.lower() == name]


def endpoint_of(page: Page) -> Endpoint | None:
    """The first way in which the page can be told of a link, or None."""
    html = _Html(page)
    for protocol, found in (
        (Protocol.WEBMENTION, _by_header(page, "webmention")),
        (Protocol.WEBMENTION, html.related("webmention")),
        (Protocol.PINGBACK, _resolved(page.url, iter(page.values("x-pingback")))),
        (Protocol.PINGBACK, html.related("pingback")),
        (Protocol.TRACKBACK, html.trackback_of_rdf()),
        (Protocol.TRACKBACK, html.related("trackback")),
    ):
        if url := next(found, None):
            return Endpoint(protocol, url)
    return None


def _by_header(page: Page, relation: str) -> Iterator[str]:
    targets = (target for target, relations in links(page.values("link")) if relation in relations)
    return _resolved(page.url, targets)


def _resolved(base: str, addresses: Iterator[str]) -> Iterator[str]:
    """Absolute addresses of the web; an empty one is where it stands."""
    for address in addresses:
        try:
            url = urljoin(base, address.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            yield url


class _Html:
    """A page's elements; nothing is parsed before somebody asks, nor where it is no HTML."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._parsed: LexborHTMLParser | None = None

    def related(self, relation: str) -> Iterator[str]:
        """Where `<link>` and `<a>` elements of a relation lead, in the order of the document."""
        if self._parse() is not None:
            yield from _resolved(self._base(), self._hrefs(relation))

    def trackback_of_rdf(self) -> Iterator[str]:
        """Where the block that is of this very page says so; it mostly stands in a comment."""
        if not self._is_html():
            return
        own = {normal(self._page.url), normal(self._page.asked)}
        for described in _descriptions(self._text()):
            found = _ATTRIBUTE.findall(described)
            given = {name.lower(): unescape(double or single) for name, double, single in found}
            if _identifies(given.get("dc:identifier", ""), own) and given.get("trackback:ping"):
                yield from _resolved(self._page.url, iter([given["trackback:ping"]]))

    def _hrefs(self, relation: str) -> Iterator[str]:
        parsed = self._parse()
        for node in () if parsed is None else parsed.css("link[rel], a[rel]"):
            href = node.attributes.get("href", None if "href" not in node.attributes else "")
            if "href" in node.attributes and relation in (node.attributes["rel"] or "").lower().split():
                yield href or ""

    def _base(self) -> str:
        parsed = self._parse()
        node = None if parsed is None else parsed.css_first("base[href]")
        href = "" if node is None else node.attributes["href"] or ""
        return next(_resolved(self._page.url, iter([href])), self._page.url) if href else self._page.url

    def _parse(self) -> LexborHTMLParser | None:
        if self._parsed is None and self._is_html():
            self._parsed = LexborHTMLParser(self._text())
        return self._parsed

    def _is_html(self) -> bool:
        type_ = next(iter(self._page.values("content-type")), "")
        return type_.partition(";")[0].strip().lower() in HTML and bool(self._page.body)

    def _text(self) -> str:
        """What matters is mostly ASCII, whatever the rest is written in."""
        type_ = next(iter(self._page.values("content-type")), "")
        named = _CHARSET.search(type_) or _CHARSET.search(self._page.body[:1024].decode("latin-1"))
        body = self._page.body[:MOST_PAGE_BYTES]
        try:
            return body.decode(named[1] if named else "utf-8", "replace")
        except LookupError:
            return body.decode("utf-8", "replace")


def _descriptions(text: str) -> Iterator[str]:
    """The attributes of RDF descriptions; each step is short, whatever the text is, since others wait for it."""
    for opening in _DESCRIPTION.finditer(text):
        end = text.find(">", opening.end(), opening.end() + LONGEST_DESCRIPTION_CHARACTERS)
        if end >= 0:
            yield text[opening.end() : end]


def _identifies(identifier: str, own: set[str]) -> bool:
    try:
        return normal(identifier.strip()) in own
    except ValueError:
        return False


_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
_DESCRIPTION = re.compile("<rdf:Description", re.IGNORECASE)
LONGEST_DESCRIPTION_CHARACTERS = 4000
_ATTRIBUTE = re.compile(r"""([\w:]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
