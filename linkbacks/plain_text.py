"""Titles and excerpts as others write them, often in HTML, as plain text."""

import html
import re

LOOKED_AT = 8000
"""Characters of a text that are worth looking at: nobody is shown more of it."""
_HIDDEN = re.compile(r"<(script|style|template)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")


def plain(text: str) -> str:
    """One line without tags, its entities decoded once: `&amp;lt;` is `&lt;`, which is what its author wrote."""
    text = text[:LOOKED_AT]
    bare = _TAG.sub(" ", _HIDDEN.sub(" ", text)) if "<" in text else text
    return " ".join(html.unescape(bare).split())
