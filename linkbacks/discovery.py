"""How a page takes linkbacks: webmention before pingback before trackback, as the page itself says.

Pure: what was fetched goes in, and where to send comes out.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from linkbacks.charsets import page_text
from linkbacks.link_header import links
from linkbacks.links import normal
from linkbacks.markup import Start, tokens
from runtime.character_references import unescaped

MOST_PAGE_BYTES = 2**20
"""As much of a page is read; what it says of itself stands at its beginning."""
RELATIONS = frozenset(("webmention", "pingback", "trackback"))
MOST_HREFS = 20
"""Of one relation: those behind them are not looked at where none of them is an address of the web."""
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


@dataclass(slots=True)
class _Relations:
    """What a page's elements say: its base, and where those of a relation lead, in the order of the document."""

    base: str = ""
    hrefs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class _Html:
    """A page's elements; nothing is read before somebody asks, nor where it is no HTML."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._found: _Relations | None = None

    def related(self, relation: str) -> Iterator[str]:
        """Where `<link>` and `<a>` elements of a relation lead, in the order of the document."""
        if self._is_html():
            self._found = self._found or _relations(self._text())
            base = next(_resolved(self._page.url, iter([self._found.base])), self._page.url)
            yield from _resolved(base, iter(self._found.hrefs[relation]))

    def trackback_of_rdf(self) -> Iterator[str]:
        """Where the block that is of this very page says so; it mostly stands in a comment."""
        if not self._is_html():
            return
        own = {normal(self._page.url), normal(self._page.asked)}
        for described in _descriptions(self._text()):
            found = _ATTRIBUTE.findall(described)
            given = {name.lower(): unescaped(double or single) for name, double, single in found}
            if _identifies(given.get("dc:identifier", ""), own) and given.get("trackback:ping"):
                yield from _resolved(self._page.url, iter([given["trackback:ping"]]))

    def _is_html(self) -> bool:
        type_ = next(iter(self._page.values("content-type")), "")
        return type_.partition(";")[0].strip().lower() in HTML and bool(self._page.body)

    def _text(self) -> str:
        content_type = next(iter(self._page.values("content-type")), "")
        return page_text(self._page.body[:MOST_PAGE_BYTES], content_type)


def _relations(text: str) -> _Relations:
    """Found without a tree, which hostile pages make as large as they like (`linkbacks.markup`)."""
    found = _Relations()
    for token in tokens(text):
        if not isinstance(token, Start) or "href" not in token.attributes:
            continue
        href = token.attributes["href"]
        if token.name == "base":
            found.base = found.base or href
        elif token.name in ("link", "a"):
            for relation in RELATIONS.intersection(token.attributes.get("rel", "").lower().split()):
                found.hrefs[relation] += [href][: MOST_HREFS - len(found.hrefs[relation])]
    return found


def _descriptions(text: str) -> Iterator[str]:
    """The attributes of RDF descriptions, of which none begins within another: each letter is looked at once."""
    place = 0
    while opening := _DESCRIPTION.search(text, place):
        place = opening.end()
        end = text.find(">", place, place + LONGEST_DESCRIPTION_CHARACTERS)
        if end >= 0:
            yield text[place:end]
            place = end


def _identifies(identifier: str, own: set[str]) -> bool:
    try:
        return normal(identifier.strip()) in own
    except ValueError:
        return False


_DESCRIPTION = re.compile("<rdf:Description", re.IGNORECASE)
LONGEST_DESCRIPTION_CHARACTERS = 4000
_ATTRIBUTE = re.compile(r"""([\w:]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
