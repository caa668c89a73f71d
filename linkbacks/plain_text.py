"""Titles and excerpts as others write them, often in HTML, as plain text."""

import re

from linkbacks.markup import tokens
from runtime.character_references import unescaped

LOOKED_AT = 8000
"""Characters of a text that are worth looking at: nobody is shown more of it."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")


def plain(text: str) -> str:
    """One line without tags, its entities decoded once: `&amp;lt;` is `&lt;`, which is what its author wrote."""
    text = text[:LOOKED_AT]
    if not _TAG.search(text):
        return " ".join(unescaped(text).split())
    return " ".join(" ".join(each for each in tokens(text) if isinstance(each, str)).split())
