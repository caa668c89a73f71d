"""Text in which empty lines part paragraphs, mixed with HTML, as HTML: what old editors leave to be done when shown.

Block-level elements stay as they are, and so does everything in preformatted ones. A run of text and inline elements
between them becomes paragraphs, and each line end in it a line break.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:[^<>"']|"[^"]{0,4000}"|'[^']{0,4000}')*+)>""")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")
_LINE_END = re.compile(r"((?:<br\s*/?>)?(?<![ \t])[ \t]*\n[ \t]*)|<[^<>]*>", re.IGNORECASE)
_LONE_ADDRESS = re.compile(r"^[ \t]*(https?://[^\s<>\"']+)[ \t]*$", re.MULTILINE)

PREFORMATTED = {"pre", "script", "style", "textarea", "svg", "math"}
CONTAINERS = {
    "div",
    "section",
    "article",
    "aside",
    "main",
    "header",
    "footer",
    "nav",
    "figure",
    "form",
    "fieldset",
}
CONTAINERS |= {"details", "li", "dd", "td", "th", "center", "noscript", "hgroup"}
LINES = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "address",
    "caption",
    "figcaption",
    "legend",
    "summary",
}
STRUCTURE = {
    "ul",
    "ol",
    "menu",
    "dl",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "colgroup",
    "col",
    "map",
    "hr",
    "area",
}
BLOCKS = CONTAINERS | LINES | STRUCTURE | PREFORMATTED | {"blockquote"}
VOID = {"hr", "col", "area"}
SIBLINGS = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr"},
}
"""Which open elements an element ends when it begins."""


@dataclass(frozen=True, slots=True)
class Token:
    """Some text or one tag; that of a preformatted element is all of it."""

    text: str
    block: str = ""
    is_end: bool = False
    is_whole: bool = False


def tokens(markup: str) -> Iterator[Token]:
    """Markup as text and tags; text is everything that does not begin or end a block."""
    at, endless = 0, set[str]()
    position = 0
    while tag := _TAG.search(markup, position):
        position = _end_of(tag, markup, endless)
        name = tag[2].lower()
        if name not in BLOCKS:
            continue
        if tag.start() > at:
            yield Token(markup[at : tag.start()])
        is_whole = position > tag.end() or name in VOID
        yield Token(markup[tag.start() : position], name, bool(tag[1]), is_whole)
        at = position
    if at < len(markup):
        yield Token(markup[at:])


def _end_of(tag: re.Match[str], markup: str, endless: set[str]) -> int:
    name = tag[2].lower()
    if tag[1] or name not in PREFORMATTED or name in endless:
        return tag.end()
    end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(markup, tag.end())
    if end is None:
        endless.add(name)
        return tag.end()
    return end.end()


def paragraphed(text: str) -> str:
    """Text with paragraphs and line breaks. Its lines end with a line feed alone, and it has no comments of HTML."""
    return _Paragraphs(_paragraphs).of(text) if "<" in text else _paragraphs(text, "").strip()


def linked(markup: str) -> str:
    """Markup that has its paragraphs, in which an address alone on a line becomes a link."""
    return _Paragraphs(lambda run, _: _with_links(run)).of(markup)


@dataclass(slots=True)
class _Paragraphs:
    """Goes through tokens, and knows which blocks are open."""

    run: Callable[[str, str], str]
    open: list[str] = field(default_factory=list)

    def of(self, text: str) -> str:
        return "".join(self._token(token) for token in tokens(text)).strip()

    def _token(self, token: Token) -> str:
        if not token.block:
            return self.run(token.text, self.open[-1] if self.open else "")
        if token.is_end:
            self._end(token.block)
        elif not token.is_whole:
            self._begin(token.block)
        return token.text

    def _begin(self, name: str) -> None:
        while self.open and (self.open[-1] == "p" or self.open[-1] in SIBLINGS.get(name, ())):
            self.open.pop()
        self.open.append(name)

    def _end(self, name: str) -> None:
        if name in self.open:
            while self.open.pop() != name:
                pass


def _paragraphs(run: str, inside: str) -> str:
    if inside in PREFORMATTED | STRUCTURE:
        return run
    if not run.strip():
        return "\n" if "\n" in run else run
    parts = [_with_breaks(_with_links(part)) for part in _EMPTY_LINES.split(run.strip("\n")) if part.strip()]
    if inside == "p":
        return "</p>\n<p>".join(parts)
    if inside in LINES or (inside in CONTAINERS and len(parts) == 1):
        return "<br>\n<br>\n".join(parts)
    return "".join(f"<p>{part.strip()}</p>\n" for part in parts)


def _with_breaks(part: str) -> str:
    part = part.strip("\n")
    return _LINE_END.sub(lambda match: "<br>\n" if match[1] else match[0], part) if "\n" in part else part


def _with_links(run: str) -> str:
    return _LONE_ADDRESS.sub(r'<a href="\1">\1</a>', run) if "://" in run else run
