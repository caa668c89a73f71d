"""The database of Isso, a file of SQLite: pages of another site, and the comments on them.

Isso writes Markdown in which HTML is text, as ours does. What it has itself imported is HTML: from Disqus as it was,
from WordPress with two spaces before each line end.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from transfer.formats.addresses import is_absolute, path_of
from transfer.formats.characters import clean, decoded
from transfer.formats.moments import EPOCH, after_epoch
from transfer.formats.movabletype_text import paragraphs
from transfer.formats.records import (
    Blog,
    BodyFormat,
    Changed,
    Comment,
    FormatError,
    Guest,
    LeftOut,
    Options,
    Post,
    PostKind,
    Record,
    Visibility,
)
from transfer.formats.sources import Source

SIGNATURE = b"SQLite format 3\0"
COLUMNS = {
    "threads": ("id", "uri", "title"),
    "comments": ("tid", "id", "parent", "created", "modified", "mode", "text", "author", "email", "website"),
}
VISIBLE, WAITING, DELETED = 1, 2, 4
VISIBILITIES = {VISIBLE: Visibility.PUBLIC, WAITING: Visibility.PENDING}
ANSWERED = "SELECT DISTINCT parent FROM comments WHERE mode != 4 AND parent IN (SELECT id FROM comments WHERE mode = 4)"

_FROM_DISQUS = re.compile(r"\s*<p[\s>]", re.IGNORECASE)
_LINK_OF_WORDPRESS = re.compile(r"""<a\s[^<>]*\brel=["']nofollow""", re.IGNORECASE)
_TAG_OF_WORDPRESS = re.compile(r"</(?:a|b|blockquote|cite|code|del|em|i|q|strike|strong)>", re.IGNORECASE)
_BARE_LINE_END = re.compile(r"(?<!  )\n")


def sniff(head: bytes) -> bool:
    """Whether it is a file of SQLite; whose, `read` finds out."""
    return head.startswith(SIGNATURE)


def read(source: Source, options: Options) -> Iterator[Record]:
    """Pages, then comments. What is kept is a date for each page, and ids of deleted comments that were answered."""
    try:
        with source.on_disk() as path, closing(_opened(path)) as database:
            _check_columns(database, source)
            yield Blog(url=options.url)
            yield from _records(database, options)
    except (
        sqlite3.Error,
        UnicodeDecodeError,
    ) as error:  # the latter of a message that quotes what is damaged
        reason = f"{source.name} is damaged ({error}). Copy it again while Isso does not run."
        raise FormatError(reason) from error


def _records(database: sqlite3.Connection, options: Options) -> Iterator[Record]:
    first = dict(database.execute("SELECT tid, min(created) FROM comments GROUP BY tid"))
    for row in database.execute(_query("threads")):
        yield from _thread(row, after_epoch(first.get(row["id"])), options)
    answered = {key for (key,) in database.execute(ANSWERED)}
    for row in database.execute(_query("comments")):
        yield from _comment(row, answered)


def _opened(path: Path) -> sqlite3.Connection:
    """Read only. What Isso has not yet put into the file itself is read as well, if it stands beside it."""
    beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    immutable = "" if any(file.exists() for file in beside) else "&immutable=1"
    address = f"file:{quote(str(path.resolve()))}?mode=ro{immutable}"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda text: text.decode(errors="replace")
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _check_columns(database: sqlite3.Connection, source: Source) -> None:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table, columns in COLUMNS.items():
        known = (
            {row["name"] for row in database.execute(f"PRAGMA table_info({table})")}
            if table in tables
            else set()
        )
        if missing := set(columns) - known:
            raise FormatError(
                f"{source.name} is a database of SQLite, but not Isso's: it has no {table}.{min(missing)}."
            )


def _query(table: str) -> str:
    return f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY id"  # noqa: S608 - our own names


def _thread(row: sqlite3.Row, first_comment: datetime | None, options: Options) -> Iterator[Record]:
    """A page, which Isso knows by its path, or by an identifier that the page itself gives, but not by its date."""
    uri = _text(row["uri"])
    address = uri if is_absolute(uri) else f"{options.url}/{uri.removeprefix('/')}"
    if not (is_absolute(uri) or uri.startswith("/")):
        reason = "It is known by an identifier and not by its path: the address made of it may lead nowhere."
        yield Changed(kind="thread", key=str(row["id"]), reason=reason)
    yield Post(
        key=str(row["id"]),
        kind=PostKind.EXTERNAL,
        title=" ".join(_text(row["title"]).split()),
        published_at=first_comment or EPOCH,
        address=address,
        paths=tuple(filter(None, [path_of(address)])),
    )


def _comment(row: sqlite3.Row, answered: set[object]) -> Iterator[Record]:
    key, mode = str(row["id"]), row["mode"]
    if mode == DELETED and row["id"] not in answered:
        yield LeftOut(kind="comment", key=key, reason="It was deleted, and nobody had answered it.")
        return
    if mode not in {VISIBLE, WAITING, DELETED}:
        yield Changed(kind="comment", key=key, reason="Its state is unknown: it stays hidden.")
    moment = after_epoch(row["created"])
    if moment is None:
        yield Changed(kind="comment", key=key, reason="Its date cannot be read: it is filed under 1970.")
    body, body_format = _body("" if mode == DELETED else _text(row["text"]))
    yield Comment(
        key=key,
        post=str(row["tid"]),
        author=Guest() if mode == DELETED else _guest(row),
        body=body,
        body_format=body_format,
        parent=None if row["parent"] is None else str(row["parent"]),
        created_at=moment or EPOCH,
        edited_at=None if mode == DELETED else after_epoch(row["modified"]),
        visibility=Visibility.PUBLIC if mode == DELETED else VISIBILITIES.get(mode, Visibility.HIDDEN),
        deleted=mode == DELETED,
    )


def _guest(row: sqlite3.Row) -> Guest:
    """Names are escaped, unless they came from Disqus."""
    name, email, website = (" ".join(_text(row[column]).split()) for column in ("author", "email", "website"))
    if _FROM_DISQUS.match(_text(row["text"])):
        return Guest(name=name, email=email, website=website)
    return Guest(name=decoded(name), email=decoded(email), website=decoded(website))


def _body(text: str) -> tuple[str, BodyFormat]:
    if _FROM_DISQUS.match(text):
        return text, BodyFormat.HTML
    if _is_from_wordpress(text):
        return paragraphs(text.replace("  \n", "\n")), BodyFormat.HTML
    return text, BodyFormat.MARKDOWN


def _is_from_wordpress(text: str) -> bool:
    if _LINK_OF_WORDPRESS.search(text):
        return True
    return "\n" in text and bool(_TAG_OF_WORDPRESS.search(text)) and not _BARE_LINE_END.search(text)


def _text(value: Any) -> str:
    """A column as text: SQLite takes anything into any of them."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return "" if value is None else clean(str(value))
