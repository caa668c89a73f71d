"""Bodies in HTML, as other systems have them: only what is on the list is kept, and relative addresses find their way.

The list is longer than that of Markdown, since people have used what there was; what it leaves out loses its tags and
keeps its text. The result may stand in any page.
"""

import re
from functools import lru_cache
from html import unescape

import nh3

from models.text import TextError
from resolvers.markdown import COMMENT_TAGS, LARGEST_GROWTH, LINK_REL, POST_TAGS, SCHEMES, RenderedText

PHRASES = {
    *("abbr", "acronym", "b", "bdi", "bdo", "cite", "del", "dfn", "i", "ins", "kbd", "mark", "q"),
    *("ruby", "rb", "rp", "rt", "samp", "small", "sub", "sup", "tt", "u", "var", "wbr"),
}
LISTS = {"dd", "dl", "dt"}
BLOCKS = {"caption", "col", "colgroup", "details", "figcaption", "figure", "summary", "tfoot"}
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "acronym": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "bdo": {"dir"},
    "del": {"cite", "datetime"},
    "img": {"src", "alt", "title", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
    "*": {"lang", "dir"},
}
_ENDS = re.compile(
    r"</(?:p|div|li|dt|dd|h[1-6]|blockquote|pre|td|th|tr|figcaption|caption|summary)\s*>|<(?:br|hr)\b[^>]*>",
    re.IGNORECASE,
)
"""What stands between words without a space."""


def render_post_html(body: str, *, longest: int, base: str = "") -> RenderedText:
    """A post's body; its relative addresses are those of `base`. Raises TextError when it grows out of proportion."""
    return _render(body, _post_cleaner(base), LARGEST_GROWTH * longest)


def render_comment_html(body: str, *, longest: int, base: str = "") -> RenderedText:
    """A comment's body, without pictures, headings and tables; raises TextError likewise."""
    return _render(body, _comment_cleaner(base), LARGEST_GROWTH * longest)


def clean_comment_html(body: str, *, longest: int, base: str = "") -> str:
    """The HTML of `render_comment_html` alone."""
    return _clean(body, _comment_cleaner(base), LARGEST_GROWTH * longest)


def plain_text(html: str) -> str:
    """What it says, on one line."""
    return " ".join(unescape(_BARE.clean(_ENDS.sub(r" \g<0>", html))).split())


def _render(body: str, cleaner: nh3.Cleaner, largest: int) -> RenderedText:
    html = _clean(body, cleaner, largest)
    return RenderedText(html, plain_text(html))


def _clean(body: str, cleaner: nh3.Cleaner, largest: int) -> str:
    html = cleaner.clean(body)
    if len(html) > largest:
        raise TextError("becomes too large as HTML.")
    return html


@lru_cache(maxsize=64)
def _post_cleaner(base: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=POST_TAGS | PHRASES | LISTS | BLOCKS,
        attributes=ATTRIBUTES,
        filter_style_properties={"text-align"},
        url_schemes=SCHEMES,
        url_relative=("rewrite_with_base", base) if base else "pass_through",
        link_rel=LINK_REL,
    )


_OF_POSTS = {"img", "td", "th", "col", "colgroup"}


@lru_cache(maxsize=64)
def _comment_cleaner(base: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=COMMENT_TAGS | PHRASES | LISTS,
        attributes={tag: given for tag, given in ATTRIBUTES.items() if tag not in _OF_POSTS},
        url_schemes=SCHEMES,
        url_relative=("rewrite_with_base", base) if base else "deny",
        link_rel=LINK_REL,
    )


_BARE = nh3.Cleaner(tags=set())
