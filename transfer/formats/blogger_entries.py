"""The entries of Blogger's two kinds of export, the archive of old and Takeout's feed, as one kind of thing."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from transfer.formats.addresses import path_of
from transfer.formats.characters import decoded
from transfer.formats.moments import instant
from transfer.formats.xml_stream import inner_xml, text_of

KIND_SCHEME = "http://schemas.google.com/g/2005#kind"
LABEL_SCHEMES = ("tag:blogger.com", "http://www.blogger.com/atom/ns#")

_MORE = re.compile(r"<a name=[\"']more[\"']>\s*</a>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote an entry; `has_account` as far as the export says."""

    name: str
    website: str
    has_account: bool

    @property
    def key(self) -> str:
        """What tells people with accounts apart: their profile, or else their name."""
        return self.website or self.name


class Entry:
    """One entry: `kind` and `status` are in the words of Takeout."""

    def __init__(self, element: Any) -> None:
        self._children: dict[str, list[Any]] = {}
        for child in element:
            if isinstance(child.tag, str):
                self._children.setdefault(child.tag.rpartition("}")[2].rpartition(":")[2], []).append(child)
        self.key = self.text("id")
        self.kind = self.text("type") or self._old_kind()
        self.status = self.text("status") or self._old_status()

    def text(self, name: str) -> str:
        """The text of the first child of that local name."""
        return text_of(self._first(name)).strip()

    @property
    def title(self) -> str:
        """The title as it is written, with or without markup."""
        return self.text("title")

    @property
    def body(self) -> str:
        """The content as HTML."""
        content = self._first("content")
        if content is None:
            return ""
        if content.get("type") == "xhtml":
            return inner_xml(content)
        text = text_of(content)
        return (
            _MORE.sub("", text) if content.get("type", "html") == "html" else html.escape(text, quote=False)
        )

    @property
    def author(self) -> Person:
        """Its author; the address that Blogger gives to everybody is nobody's."""
        author = self._first("author")
        parts = (
            {}
            if author is None
            else {_local(child): text_of(child).strip() for child in author if _local(child)}
        )
        kind = parts.get("type", "")
        has_account = kind == "BLOGGER" if kind else bool(parts.get("uri"))
        return Person(decoded(parts.get("name", "")), parts.get("uri", ""), has_account)

    @property
    def labels(self) -> list[str]:
        """Its labels as they are written, each once."""
        categories = self._children.get("category", [])
        labels = [
            item.get("term", "") for item in categories if item.get("scheme", "").startswith(LABEL_SCHEMES)
        ]
        return list(dict.fromkeys(label.strip() for label in labels if label.strip()))

    @property
    def link(self) -> str:
        """Its own address, absolute in archives, and a path in Takeout."""
        return self.text("filename") or self._link("alternate")

    @property
    def path(self) -> str:
        """What of its address follows the host."""
        return path_of(self.link) if self.link else ""

    @property
    def post(self) -> str:
        """The key of the post that a comment is about."""
        reference = self._first("in-reply-to")
        return self.text("parent") or ("" if reference is None else reference.get("ref", ""))

    @property
    def parent(self) -> str:
        """The key of the comment that a comment answers."""
        number = self._link("related").rstrip("/").rpartition("/")[2]
        above = self.key.rpartition("-")[0]
        return self.text("inReplyTo") or (f"{above}-{number}" if number else "")

    @property
    def is_removed(self) -> bool:
        """Whether a comment has been taken away, but its place kept."""
        properties = self._children.get("extendedProperty", [])
        return self.status == "EMPTIED" or any(
            item.get("name") == "blogger.contentRemoved" for item in properties
        )

    def date(self, *names: str) -> datetime | None:
        """The first of its dates that exists."""
        return next((moment for name in names if (moment := instant(self.text(name)))), None)

    def _first(self, name: str) -> Any:
        return next(iter(self._children.get(name, ())), None)

    def _link(self, rel: str) -> str:
        links = [link for link in self._children.get("link", ()) if link.get("rel", "alternate") == rel]
        return links[0].get("href", "") if links else ""

    def _old_kind(self) -> str:
        kinds = [
            item.get("term", "")
            for item in self._children.get("category", ())
            if item.get("scheme") == KIND_SCHEME
        ]
        return kinds[0].rpartition("#")[2].upper() if kinds else ""

    def _old_status(self) -> str:
        control = self._first("control")
        is_draft = control is not None and any(text_of(child) == "yes" for child in control)
        return "DRAFT" if is_draft else "LIVE"


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
