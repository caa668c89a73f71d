"""Bodies of Ghost: rendered HTML as its readers saw it, or what can be told of a draft that was never rendered."""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

HOME = "__GHOST_URL__"
MEMBERS_ONLY = "<!--members-only-->"

_CARD = re.compile(r"<!--\s*kg-card-(?:begin|end)[^>]*-->")
_GATED = re.compile(
    r"<!--\s*kg-gated-block:begin\b([^\n]*?)-->(.*?)<!--\s*kg-gated-block:end\s*-->", re.DOTALL
)
_FOR_ALL = re.compile(r"""\bnonMember:["']?true\b""")
_DEEPEST = 50


def public_part(html: str, *, members_only: bool) -> tuple[str, bool]:
    """What somebody saw who was no member, and whether that is less than there is."""
    seen, mark, _ = html.partition(MEMBERS_ONLY) if members_only else (html, "", "")
    blocks = _GATED.findall(seen)
    if not blocks:
        return seen, bool(mark)
    hidden = any(not _FOR_ALL.search(terms) for terms, _ in blocks)
    return _GATED.sub(lambda block: block[2] if _FOR_ALL.search(block[1]) else "", seen), hidden or bool(mark)


def tidy(html: str, url: str) -> str:
    """Without the comments by which Ghost knows its cards, and with the addresses of the blog at `url`."""
    return _CARD.sub("", html).replace(HOME, url)


def drafted(row: dict[str, Any]) -> str:
    """The plain paragraphs of a source in Lexical or Mobiledoc, which is JSON."""
    for column, paragraphs in (("lexical", _lexical), ("mobiledoc", _mobiledoc)):
        try:
            found = list(paragraphs(json.loads(row.get(column) or "null")))
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
            continue
        if any(map(str.strip, found)):
            return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in found if text.strip())
    return ""


def _lexical(document: Any) -> Iterator[str]:
    for child in document["root"]["children"]:
        yield "".join(_texts(child, _DEEPEST))


def _texts(node: Any, depth: int) -> Iterator[str]:
    if not depth:
        return
    if isinstance(node.get("text"), str):
        yield node["text"]
    for child in node.get("children", ()):
        yield from _texts(child, depth - 1)


def _mobiledoc(document: Any) -> Iterator[str]:
    """Sections of the kinds 1 (a paragraph) and 3 (a list) hold markers, the last part of which is the text."""
    for section in document["sections"]:
        lists = section[2:3] if section[0] == 1 else section[2] if section[0] == 3 else []  # noqa: PLR2004
        yield from (
            "".join(marker[3] for marker in markers if isinstance(marker[3], str)) for markers in lists
        )
