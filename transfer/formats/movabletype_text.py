"""Texts, dates and tags as Movable Type writes them."""

import re
from datetime import datetime

from transfer.formats.records import BodyFormat

AS_HTML = frozenset({"", "0", "richtext", "blockeditor"})
AS_PARAGRAPHS = frozenset({"1", "__default__"})

_MARKED_UP = re.compile(r"<(?:p|br|div|ul|ol|table|blockquote)\b", re.IGNORECASE)
_BLOCK_COMMENT = re.compile(r"<!-- /?mt-beb\b.*?-->", re.DOTALL)
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_BLOCK = re.compile(
    r"</?(?:h[1-6]|table|ol|dl|ul|menu|dir|p|pre|center|form|fieldset|select|blockquote|address|div|hr|figure|iframe)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\s*(\d{1,2})/(\d{1,2})/(\d{4}|\d{2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\s(AM|PM))?\s*", re.IGNORECASE
)
_NOON = 12
_TAG = re.compile(r'\s*(?:"([^"]*)"(?=\s*(?:,|\Z))|([^,]+))')


def body(text: str, conversion: str) -> tuple[str, BodyFormat, str]:
    """A text with CONVERT BREAKS as HTML or Markdown, and what one should know of how it was made so."""
    conversion = conversion.strip().lower()
    if conversion.startswith("markdown"):
        return text, BodyFormat.MARKDOWN, ""
    if conversion in AS_HTML:
        return _BLOCK_COMMENT.sub("", text), BodyFormat.HTML, ""
    if conversion in AS_PARAGRAPHS:
        return paragraphs(text), BodyFormat.HTML, ""
    return said(text), BodyFormat.HTML, f"It is written in {conversion}: it was taken for HTML."


def said(text: str) -> str:
    """A text of which one does not know whether line ends count: they do, unless it has breaks of its own."""
    return text if _MARKED_UP.search(text) else paragraphs(text)


def paragraphs(text: str) -> str:
    """HTML in which line ends count: empty lines part paragraphs, others are breaks; blocks are left as they are."""
    parts = _EMPTY_LINES.split(text.strip("\n"))
    return "\n\n".join(part if _BLOCK.match(part) else _paragraph(part) for part in parts if part.strip())


def _paragraph(text: str) -> str:
    return f"<p>{text.replace(chr(10), '<br>' + chr(10))}</p>"


def date(text: str) -> datetime | None:
    """A wall clock such as `03/28/2021 12:30:00 AM`, with hours up to 24 where neither AM nor PM is said."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    month, day, year, hour, minute, second = map(int, found.groups()[:6])
    half = (found[7] or "").upper()
    if half == "PM" and hour < _NOON:
        hour += _NOON
    elif half == "AM" and hour == _NOON:
        hour = 0
    if len(found[3]) < len("2000"):
        year += 1900
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - it is what a wall clock says
    except ValueError:
        return None


def tags(text: str) -> list[str]:
    """The names in TAGS: parted by commas, with quotes around those that have spaces or commas themselves."""
    names = ((quoted or bare).strip() for quoted, bare in _TAG.findall(text))
    return list(dict.fromkeys(filter(None, names)))
