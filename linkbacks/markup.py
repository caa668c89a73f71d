"""A page of HTML as its tags and its text, read in time that grows with its length and with nothing else.

Parsers that build the tree of HTML5 do as the standard says, and it says things that take the square of a page's length
in time or in memory: 80 kB became 700 MB. Who looks for a link needs no tree; what is shown of one is rebuilt from
these tokens, well-formed and small.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from runtime.character_references import unescaped

RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
"""Elements that hold text and no tags."""
ESCAPABLE = frozenset(("textarea", "title"))
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_BLANKS = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW}


@dataclass(slots=True)
class Start:
    """The start of an element; of attributes with one name the first counts."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class End:
    """The end of an element."""

    name: str


Token = Start | End | str


def tokens(page: str) -> Iterator[Token]:
    """What a page consists of; nothing of comments, scripts, style sheets and templates. Never raises."""
    hidden = 0
    for token in _tokens(page):
        if not isinstance(token, str) and token.name == "template":
            hidden = hidden + 1 if isinstance(token, Start) else max(0, hidden - 1)
        elif not hidden:
            yield token


def _tokens(page: str) -> Iterator[Token]:
    place = 0
    while place < len(page):
        opening = page.find("<", place)
        if opening < 0:
            yield unescaped(page[place:])
            return
        if opening > place:
            yield unescaped(page[place:opening])
        name = _NAME.match(page, opening + 1)
        if name is None:
            after = _beside(page, opening)
            if after == opening + 1:
                yield "<"
            elif page.startswith("</", opening) and (end := _NAME.match(page, opening + 2)):
                yield End(end[0].lower())
            place = after
            continue
        start = Start(name[0].lower())
        place = _attributes(page, name.end(), start.attributes)
        if place > len(page):
            return  # the page ends within a tag, which is none then
        yield start
        if start.name in RAW:
            end_of_text = _ENDS[start.name].search(page, place)
            until = end_of_text.start() if end_of_text else len(page)
            if start.name in ESCAPABLE:
                yield unescaped(page[place:until])
            place = until


def _beside(page: str, opening: int) -> int:
    """Where it goes on behind a comment, a declaration, or an end tag; just behind the bracket if it is none."""
    following = page[opening + 1 : opening + 2]
    if page.startswith("<!--", opening):
        if page.startswith((">", "->"), opening + 4):
            return page.find(">", opening) + 1
        end = page.find("-->", opening + 4)
        return len(page) if end < 0 else end + 3
    if following not in ("!", "?", "/") or not following:
        return opening + 1
    end = page.find(">", opening)
    return len(page) if end < 0 else end + 1


def _attributes(page: str, place: int, found: dict[str, str]) -> int:
    """Where the tag ends; beyond the page where it does not."""
    while True:
        place = _blank(page, place)
        if place >= len(page):
            return len(page) + 1
        if page[place] == ">":
            return place + 1
        name = _match(_ATTRIBUTE, page, place)
        place += len(name)
        value, place = _value(page, place)
        if place > len(page):
            return place
        found.setdefault(name.lower(), value)


def _value(page: str, place: int) -> tuple[str, int]:
    equals = _EQUALS.match(page, place)
    if equals is None:
        return "", place
    place = equals.end()
    quote = page[place : place + 1]
    if quote in ('"', "'") and quote:
        end = page.find(quote, place + 1)
        return (unescaped(page[place + 1 : end]), end + 1) if end >= 0 else ("", len(page) + 1)
    value = _match(_UNQUOTED, page, place)
    return unescaped(value), place + len(value)


def _blank(page: str, place: int) -> int:
    return place + len(_match(_BLANKS, page, place))


def _match(pattern: re.Pattern[str], page: str, place: int) -> str:
    found = pattern.match(page, place)
    return found[0] if found else ""
