"""Characters that XML 1.0 has no place for, not even as a reference: a single one makes a document unreadable."""

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fit_for_xml(text: str) -> str:
    """The text without them."""
    return _FORBIDDEN.sub("", text)
