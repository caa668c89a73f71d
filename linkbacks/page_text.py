"""The text of a page, or of a part of it, as one line."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from linkbacks.markup import ESCAPABLE, Start, Token

BEFORE_CHARACTERS, AFTER_CHARACTERS = 120, 240
TOKENS_AROUND = 60
"""Of the text around a link, where a page has no summary."""
STYLE = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
"""Elements that are parts of a sentence."""
SECTIONS = frozenset(
    (
        *("head", "title", "body", "main", "article", "section", "nav", "aside", "header", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "form", "address"),
    )
)
"""Elements that no sentence reaches over: what is beyond is a menu, a title, or another text."""
CONTENT = frozenset(("entry-content", "e-content"))
"""Classes of what somebody has written, without what their site says about it."""
_BLANKS = re.compile(r"\s+")


def line(text: str) -> str:
    """The text without line ends."""
    return " ".join(text.split())


def text_of(tokens: Sequence[Token]) -> str:
    """Its text; where an element ends that is no part of a sentence, there is a blank."""
    return _BLANKS.sub(" ", "".join(_texts(tokens)))


def around(page: Sequence[Token], link: int) -> str:
    """The text that a link stands in, as far as its section goes, and what the page calls its content."""
    start, end = _content(page, link)
    first, last = max(start, link - TOKENS_AROUND), min(end, link + TOKENS_AROUND)
    start = next((place + 1 for place in range(link - 1, first - 1, -1) if _parts(page[place])), first)
    end = next((place for place in range(link + 1, last) if _parts(page[place])), last)
    return line(_last_words(text_of(page[start:link])) + _first_words(text_of(page[link:end])))


def _content(page: Sequence[Token], link: int) -> tuple[int, int]:
    """Where the content that has the link begins and ends; all of the page where nothing is called so."""
    for start in range(link - 1, -1, -1):
        token = page[start]
        if isinstance(token, Start) and not CONTENT.isdisjoint(token.attributes.get("class", "").split()):
            end = _end(page, start, token.name)
            return (start + 1, end) if end > link else (0, len(page))
    return 0, len(page)


def _end(page: Sequence[Token], start: int, name: str) -> int:
    depth = 0
    for place in range(start, len(page)):
        token = page[place]
        if not isinstance(token, str) and token.name == name:
            depth += 1 if isinstance(token, Start) else -1
            if not depth:
                return place
    return len(page)


def _parts(token: Token) -> bool:
    return not isinstance(token, str) and token.name in SECTIONS


def _last_words(text: str) -> str:
    if len(text) <= BEFORE_CHARACTERS:
        return text
    first, blank, words = text[-BEFORE_CHARACTERS:].partition(" ")
    return f"…{words if blank else first}"


def _first_words(text: str) -> str:
    if len(text) <= AFTER_CHARACTERS:
        return text
    words, blank, last = text[:AFTER_CHARACTERS].rpartition(" ")
    return f"{words if blank else last}…"


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for before, token in zip(chain([""], tokens), tokens, strict=False):
        if isinstance(token, str):
            yield "" if isinstance(before, Start) and before.name in ESCAPABLE else token
        elif token.name not in STYLE:
            yield " "
