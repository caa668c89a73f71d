"""Web addresses that stand in a text as they are become links, as readers expect.

A core rule of the Markdown parser, in one pass. Only http:// and https:// count: guessing that example.md is
a site makes more wrong links than right ones.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

LONGEST_ADDRESS = 2000

_ADDRESS = re.compile(r"(?<![\w/])https?://[^\s<>\"]+", re.IGNORECASE)
_TRAILING = ".,:;!?*_~'"


def link_bare_addresses(state: StateCore) -> None:
    """Put links around the bare addresses of every text that is not in a link already."""
    for token in state.tokens:
        if token.type == "inline" and "://" in token.content:
            token.children = list(_linked(state.md, token.children or []))


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
        address = _without_punctuation(match[0])
        if len(address) <= LONGEST_ADDRESS:
            yield _text(text[done : match.start()], token.level)
            yield from _link(md, address, token.level)
            done = match.start() + len(address)
    yield _text(text[done:], token.level)


def _without_punctuation(address: str) -> str:
    """Without what belongs to the sentence: punctuation, and a parenthesis that was not opened inside."""
    address = address[: LONGEST_ADDRESS + 1]
    while True:
        shorter = address.rstrip(_TRAILING)
        for opening, closing in ("()", "[]", "{}"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def _link(md: MarkdownIt, address: str, level: int) -> Iterator[Token]:
    yield Token("link_open", "a", 1, attrs={"href": md.normalizeLink(address)}, level=level)
    yield _text(address, level + 1)
    yield Token("link_close", "a", -1, level=level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
