"""Markdown as people write it becomes HTML that any page may embed.

Two fences, one behind the other: the parser reads CommonMark (with tables, strikethrough and bare
addresses) and knows no HTML; then nh3 keeps only what is on the list. Comments may do less than posts: no
headings, no images, no tables, no relative links; but their line breaks are kept. Work and result are
bounded by the length of the source, whatever stands in it. A long post takes a while: render it in a
thread, outside any transaction.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from models.text import TextError
from resolvers.addresses import link_bare_addresses

LARGEST_GROWTH = 10
"""How many times longer than the longest source HTML may be: reference links repeat their address."""

LINK_REL = "nofollow ugc noopener"
SCHEMES = {"http", "https", "mailto"}
COMMENT_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
POST_TAGS = COMMENT_TAGS | {
    *("h1", "h2", "h3", "h4", "h5", "h6", "img"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}

_SCHEME = re.compile(r"([^/?#:]*):")
_LANGUAGE_CLASS = re.compile(r"language-[\w+#.-]{1,30}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body as HTML, and the plain text of its paragraphs."""

    html: str
    text: str


def render_post(body: str, *, longest: int) -> Rendered:
    """A post's body; raises TextError when its HTML would be out of proportion."""
    return _render(body, _POSTS, _POST_CLEANER, LARGEST_GROWTH * longest)


def render_comment(body: str, *, longest: int) -> Rendered:
    """A comment's body; raises TextError likewise."""
    return _render(body, _COMMENTS, _COMMENT_CLEANER, LARGEST_GROWTH * longest)


def _render(body: str, parser: MarkdownIt, cleaner: nh3.Cleaner, largest: int) -> Rendered:
    tokens = parser.parse(body)
    if sum(_size(token) for token in _all(tokens)) > largest:
        raise TextError("becomes too large as HTML.")
    html = cleaner.clean(parser.renderer.render(tokens, parser.options, {}))
    if len(html) > largest:
        raise TextError("becomes too large as HTML.")
    return Rendered(html, _plain_text(tokens))


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _size(token: Token) -> int:
    return len(token.content) + sum(len(str(value)) for value in token.attrs.values())


def _plain_text(tokens: list[Token]) -> str:
    """What the paragraphs say; headings, code blocks, tables and images are left out."""
    said = []
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open" and token.type == "inline":
            said.append("".join(_words(child) for child in token.children or ()))
    return " ".join(" ".join(said).split())


def _words(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline"} else ""


class _Parser(MarkdownIt):
    def __init__(self, *, disabled: Iterable[str] = (), **options: object) -> None:
        super().__init__("commonmark", {"html": False, **options})
        self.enable(["table", "strikethrough"]).disable(list(disabled))
        self.core.ruler.after("text_join", "bare_addresses", link_bare_addresses)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own hook
        """Only an address with an allowed scheme, or with none, makes a link."""
        scheme = _SCHEME.match(url)
        return scheme is None or scheme[1].lower() in SCHEMES


def _fit_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("code", "class"):
        return value if _LANGUAGE_CLASS.fullmatch(value) else None
    return value


_POSTS = _Parser()
_COMMENTS = _Parser(disabled=("heading", "lheading", "image", "table"), breaks=True)
_COMMENT_CLEANER = nh3.Cleaner(
    tags=COMMENT_TAGS,
    attributes={"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}},
    attribute_filter=_fit_attribute,
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=LINK_REL,
)
_POST_CLEANER = nh3.Cleaner(
    tags=POST_TAGS,
    attributes={
        "a": {"href", "title"},
        "code": {"class"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "td": {"style"},
        "th": {"style"},
    },
    attribute_filter=_fit_attribute,
    filter_style_properties={"text-align"},
    url_schemes=SCHEMES,
    link_rel=LINK_REL,
)
