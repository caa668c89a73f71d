"""XML without the characters that it must not have: a single one would make a whole feed unreadable."""

import re
from datetime import UTC, datetime

from lxml import etree  # type: ignore[import-untyped]

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "http://www.w3.org/2005/Atom"
THREAD = "http://purl.org/syndication/thread/1.0"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no place for, not even as a reference."""


def clean(text: str) -> str:
    """The text without them."""
    return _FORBIDDEN.sub("", text)


def element(parent: etree._Element, name: str, text: str = "", **attributes: str | None) -> etree._Element:
    """A new element with this text, and with those attributes that are not None; it escapes what has to be."""
    given = {key: clean(value) for key, value in attributes.items() if value is not None}
    made = etree.SubElement(parent, name, given)
    if text:
        made.text = clean(text)
    return made


def document(root: etree._Element) -> bytes:
    """The whole document."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def rfc3339(moment: datetime) -> str:
    """The moment in UTC, as Atom and JSON Feed write it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
