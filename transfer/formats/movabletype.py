"""Text exports of Movable Type, and of TypePad, Canalblog, Hatena and others that write them likewise.

The file does not say how it is encoded, in which time zone its dates are, nor where its entries were. The encoding is
guessed from all lines that are not ASCII, which takes a pass of its own; the zone is an option; and the address is
where Movable Type and TypePad put entries unless told otherwise: year, month, basename.

It has no ids, either: an entry's key is its basename, a comment's is made of what it says.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from transfer.formats.addresses import is_absolute, path_of
from transfer.formats.characters import Decoder, clean, decoded, encoding_of, lines, plain, title
from transfer.formats.moments import EPOCH, in_zone, zone
from transfer.formats.movabletype_entries import HEAD_KEYS, Entry, entries
from transfer.formats.movabletype_replies import digest, replies
from transfer.formats.movabletype_text import body, date, tags
from transfer.formats.records import (
    Author,
    Blog,
    BodyFormat,
    Category,
    Changed,
    LeftOut,
    Options,
    Post,
    Record,
    Tag,
)
from transfer.formats.sources import Source

PUBLISHED = frozenset({"publish", "future"})
DRAFTS = frozenset({"draft", "review"})

_FIRST_LINE = re.compile(rb"\s*(" + b"|".join(key.encode() for key in sorted(HEAD_KEYS)) + rb")\s*:[^\n]*\n")
_DASHES = re.compile(rb"^(?:-----\r?$|START BODY:)", re.MULTILINE)


def sniff(head: bytes) -> bool:
    """Whether it begins with the head of an entry, below which there are dashes."""
    return bool(_FIRST_LINE.match(head) and _DASHES.search(head))


def read(source: Source, options: Options) -> Iterator[Record]:
    """The records of all entries, in the order of the file."""
    with source.open() as stream:
        decode = Decoder(encoding_of(stream))
    yield Blog(url=options.url)
    reader = _Reader(options)
    with source.open() as stream:
        text = ((number, clean(decode(line)).rstrip("\n")) for number, line in lines(stream))
        for entry in entries(text):
            yield from reader.records(entry)
    if decode.mended:
        reason = (
            f"{decode.mended} lines of the file have bytes that are not in its encoding, {decode.encoding}."
        )
        yield Changed(kind="file", key=source.name, reason=reason)


class _Reader:
    """Entries become records. It remembers the keys of entries, and which authors, categories and tags have come."""

    def __init__(self, options: Options) -> None:
        self._url = options.url
        self._zone = zone(options.timezone) or ZoneInfo("UTC")
        self._told: set[tuple[type[Record], str]] = set()
        self._keys: Counter[str] = Counter()

    def records(self, entry: Entry) -> Iterator[Record]:
        clock = date(entry.value("DATE"))
        key = self._key(entry)
        if not entry.sections and not entry.head.keys() & {"TITLE", "DATE"}:
            yield LeftOut(kind="entry", key=f"line {entry.number}", reason="It is no entry.")
            return
        status = entry.value("STATUS").lower()
        if "NO ENTRY" in entry.head:
            yield LeftOut(
                kind="entry", key=key, reason="It says itself that it is none, and brings comments only."
            )
        elif status == "spam":
            yield LeftOut(kind="entry", key=key, reason="It was marked as spam.")
        else:
            yield from self._named(entry)
            yield from self._post(entry, key, clock, status)
        yield from replies(entry, key, self._zone, in_zone(clock, self._zone) or EPOCH)
        yield from _incomplete(entry, key)

    def _key(self, entry: Entry) -> str:
        key = entry.value("BASENAME") or path_of(entry.value("UNIQUE URL")).strip("/")
        key = key or digest(entry.value("DATE"), entry.value("TITLE"))
        self._keys[key] += 1
        return key if self._keys[key] == 1 else f"{key} ({self._keys[key]})"

    def _named(self, entry: Entry) -> Iterator[Record]:
        """What has to come before the post that names it."""
        author = entry.value("AUTHOR")
        if author and self._is_new(Author, author):
            yield Author(key=author, name=decoded(author))
        for name in _categories(entry):
            if self._is_new(Category, name):
                yield Category(key=name, name=decoded(name))
        for name in tags(entry.value("TAGS")):
            if not self._is_new(Tag, name):
                continue
            if _is_private(name):
                yield LeftOut(
                    kind="tag", key=name, reason="It is a private tag, which readers were not shown."
                )
            else:
                yield Tag(key=name, name=decoded(name))

    def _is_new(self, kind: type[Record], key: str) -> bool:
        known = (kind, key) in self._told
        self._told.add((kind, key))
        return not known

    def _post(self, entry: Entry, key: str, clock: datetime | None, status: str) -> Iterator[Record]:
        moment = in_zone(clock, self._zone)
        if status in PUBLISHED and moment is None:
            yield Changed(kind="entry", key=key, reason="Its date cannot be read: it is filed under 1970.")
        if status not in PUBLISHED | DRAFTS:
            yield Changed(
                kind="entry", key=key, reason="Its status is not one that readers saw: it became a draft."
            )
        text, body_format, told = entry_body(entry)
        if told:
            yield Changed(kind="entry", key=key, reason=told)
        url = entry.value("UNIQUE URL") or self._guessed_url(entry, clock)
        yield Post(
            key=key,
            title=title(entry.value("TITLE")),
            body=text,
            body_format=body_format,
            excerpt=plain(entry.of("EXCERPT")),
            slug=entry.value("BASENAME").strip("/").rpartition("/")[2],
            published_at=(moment or EPOCH) if status in PUBLISHED else None,
            created_at=moment,
            author=entry.value("AUTHOR") or None,
            categories=_categories(entry),
            tags=tuple(name for name in tags(entry.value("TAGS")) if not _is_private(name)),
            paths=tuple(filter(None, [url and path_of(url)])),
            base=url if is_absolute(url) else "",
            comments_open=entry.value("ALLOW COMMENTS") not in {"0", "2"},
        )

    def _guessed_url(self, entry: Entry, clock: datetime | None) -> str:
        basename = entry.value("BASENAME")
        if not basename or clock is None:
            return ""
        if "/" in basename:  # as Hatena has it
            return f"{self._url}/entry/{basename}"
        return f"{self._url}/{clock:%Y/%m}/{basename.replace('_', '-')}.html"


def entry_body(entry: Entry) -> tuple[str, BodyFormat, str]:
    """The body and its continuation as one text, how it is written, and what was changed about it."""
    conversion = entry.value("CONVERT BREAKS")
    parts = [body(text, conversion) for text in (entry.of("BODY"), entry.of("EXTENDED BODY")) if text.strip()]
    _, body_format, told = parts[0] if parts else body("", conversion)
    return "\n\n".join(text for text, _, _ in parts), body_format, told


def _categories(entry: Entry) -> tuple[str, ...]:
    """The main one first, which stands among the others as well."""
    names = entry.head.get("PRIMARY CATEGORY", []) + entry.head.get("CATEGORY", [])
    return tuple(dict.fromkeys(filter(None, names)))


def _is_private(tag: str) -> bool:
    return tag.startswith("@")


def _incomplete(entry: Entry, key: str) -> Iterator[Record]:
    if not entry.complete:
        reason = "Nothing marks its end: the file may have been cut off there."
        yield Changed(kind="entry", key=key, reason=reason)
