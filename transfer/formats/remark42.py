"""Backups of Remark42: pages of another site, and the comments on them, one in JSON on each line.

The file is read twice, since its pages are named in its comments, and a comment that was deleted keeps its place only
if it was answered. What is kept meanwhile is each page's title, and some hundred bytes for each comment.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from transfer.formats.addresses import path_of
from transfer.formats.answers import Answers
from transfer.formats.characters import Decoder, clean, lines, title
from transfer.formats.moments import EPOCH, instant
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
)
from transfer.formats.sources import Source

VERSIONS = frozenset({0, 1})
FIRST_YEAR = 1970
"""What Go writes for no date is in the year 1."""

_HEADER = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"(?:users|posts)"\s*:')
_COMMENT = re.compile(rb'\s*\{\s*"id"\s*:\s*"[^"\n]*"\s*,\s*"pid"\s*:[^\n]*"locator"\s*:')
_MARKUP = re.compile(r"<[A-Za-z/!?]")

Json = dict[str, Any]


@dataclass(slots=True)
class Survey:
    """What the first pass finds: the titles and first dates of pages by their addresses, and deleted comments.

    `closed` are pages on which nobody may comment any more, and `emails` those of people by their ids.
    """

    pages: dict[str, str] = field(default_factory=dict)
    dates: dict[str, datetime] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    emails: dict[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)


def sniff(head: bytes) -> bool:
    """Whether it begins with the line of users and pages, or with a comment, as older ones do."""
    return bool(_HEADER.match(head) or _COMMENT.match(head))


def read(source: Source, options: Options) -> Iterator[Record]:
    """Pages, then comments in the order of the file."""
    survey = _survey(source)
    yield Blog(url=options.url)
    yield from (_page(url, survey) for url in survey.pages)
    known: set[int] = set()
    for number, row in _rows(source):
        if row is None or not _is_comment(row):
            yield LeftOut(kind="comment", key=f"line {number}", reason="Its line is no comment in JSON.")
        elif hash(_key(row)) in known:
            yield LeftOut(kind="comment", key=_key(row), reason="Its id stands twice in the file.")
        else:
            known.add(hash(_key(row)))
            yield from _comment(row, survey)


def _rows(source: Source, header: Survey | None = None) -> Iterator[tuple[int, Json | None]]:
    """The objects of all lines but the first one, if that is no comment; None for what is no object."""
    decode = Decoder()
    with source.open() as stream:
        for number, line in lines(stream):
            row = _json(decode(line))
            if row is None and not line.strip():
                continue
            if row is None and not line.endswith(b"\n"):
                raise FormatError(f"The file is cut off in line {number}. Make the backup or its copy again.")
            if number == 1 and row is not None and "version" in row and "locator" not in row:
                _read_header(row, header)
                continue
            yield number, row


def _json(line: str) -> Json | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _read_header(row: Json, survey: Survey | None) -> None:
    if row["version"] not in VERSIONS:
        raise FormatError(f"The backup is of version {row['version']}, and only 0 and 1 are known.")
    if survey is None:
        return
    survey.closed = {
        _text(page, "url") for page in _objects(row.get("posts")) if page.get("read_only") is True
    }
    survey.emails = {_text(user, "id"): _text(user, "email") for user in _objects(row.get("users"))}


def _survey(source: Source) -> Survey:
    survey = Survey()
    for _, row in _rows(source, survey):
        if row is None or not _is_comment(row):
            continue
        url = _url(row)
        survey.pages[url] = survey.pages.get(url) or title(_text(row, "title"))
        if moment := _moment(row.get("time")):
            survey.dates[url] = min(moment, survey.dates.get(url, moment))
        survey.answers.note(_key(row), _parent(row) or "", is_deleted=row.get("delete") is True)
    return survey


def _page(url: str, survey: Survey) -> Post:
    return Post(
        key=url,
        kind=PostKind.EXTERNAL,
        title=survey.pages[url],
        published_at=survey.dates.get(url, EPOCH),
        address=url,
        paths=tuple(filter(None, [path_of(url)])),
        comments_open=url not in survey.closed,
    )


def _comment(row: Json, survey: Survey) -> Iterator[Record]:
    key, deleted = _key(row), row.get("delete") is True
    if deleted and key not in survey.answers:
        yield LeftOut(kind="comment", key=key, reason="It was deleted, and nobody had answered it.")
        return
    moment = _moment(row.get("time"))
    if moment is None:
        yield Changed(kind="comment", key=key, reason="Its date cannot be read: it is filed under 1970.")
    edit = row.get("edit")
    body, body_format = _body(row)
    yield Comment(
        key=key,
        post=_url(row),
        author=Guest() if deleted else _guest(row, survey),
        body="" if deleted else body,
        body_format=body_format,
        parent=_parent(row),
        created_at=moment or EPOCH,
        edited_at=_moment(edit.get("time")) if isinstance(edit, dict) and not deleted else None,
        deleted=deleted,
    )


def _body(row: Json) -> tuple[str, BodyFormat]:
    """As it was typed, unless there was HTML among it, which readers saw as such."""
    typed = _text(row, "orig")
    if typed.strip() and not _MARKUP.search(typed):
        return typed, BodyFormat.MARKDOWN
    return _text(row, "text"), BodyFormat.HTML


def _guest(row: Json, survey: Survey) -> Guest:
    """Of all that may be escaped in a name, only angle brackets are."""
    user = row.get("user")
    if not isinstance(user, dict):
        return Guest()
    name = _text(user, "name").replace("&lt;", "<").replace("&gt;", ">")
    return Guest(name=" ".join(name.split()), email=survey.emails.get(_text(user, "id"), ""))


def _is_comment(row: Json) -> bool:
    return bool(_text(row, "id") and _url(row))


def _key(row: Json) -> str:
    """Ids are unique within a page."""
    return f"{_url(row)}#{_text(row, 'id')}"


def _parent(row: Json) -> str | None:
    return f"{_url(row)}#{_text(row, 'pid')}" if _text(row, "pid") else None


def _url(row: Json) -> str:
    locator = row.get("locator")
    return _text(locator, "url") if isinstance(locator, dict) else ""


def _moment(value: Any) -> datetime | None:
    moment = instant(value) if isinstance(value, str) else None
    return moment if moment and moment.year >= FIRST_YEAR else None


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(row: Json, name: str) -> str:
    value = row.get(name)
    return clean(value) if isinstance(value, str) else ""
