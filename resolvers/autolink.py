"""Web addresses that stand in a text as they are become links, as readers expect.

Core rules of the Markdown parser, each in one pass. Only http:// and https:// count: guessing that example.md is
a site makes more wrong links than right ones. An address may have letters of any script in it; what ends a
sentence, closes a bracket or cannot be seen belongs to the text around it. It may begin right behind a word of a
script that has no spaces.
"""

import re
from collections import Counter
from collections.abc import Iterator
from unicodedata import category

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from models.text import BLANK

LONGEST_ADDRESS = 2000

_UNSEEN = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_STOPS = "\u3001\u3002\uff0c\uff1b\uff61\uff64"
"""Commas and full stops of scripts that have no space behind them."""
_ADDRESS = re.compile(rf"(?<![a-z0-9_/])https?://[^\s<>\"\uff1c\uff1e{_UNSEEN}{_STOPS}]+", re.IGNORECASE)
_TRAILING = ".,:;!?*_~'"
_CLOSING, _OPENING = ("Pe", "Pf"), ("Ps", "Pi")
_APOSTROPHE = "\u2019"
_VARIATIONS = re.compile(r"[\u034f\ufe00-\ufe0f]")


def link_bare_addresses(state: StateCore) -> None:
    """Put links around the bare addresses of every text that is not in a link already."""
    for token in state.tokens:
        if token.type == "inline" and "://" in token.content:
            token.children = list(_linked(state.md, token.children or []))


def drop_links_without_address(state: StateCore) -> None:
    """Leave of links and images that lead nowhere, `[a]()`, what they say."""
    for token in state.tokens:
        if token.type == "inline" and "]" in token.content:
            token.children = list(_addressed(token.children or []))


def _addressed(tokens: list[Token]) -> Iterator[Token]:
    dropped = False
    for token in tokens:
        if token.type == "image" and not token.attrs.get("src"):
            yield from _addressed(token.children or [])
        elif token.type == "link_open" and not token.attrs.get("href"):
            dropped = True
        elif token.type == "link_close" and dropped:
            dropped = False
        else:
            yield token


def _linked(md: MarkdownIt, tokens: list[Token]) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            yield from _split(md, token)
        else:
            yield token


def _split(md: MarkdownIt, token: Token) -> Iterator[Token]:
    text, done = token.content, 0
    for match in _ADDRESS.finditer(text):
        address = _without_punctuation(_until_closed(match[0][: LONGEST_ADDRESS + 1]))
        href = md.normalizeLink(address)
        if len(address) <= LONGEST_ADDRESS and md.validateLink(href):
            yield _text(text[done : match.start()], token.level)
            yield from _link(address, href, token.level)
            done = match.start() + len(address)
    yield _text(text[done:], token.level)


def _until_closed(address: str) -> str:
    """As far as the first closing mark beyond ASCII that was not opened inside; apostrophes are none."""
    if address.isascii():
        return address
    opened = Counter[str]()
    for place, char in enumerate(address):
        if category(char) in _OPENING:
            opened[char] += 1
        elif _is_closing(char) and not char.isascii() and char != _APOSTROPHE:
            if not opened[_opening(char)]:
                return address[:place]
            opened[_opening(char)] -= 1
    return address


def _without_punctuation(address: str) -> str:
    """Without what belongs to the sentence: punctuation, what is unseen, and a bracket that was not opened inside."""
    while address and _is_trailing(address[-1], address):
        address = address[:-1]
    return address


def _is_trailing(char: str, address: str) -> bool:
    if _is_closing(char):
        opening = _opening(char)
        return not opening or address.count(char) > address.count(opening)
    if char.isascii():
        return char in _TRAILING
    if _VARIATIONS.match(char):  # which make emoji of symbols
        return category(address[-2]) != "So"
    return category(char).startswith("P") or category(char) == "Cf" or char in BLANK


def _is_closing(char: str) -> bool:
    return category(char) in _CLOSING


def _opening(closing: str) -> str:
    """The mark that a closing one closes, which stands one or two places before it in Unicode; or nothing."""
    if closing == "»":
        return "«"
    before = (chr(ord(closing) - distance) for distance in (1, 2))
    return next((char for char in before if category(char) in _OPENING), "")


def _link(address: str, href: str, level: int) -> Iterator[Token]:
    yield Token("link_open", "a", 1, attrs={"href": href}, level=level)
    yield _text(address, level + 1)
    yield Token("link_close", "a", -1, level=level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
