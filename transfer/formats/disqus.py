"""Disqus' exports as records: each page that has comments, and its comments.

A page may have many threads, one for each address under which somebody opened it. They become one page, that of the
first of them that people could visit. Threads without comments outnumber the others; they are left out, and so is
what was deleted, unless somebody answered it: then its place is kept, without a word of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from transfer.formats.answers import Answers
from transfer.formats.characters import decoded, title
from transfer.formats.disqus_addresses import is_local, page_path, real_address, unwrapped
from transfer.formats.keys import Keys
from transfer.formats.moments import EPOCH, instant
from transfer.formats.reasons import (
    BROKEN,
    CUT,
    DELETED,
    DELETED_BUT_ANSWERED,
    IMPOSSIBLE_DATE,
    SECOND_KEY,
    SPAM,
)
from transfer.formats.records import (
    Blog,
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
from transfer.formats.xml_stream import Piece, XmlStream, text_of

GRAMMAR = {name: frozenset[str]() for name in ("category", "thread", "post")}
THREAD_DELETED = "Its thread was deleted."
NO_COMMENTS = "Nobody commented there."
NO_ADDRESS = "It has no address."
NO_THREAD = "It belongs to a thread that the file does not have."
MERGED = "It is about the same page as another thread, and is one with it."
CATEGORY = "Categories of threads have no place here."


def sniff(head: bytes) -> bool:
    """Whether it is what Disqus exports."""
    return b"<disqus" in head and b"disqus.com" in head


def read(source: Source, options: Options) -> Iterator[Record]:
    """The records of one file, which is gone through twice."""
    yield Blog(url=options.url.rstrip("/"))
    survey = _Survey()
    for piece in XmlStream(source, "disqus", GRAMMAR):
        survey.note(piece)
    yield from _Reader(source, options, survey).records()


def _number(element: Any) -> str:
    return next(
        (value for name, value in element.attrib.items() if name.rpartition("}")[2] in {"id", "dsq:id"}), ""
    )


class _Fields:
    """An element's children by their local names."""

    def __init__(self, element: Any) -> None:
        self._children = {
            child.tag.rpartition("}")[2]: child for child in element if isinstance(child.tag, str)
        }

    def __getitem__(self, name: str) -> str:
        return text_of(self._children.get(name)).strip()

    def is_true(self, name: str) -> bool:
        return self[name].lower() == "true"

    def number(self, name: str) -> str:
        child = self._children.get(name)
        return "" if child is None else _number(child)

    def below(self, name: str) -> "_Fields":
        return _Fields(self._children.get(name, ()))


@dataclass(slots=True)
class _Survey:
    """What one has to know before the first record: what has answers, which threads have comments, real addresses."""

    commented: set[str] = field(default_factory=set)
    answers: Answers = field(default_factory=Answers)
    addresses: dict[str, str] = field(default_factory=dict)

    def note(self, piece: Piece) -> None:
        fields = _Fields(piece.element)
        if piece.name == "thread":
            address = real_address(fields["link"] or fields["id"])
            if not is_local(address):
                self.addresses.setdefault(page_path(address), address)
        if piece.name != "post" or piece.is_cut or fields.is_true("isSpam"):
            return
        is_deleted = fields.is_true("isDeleted")
        self.answers.note(_number(piece.element), fields.number("parent"), is_deleted=is_deleted)
        if not is_deleted:
            self.commented.add(fields.number("thread"))


class _Reader:
    """Makes records of threads and posts; `_pages` says for each thread which page it is about."""

    def __init__(self, source: Source, options: Options, survey: _Survey) -> None:
        self._stream = XmlStream(source, "disqus", GRAMMAR)
        self._options = options
        self._survey = survey
        self._pages: dict[str, str] = {}
        self._by_path: dict[str, str] = {}
        self._lost: dict[str, str] = {}
        self._began: dict[str, datetime] = {}
        self._keys = Keys()

    def records(self) -> Iterator[Record]:
        for piece in self._stream:
            key = _number(piece.element)
            if piece.is_cut:
                yield LeftOut(kind=_kind(piece), key=key, reason=CUT)
            elif piece.name == "category":
                yield LeftOut(kind="category", key=key, reason=CATEGORY)
            else:
                make = self._thread if piece.name == "thread" else self._post
                yield from make(key, _Fields(piece.element))
                if piece.is_broken:
                    yield Changed(kind=_kind(piece), key=key, reason=BROKEN)
        yield from self._stream.notices()

    def _thread(self, key: str, fields: _Fields) -> Iterator[Record]:
        address = real_address(fields["link"] or fields["id"])
        path = page_path(address)
        if reason := self._loss(key, path, fields):
            self._lost[key] = reason
            yield LeftOut(kind="thread", key=key, reason=reason)
            return
        if path in self._by_path:
            self._pages[key] = self._by_path[path]
            yield Changed(kind="thread", key=key, reason=MERGED)
            return
        self._pages[key] = self._by_path[path] = key
        yield self._page(key, address, path, fields)

    def _loss(self, key: str, path: str, fields: _Fields) -> str:
        if fields.is_true("isDeleted"):
            return THREAD_DELETED
        if key not in self._survey.commented:
            return NO_COMMENTS
        return "" if path else NO_ADDRESS

    def _page(self, key: str, address: str, path: str, fields: _Fields) -> Post:
        date = instant(fields["createdAt"])
        self._began[key] = date or EPOCH
        address = self._survey.addresses.get(path, address)
        if is_local(address) and self._options.url:
            address = self._options.url.rstrip("/") + path
        name = title(fields["title"])
        return Post(
            key=key,
            title=path if not name or name.startswith(("http://", "https://")) else name,
            kind=PostKind.EXTERNAL,
            published_at=date or EPOCH,
            created_at=date,
            paths=tuple(dict.fromkeys([path, urlsplit(address).path or path])),
            base=address,
            address=address,
            comments_open=not fields.is_true("isClosed"),
        )

    def _post(self, key: str, fields: _Fields) -> Iterator[Record]:
        thread = fields.number("thread")
        is_deleted = fields.is_true("isDeleted")
        if reason := self._post_loss(key, thread, fields, is_deleted):
            yield LeftOut(kind="comment", key=key, reason=reason)
            return
        own, key = key, self._keys.take(key)
        page = self._pages[thread]
        date = instant(fields["createdAt"])
        yield Comment(
            key=key,
            post=page,
            author=Guest() if is_deleted else _guest(fields.below("author")),
            body="" if is_deleted else unwrapped(fields["message"]),
            parent=fields.number("parent") or None,
            created_at=date or self._began[page],
            visibility=Visibility.PENDING if self._options.pending and not is_deleted else Visibility.PUBLIC,
            deleted=is_deleted,
        )
        changes = {DELETED_BUT_ANSWERED: is_deleted, SECOND_KEY: key != own, IMPOSSIBLE_DATE: date is None}
        for reason in (reason for reason, is_so in changes.items() if is_so):
            yield Changed(kind="comment", key=key, reason=reason)

    def _post_loss(self, key: str, thread: str, fields: _Fields, is_deleted: bool) -> str:
        if fields.is_true("isSpam"):
            return SPAM
        if is_deleted and key not in self._survey.answers:
            return DELETED
        return "" if thread in self._pages else self._lost.get(thread, NO_THREAD)


def _guest(author: _Fields) -> Guest:
    return Guest(name=decoded(author["name"]), email=author["email"])


def _kind(piece: Piece) -> str:
    return "comment" if piece.name == "post" else piece.name
