"""Whether a page that was fetched links to where somebody says it does, and what is shown of it then.

Nothing here may run on the event loop: a page may have a megabyte.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from linkbacks.charsets import decoded, named_charset, page_text
from linkbacks.markup import Start, Token, tokens
from linkbacks.page_text import around
from linkbacks.source_words import Words, words_of

LINKS = {
    **dict.fromkeys(("a", "area"), ("href",)),
    **dict.fromkeys(("img", "audio", "source", "iframe", "embed", "track"), ("src",)),
    "video": ("src", "poster"),
    "object": ("data",),
    **dict.fromkeys(("blockquote", "q", "ins", "del"), ("cite",)),
}
"""Attributes that lead from what a reader is shown to somewhere else."""
HTML, TEXT, JSON = ("text/html", "application/xhtml+xml", ""), ("text/plain", "text/markdown"), ("json",)
LONGEST_LINK, MOST_LINKS = 4096, 20_000
"""Of a page with more links, those behind are not looked at: nobody reads it."""
_URL = re.compile(r"https?://[^\s<>\"'`]{1,4096}", re.IGNORECASE)
_BEHIND = ".,;:!?)]}"
"""What a sentence may have behind an address, which is no part of it."""

IsTarget = Callable[[str], bool]


def read_source(body: bytes, content_type: str, url: str, is_target: IsTarget) -> Words | None:
    """What is shown of the page that was found at `url`; None where no link of it `is_target`. Never raises."""
    media = content_type.partition(";")[0].strip().lower()
    if media in HTML:
        return _read_html(page_text(body, content_type), url, is_target)
    text = decoded(body, [named_charset(content_type)])
    if media in TEXT:
        return _read_text(text, is_target)
    if media.rpartition("/")[2].rpartition("+")[2] in JSON:
        return _read_json(text, is_target)
    return None


def _read_html(text: str, url: str, is_target: IsTarget) -> Words | None:
    page = list(tokens(text))
    base = _join(url, next(_bases(page), ""))
    for place, link in _links(page):
        address = _join(base, link)
        if address and is_target(address):
            return words_of(page, place, base)
    return None


def _bases(page: list[Token]) -> Iterator[str]:
    for token in page:
        if isinstance(token, Start) and token.name == "base" and "href" in token.attributes:
            yield token.attributes["href"].strip()


def _links(page: list[Token]) -> Iterator[tuple[int, str]]:
    """Each link once, and where it stands first."""
    seen = set[str]()
    for place, token in enumerate(page):
        for name in LINKS.get(token.name, ()) if isinstance(token, Start) else ():
            link = token.attributes.get(name, "").strip() if isinstance(token, Start) else ""
            if link and len(link) <= LONGEST_LINK and link not in seen:
                seen.add(link)
                yield place, link
            if len(seen) >= MOST_LINKS:
                return


def _join(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _read_text(text: str, is_target: IsTarget) -> Words | None:
    for found in _URL.finditer(text):
        if is_target(found[0]) or is_target(found[0].rstrip(_BEHIND)):
            before, after = text[max(0, found.start() - 300) : found.start()], text[found.start() :][:500]
            return Words(excerpt=around([before, after], 1))
    return None


def _read_json(text: str, is_target: IsTarget) -> Words | None:
    try:
        values: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return None
    while values:
        value = values.pop()
        if isinstance(value, dict | list):
            values.extend(value.values() if isinstance(value, dict) else value)
        elif isinstance(value, str) and len(value) <= LONGEST_LINK and is_target(value):
            return Words()
    return None
