"""The bodies of WordPress as HTML: those of the classic editor, those made of blocks, and comments."""

import re
from collections.abc import Iterator

from transfer.formats.paragraphs import linked, paragraphed
from transfer.formats.shortcodes import Gallery, expanded

_BLOCKS = "<!-- wp:"
_FREEFORM = re.compile(r"\s*(/?)wp:(?:core/)?freeform\b")
_SHARED_BLOCK = re.compile(r"<!--\s+wp:(?:core/)?block\s")
_PAGE_BREAK = re.compile(r"\s*(?:nextpage|more\b)")
_TAG_OR_ADDRESS = re.compile(r"""<(/?)(\w+)[^<>]*>|(?<![\w@/])(https?://[^\s<>"]*[^\s<>"'.,;:!?)\]])""")


def html_of(content: str, gallery: Gallery) -> str:
    """What WordPress makes of a post's content."""
    content = expanded(content, gallery)
    if _BLOCKS not in content:
        return paragraphed(_without_comments(content, page_break="\n\n"))
    return "\n".join(_blocks(content)).strip()


def shares_blocks(content: str) -> bool:
    """Whether a part of the content is kept elsewhere, for several posts."""
    return _SHARED_BLOCK.search(content) is not None


def comment_html(content: str) -> str:
    """What WordPress makes of a comment: paragraphs, and links of addresses."""
    if "<!--" in content:
        content = _without_comments(content)
    return paragraphed(_with_links(content) if "://" in content else content)


def _blocks(content: str) -> Iterator[str]:
    parts: list[str] = []
    for text, comment in _comments(content):
        parts.append(text)
        if not comment or (edge := _FREEFORM.match(comment)):
            made = paragraphed if comment and edge and edge[1] else linked
            yield made("".join(parts))
            parts.clear()


def _without_comments(content: str, page_break: str = "") -> str:
    return "".join(
        text + page_break * bool(_PAGE_BREAK.match(comment)) for text, comment in _comments(content)
    )


def _comments(content: str) -> Iterator[tuple[str, str]]:
    """Each comment's content, with the text before it; at last the rest, which has none after it."""
    at = 0
    while (start := content.find("<!--", at)) >= 0 and (end := content.find("-->", start + 4)) >= 0:
        yield content[at:start], content[start + 4 : end]
        at = end + 3
    yield content[at:], ""


def _with_links(content: str) -> str:
    anchors = 0

    def link(match: re.Match[str]) -> str:
        nonlocal anchors
        if (match[2] or "").lower() == "a":
            anchors = 0 if match[1] else 1
        if anchors or not match[3]:
            return match[0]
        return f'<a href="{match[3]}">{match[3]}</a>'

    return _TAG_OR_ADDRESS.sub(link, content)
