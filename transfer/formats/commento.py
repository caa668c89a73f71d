"""JSON exports of Commento (version 1) and Comentario (versions 1 and 3): pages of another site, and their comments.

The file is read twice, since people and pages may stand behind the comments that name them. What is kept meanwhile is
people, pages, and some hundred bytes for each comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from transfer.formats.addresses import path_of
from transfer.formats.answers import Answers
from transfer.formats.characters import title
from transfer.formats.json_rows import Row, line, rows, text
from transfer.formats.moments import EPOCH, instant
from transfer.formats.records import (
    Blog,
    BodyFormat,
    Changed,
    Comment,
    Guest,
    LeftOut,
    Options,
    Post,
    PostKind,
    Record,
    Visibility,
)
from transfer.formats.sources import Source

STATES = {"approved": Visibility.PUBLIC, "unapproved": Visibility.PENDING}
ERASED = frozenset({"", "[deleted]"})

_BEGINNING = re.compile(
    rb'\s*\{\s*"version"\s*:\s*[13]\s*,\s*"(?:comments|pages|commenters)"\s*:\s*(?:\[|null)'
)
_TOP = re.compile(r"root|[0-]*")
"""What stands for no comment: a word, or an id of nothing but zeros."""


@dataclass(slots=True)
class Survey:
    """What the first pass finds; `pages` of version 1 are made of the comments on them, and `dates` are their first."""

    people: dict[str, Guest] = field(default_factory=dict)
    pages: dict[str, Row] = field(default_factory=dict)
    dates: dict[str, datetime] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)


def sniff(head: bytes) -> bool:
    """Whether it begins as one."""
    return bool(_BEGINNING.match(head))


def read(source: Source, options: Options) -> Iterator[Record]:
    """Pages, then comments in the order of the file."""
    survey = _survey(source)
    yield Blog(url=options.url)
    yield from (_page(key, row, survey, options) for key, row in survey.pages.items())
    known: set[int] = set()
    for _, row in rows(source, _comments):
        key = _key(row)
        if not key or hash(key) in known:
            reason = "Its id stands twice in the file." if key else "It has no id."
            yield LeftOut(kind="comment", key=key, reason=reason)
            continue
        known.add(hash(key))
        yield from _comment(row, survey)


def _survey(source: Source) -> Survey:
    survey = Survey()
    for table, row in rows(source, _table):
        match table:
            case "pages":
                survey.pages[line(row.get("id"))] = row
            case "commenters":
                survey.people[line(row.get("id") or row.get("commenterHex"))] = _person(row)
            case "comments":
                _note(row, survey)
    return survey


def _note(row: Row, survey: Survey) -> None:
    page, moment = _page_of(row), _created_at(row)
    if "commentHex" in row:
        survey.pages.setdefault(page, {"path": page})
    if moment:
        survey.dates[page] = min(moment, survey.dates.get(page, moment))
    survey.answers.note(_key(row), _parent(row) or "", is_deleted=_is_deleted(row) or _is_spam(row))


def _table(path: list[str]) -> str:
    match path:
        case [("pages" | "comments" | "commenters") as table, "item"]:
            return table
    return ""


def _comments(path: list[str]) -> str:
    return "comments" if path == ["comments", "item"] else ""


def _person(row: Row) -> Guest:
    website = line(row.get("websiteUrl") or row.get("link"))
    return Guest(
        name=line(row.get("name")),
        email=line(row.get("email")),
        website=website if website != "undefined" else "",  # as Commento has it for people who gave none
    )


def _page(key: str, row: Row, survey: Survey, options: Options) -> Post:
    address = f"{options.url}/{line(row.get('path')).removeprefix('/')}"
    return Post(
        key=key,
        kind=PostKind.EXTERNAL,
        title=title(text(row.get("title"))),
        published_at=survey.dates.get(key) or instant(line(row.get("createdTime"))) or EPOCH,
        address=address,
        paths=tuple(filter(None, [path_of(address)])),
        comments_open=row.get("isReadonly") is not True,
    )


def _comment(row: Row, survey: Survey) -> Iterator[Record]:
    key, deleted = _key(row), _is_deleted(row)
    reason = _left_out_because(row, deleted, survey)
    if reason:
        yield LeftOut(kind="comment", key=key, reason=reason)
        return
    visibility, told = _visibility(row)
    moment = _created_at(row)
    undated = "" if moment else "Its date cannot be read: it is filed under 1970."
    for reason in filter(None, (told, undated)):
        yield Changed(kind="comment", key=key, reason=reason)
    yield Comment(
        key=key,
        post=_page_of(row),
        author=Guest() if deleted else _author(row, survey),
        body="" if deleted else text(row.get("markdown")),
        body_format=BodyFormat.MARKDOWN,
        parent=_parent(row),
        created_at=moment or EPOCH,
        edited_at=None if deleted else instant(line(row.get("editedTime"))),
        visibility=visibility,
        deleted=deleted,
    )


def _left_out_because(row: Row, deleted: bool, survey: Survey) -> str:
    if _is_spam(row):
        return "It was marked as spam."
    if deleted and _key(row) not in survey.answers:
        return "It was deleted, and nobody had answered it."
    return ""


def _visibility(row: Row) -> tuple[Visibility, str]:
    """What readers saw of it, and what one should know of that."""
    if "state" in row:
        state = STATES.get(line(row["state"]))
        return state or Visibility.HIDDEN, "" if state else "Its state is unknown: it stays hidden."
    if row.get("isPending") is True:
        return Visibility.PENDING, ""
    return Visibility.PUBLIC if row.get("isApproved") is True else Visibility.HIDDEN, ""


def _author(row: Row, survey: Survey) -> Guest:
    unknown = Guest(name=line(row.get("authorName")))
    known = survey.people.get(line(row.get("userCreated") or row.get("commenterHex")), unknown)
    return known if known.name else unknown


def _key(row: Row) -> str:
    return line(row.get("id") or row.get("commentHex"))


def _parent(row: Row) -> str | None:
    parent = line(row.get("parentId") or row.get("parentHex"))
    return None if _TOP.fullmatch(parent) else parent


def _page_of(row: Row) -> str:
    """The id of a page, or its path in version 1, where Commento has it as `url`."""
    if "commentHex" not in row:
        return line(row.get("pageId"))
    return f"/{line(row.get('path') or row.get('url')).removeprefix('/')}"


def _is_deleted(row: Row) -> bool:
    if "commentHex" not in row:
        return row.get("isDeleted") is True
    return row.get("deleted") is True or text(row.get("markdown")).strip() in ERASED


def _is_spam(row: Row) -> bool:
    return row.get("state") == "flagged"


def _created_at(row: Row) -> datetime | None:
    return instant(line(row.get("createdTime") or row.get("creationDate")))
