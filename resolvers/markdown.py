"""Markdown as people write it becomes HTML that any page may embed.

Two fences, one behind the other: the parser reads CommonMark (with tables, strikethrough and bare
addresses) and knows no HTML; then nh3 keeps only what is on the list. Comments may do less than posts: no
headings, no images, no tables, no relative links; but their line breaks are kept. What either fence would take
an address from is no link, and stays as it was written. Nothing that was written is left out: a body that is
nested too deeply for the parser is refused. Work and result are bounded by the length of the source, whatever
stands in it. A long post takes a while: render it in a thread, outside any transaction.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from models.text import TextError
from resolvers.autolink import drop_links_without_address, link_bare_addresses

LARGEST_GROWTH = 10
"""How many times longer than the longest source HTML may be: reference links repeat their address."""

DEEPEST_NESTING = 20
"""How many quotes and lists may stand within one another: reading takes time for each of them again."""
_LEVELS_OF_A_LIST = 2
"""To the parser: the list, and the item."""

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
class RenderedText:
    """A body as HTML, and the plain text of its paragraphs."""

    html: str
    text: str


def render_post(body: str, *, longest: int) -> RenderedText:
    """A post's body; raises TextError when it is nested too deeply or its HTML would be out of proportion."""
    return _render(body, _POSTS, LARGEST_GROWTH * longest)


def render_comment(body: str, *, longest: int) -> RenderedText:
    """A comment's body; raises TextError likewise."""
    return _render(body, _COMMENTS, LARGEST_GROWTH * longest)


def _render(body: str, parser: "_Parser", largest: int) -> RenderedText:
    tokens = parser.parse(body)
    if _depth(tokens) > DEEPEST_NESTING:
        raise TextError(f"has more than {DEEPEST_NESTING} quotes and lists within one another.")
    if sum(_size(token) for token in _all(tokens)) > largest:
        raise TextError("becomes too large as HTML.")
    html = parser.cleaner.clean(parser.renderer.render(tokens, parser.options, {}))
    if len(html) > largest:
        raise TextError("becomes too large as HTML.")
    return RenderedText(html, _plain_text(tokens))


def _depth(tokens: list[Token]) -> int:
    """How deeply quotes and lists are nested; the parser leaves out what is below its own limit, which is deeper."""
    containers = (token for token in tokens if token.type.startswith(("blockquote_", "list_item_")))
    return max(accumulate(token.nesting for token in containers), default=0)


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


def _fit_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("code", "class"):
        return value if _LANGUAGE_CLASS.fullmatch(value) else None
    return value


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


class _Parser(MarkdownIt):
    def __init__(self, cleaner: nh3.Cleaner, *, disabled: Iterable[str] = (), **options: object) -> None:
        nesting = {"maxNesting": _LEVELS_OF_A_LIST * (DEEPEST_NESTING + 1)}
        super().__init__("commonmark", {"html": False, **nesting, **options})
        self.cleaner = cleaner
        self.enable(["table", "strikethrough"]).disable(list(disabled))
        self.core.ruler.after("text_join", "no_address", drop_links_without_address)
        self.core.ruler.after("no_address", "bare_addresses", link_bare_addresses)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own hook
        """Only an address with an allowed scheme, or with none, makes a link, if the second fence lets it stand."""
        scheme = _SCHEME.match(url)
        if scheme is not None and scheme[1].lower() not in SCHEMES:
            return False
        return " href=" in self.cleaner.clean(f'<a href="{escape(url)}">a</a>')


_POSTS = _Parser(_POST_CLEANER)
_COMMENTS = _Parser(_COMMENT_CLEANER, disabled=("heading", "lheading", "image", "table"), breaks=True)
