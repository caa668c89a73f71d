"""What is shown of a page that links here: by its microformats, by what it tells other sites, or by its title."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import Any

from linkbacks.markup import VOID, End, Start, Token
from linkbacks.page_text import STYLE, around, line
from linkbacks.page_title import headings, parted, title_of, without_site

MOST_TOKENS, MOST_CHARACTERS, MOST_LEVELS = 3000, 24 * 1024, 40
"""Of an entry that is read for its microformats."""
ENTRIES = frozenset(("h-entry", "hentry"))
ENTRIES_TRIED = 5
KEPT = ("class", "href", "src", "alt", "title", "datetime", "value", "content")
CLASSIC = frozenset(
    ("hentry", "entry-title", "entry-summary", "entry-content", "author", "vcard", "fn", "url", "bookmark")
)
"""The microformats of 2005, which most themes of WordPress have."""
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
    title, site = parted(title_of(page), chain((entry.title,), headings(page, link, url)))
    site = metas.get("og:site_name") or metas.get("application-name") or site
    return Words(
        title=entry.title or without_site(metas.get("og:title") or title, site),
        excerpt=entry.excerpt
        or metas.get("og:description")
        or metas.get("description")
        or around(page, link),
        site_name=site,
        author_name=entry.author_name or metas.get("author", ""),
    )


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
    return isinstance(token, Start) and not ENTRIES.isdisjoint(token.attributes.get("class", "").split())


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
    """What parsers open again in each paragraph until it is closed; it stays where it is a microformat."""
    classes = token.attributes.get("class", "")
    is_microformat = re.search(r"\b(?:h|p|u|e|dt)-", classes) or not CLASSIC.isdisjoint(classes.split())
    return token.name in STYLE and not is_microformat


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
