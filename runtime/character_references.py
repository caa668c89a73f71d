"""What `&amp;` and `&#233;` stand for, in text that anybody may have written."""

import re
from html import unescape

_LONG = re.compile(r"&#([0-9]{9,})")
_DIGITS = 8
"""One more than the last character's number has."""


def unescaped(text: str) -> str:
    """The text with its references replaced. Never raises: Python refuses to read a number of thousands of digits."""
    return unescape(_LONG.sub(_short, text)) if "&" in text else text


def _short(reference: re.Match[str]) -> str:
    """The same character, or again none at all."""
    return f"&#{reference[1].lstrip('0')[:_DIGITS] or '0'}"
