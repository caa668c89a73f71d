"""What is shown of a page that links here: by its microformats, by what it tells other sites, or by its title."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from linkbacks.markup import ESCAPABLE, VOID, End, Start, Token

MOST_TOKENS, MOST_CHARACTERS, MOST_LEVELS = 3000, 24 * 1024, 40
"""Of an entry that is read for its microformats."""
ENTRIES_TRIED = 5
BEFORE_CHARACTERS, AFTER_CHARACTERS = 120, 240
"""Of the text around a link, where a page has no summary."""
KEPT = ("class", "href", "src", "alt", "title", "datetime", "value", "content")
STYLE = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
"""What parsers open again in each paragraph until it is closed; it stays where it is a microformat."""
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Words:
    """What a page, or who speaks for it, says of itself: lines of any length, and empty where it says nothing."""

    title: str = ""
    excerpt: str = ""
    site_name: str = ""
    author_name: str = ""


def words_of(page: Sequence[Token], link: int, url: str) -> Words:
    """What the page at `url` says, whose token at `link` is the one that links here. Never raises."""
    metas, entry = _metas(page), _entry(page, link, url)
    return Words(
        title=entry.title or metas.get("og:title", "") or _title(page),
        excerpt=entry.excerpt
        or metas.get("og:description")
        or metas.get("description")
        or around(page, link),
        site_name=metas.get("og:site_name", "") or metas.get("application-name", ""),
        author_name=entry.author_name or metas.get("author", ""),
    )


def around(page: Sequence[Token], link: int) -> str:
    """The text that a link stands in."""
    before = "".join(_texts(page[max(0, link - 60) : link]))
    after = "".join(_texts(page[link : link + 60]))
    if len(before) > BEFORE_CHARACTERS:
        before = before[-BEFORE_CHARACTERS:].partition(" ")[2]
    return line(before + after[:AFTER_CHARACTERS])


def line(text: str) -> str:
    """The text without line ends."""
    return " ".join(text.split())


def _texts(page: Sequence[Token]) -> Iterator[str]:
    """Its text; where an element ends that is no part of a sentence, there is a blank."""
    before: Token = ""
    for token in page:
        if isinstance(token, str):
            yield "" if isinstance(before, Start) and before.name in ESCAPABLE else token
        elif token.name not in STYLE:
            yield " "
        before = token


def _title(page: Sequence[Token]) -> str:
    for token, after in pairwise(page):
        if isinstance(token, Start) and token.name == "title" and isinstance(after, str):
            return line(after)
    return ""


def _metas(page: Sequence[Token]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for token in page:
        if isinstance(token, Start) and token.name == "meta":
            name = token.attributes.get("property") or token.attributes.get("name") or ""
            found.setdefault(name.lower(), line(token.attributes.get("content", "")))
    return found


def _entry(page: Sequence[Token], link: int, url: str) -> Words:
    """By the h-entry that the link stands in, or else the first one."""
    entries = [place for place, token in enumerate(page) if _is_entry(token)]
    around_link = [place for place in entries if place < link][: -ENTRIES_TRIED - 1 : -1]
    for place in around_link:
        markup, end = rebuilt(page, place)
        if link < end:
            return _microformats(markup, url)
    return _microformats(rebuilt(page, entries[0])[0], url) if entries else Words()


def _is_entry(token: Token) -> bool:
    return isinstance(token, Start) and "h-entry" in token.attributes.get("class", "").split()


def rebuilt(page: Sequence[Token], place: int) -> tuple[str, int]:
    """The element that begins at a place, well-formed, not deep, and not long; and where it ends or is cut."""
    written, opened, length, at = list[str](), list[str](), 0, place
    for at, token in enumerate(page[place : place + MOST_TOKENS], place):  # noqa: B007 - it is needed afterwards
        piece = _piece(token, opened)
        written.append(piece)
        length += len(piece)
        if not opened or length > MOST_CHARACTERS:
            break
    return "".join([*written, *(f"</{name}>" for name in reversed(opened))]), at + 1


def _piece(token: Token, opened: list[str]) -> str:
    if isinstance(token, str):
        return escape(token[:MOST_CHARACTERS])
    if isinstance(token, End):
        return _closing(token.name, opened)
    if not _NAME.fullmatch(token.name) or len(opened) >= MOST_LEVELS or _is_style(token):
        return ""
    if token.name not in VOID:
        opened.append(token.name)
    kept = {name: token.attributes[name][:1000] for name in KEPT if name in token.attributes}
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    return f"<{token.name}{attributes}>"


def _closing(name: str, opened: list[str]) -> str:
    """Close what is open up to an element of this name; nothing where there is none."""
    if name not in opened:
        return ""
    closed = []
    while opened:
        closed.append(opened.pop())
        if closed[-1] == name:
            break
    return "".join(f"</{each}>" for each in closed)


def _is_style(token: Start) -> bool:
    classes = token.attributes.get("class", "")
    return token.name in STYLE and not re.search(r"\b(?:h|p|u|e|dt)-", classes)


def _microformats(markup: str, url: str) -> Words:
    # A quarter of a second that a server which is sent no linkbacks never needs.
    import mf2py  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        items = mf2py.parse(doc=markup, url=url, html_parser="lxml")["items"]
    except Exception:  # noqa: BLE001 - whatever somebody's page does to a parser, it has a title
        return Words()
    found = items[0]["properties"] if items and isinstance(items[0], dict) else {}
    name, content = _first(found, "name"), _first(found, "content")
    is_title = name and not content.startswith(name[:60])
    return Words(
        title=name if is_title else "",
        excerpt=_first(found, "summary") or content,
        author_name=_first(found, "author"),
    )


def _first(properties: Mapping[str, Any], name: str) -> str:
    values = properties.get(name) or [""]
    value = values[0]
    if isinstance(value, dict):
        value = _first(value.get("properties") or {}, "name") or value.get("value") or ""
    return line(value) if isinstance(value, str) else ""
