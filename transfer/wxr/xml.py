"""Writing XML as a stream, with the names that WordPress' exports have."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from email.utils import format_datetime
from typing import Any, BinaryIO

from lxml import etree  # type: ignore[import-untyped]

from runtime.xml_characters import fit_for_xml

NAMESPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
NEVER = "0000-00-00 00:00:00"


class Feed:
    """An export that is being written. Texts are escaped here, and rid of what XML forbids; nowhere else."""

    def __init__(self, writer: Any, zone: tzinfo) -> None:
        self._writer = writer
        self._zone = zone

    @contextmanager
    def element(self, name: str, **attributes: str) -> Iterator[None]:
        """An element around what is written meanwhile; `wp:post_id` is in a namespace."""
        cleaned = {key: fit_for_xml(value) for key, value in attributes.items()}
        with self._writer.element(_qualified(name), cleaned):
            yield
        self._writer.write("\n")

    def text(self, name: str, text: object, **attributes: str) -> None:
        """An element with a text."""
        with self.element(name, **attributes):
            self._writer.write(fit_for_xml(str(text)))

    def texts(self, prefix: str, **texts: object) -> None:
        """An element for each of them."""
        for name, text in texts.items():
            self.text(f"{prefix}:{name}", text)

    def meta(self, key: str, value: object) -> None:
        """One of the notes that WordPress keeps of a post."""
        with self.element("wp:postmeta"):
            self.texts("wp", meta_key=key, meta_value=value)

    def date(self, name: str, moment: datetime, *, is_draft: bool = False) -> None:
        """A moment in the site's time and in UTC, where drafts have none."""
        utc = NEVER if is_draft else _shown(moment.astimezone(UTC))
        self.texts("wp", **{name: _shown(moment.astimezone(self._zone)), f"{name}_gmt": utc})


@contextmanager
def feed(file: BinaryIO, zone: tzinfo) -> Iterator[Feed]:
    """An export's root and its one channel."""
    with etree.xmlfile(file, encoding="utf-8") as writer:
        writer.write_declaration()
        with writer.element("rss", {"version": "2.0"}, nsmap=NAMESPACES), writer.element("channel"):
            writer.write("\n")
            yield Feed(writer, zone)


def mail_date(moment: datetime) -> str:
    """A moment as feeds have it."""
    return format_datetime(moment)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _qualified(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name
