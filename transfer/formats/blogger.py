"""Blogger's exports as records: the archive that its settings offered for years, and the feed in Google's Takeout.

Labels become tags. Somebody who wrote a post is an author; a comment is an author's when it names the same profile,
or where the export names no profiles, the same name of somebody who was signed in.
"""

from collections.abc import Iterator
from urllib.parse import quote

from transfer.formats.answers import Answers
from transfer.formats.blogger_entries import Entry, Person
from transfer.formats.characters import decoded, title
from transfer.formats.keys import Keys
from transfer.formats.moments import EPOCH
from transfer.formats.reasons import (
    BROKEN,
    CUT,
    DELETED,
    DELETED_BUT_ANSWERED,
    IMPOSSIBLE_DATE,
    NO_DATE,
    POST_TRASHED,
    SECOND_KEY,
    SPAM,
    TRASHED,
    UNKNOWN_STATE,
    UNKNOWN_STATUS,
)
from transfer.formats.records import (
    Author,
    Blog,
    Changed,
    Comment,
    Guest,
    LeftOut,
    Options,
    Post,
    PostKind,
    Record,
    Tag,
    Visibility,
)
from transfer.formats.sources import Source
from transfer.formats.xml_stream import XmlStream

GRAMMAR = {"entry": frozenset[str]()}
KINDS = {"POST": PostKind.ARTICLE, "PAGE": PostKind.PAGE}
DATED = {"LIVE", "SCHEDULED", "PUBLISHED"}
POST_MISSING = "Its post is not in the file."
OTHER_KIND = "It is neither a post nor a comment."


def sniff(head: bytes) -> bool:
    """Whether it is a feed of Blogger's."""
    return b"<feed" in head and (
        b"schemas.google.com/blogger/" in head or b"tag:blogger.com,1999:blog-" in head
    )


def read(source: Source, options: Options) -> Iterator[Record]:
    """The records of one file, which is gone through twice."""
    survey = _Survey()
    for piece in XmlStream(source, "feed", GRAMMAR):
        survey.note(Entry(piece.element))
    yield from _Reader(source, options, survey).records()


def _is_trashed(entry: Entry) -> bool:
    return "TRASH" in entry.status or bool(entry.text("trashed"))


class _Survey:
    """What one has to know before the first record: the posts, who wrote them, and which comments have answers."""

    def __init__(self) -> None:
        self.lost: dict[str, str] = {}
        self.posts: set[str] = set()
        self.authors: set[str] = set()
        self.answers = Answers()

    def note(self, entry: Entry) -> None:
        if entry.kind == "COMMENT":
            if "SPAM" not in entry.status and not _is_trashed(entry):
                self.answers.note(entry.key, entry.parent, is_deleted=entry.is_removed)
        elif entry.kind in KINDS and _is_trashed(entry):
            self.lost[entry.key] = POST_TRASHED
        elif entry.kind in KINDS:
            self.posts.add(entry.key)
            self.authors |= {entry.author.key} - {""}


class _Reader:
    """Makes records of entries."""

    def __init__(self, source: Source, options: Options, survey: _Survey) -> None:
        self._stream = XmlStream(source, "feed", GRAMMAR)
        self._options = options
        self._survey = survey
        self._told: set[tuple[type, str]] = set()
        self._url = options.url.rstrip("/")
        self._posts = Keys()
        self._comments = Keys()

    def records(self) -> Iterator[Record]:
        is_told = False
        for piece in self._stream:
            if not is_told:
                is_told = True
                yield self._blog()
            entry = Entry(piece.element)
            if piece.is_cut:
                yield LeftOut(kind=entry.kind.lower() or "entry", key=entry.key, reason=CUT)
                continue
            yield from self._entry(entry)
            if piece.is_broken:
                yield Changed(kind=entry.kind.lower(), key=entry.key, reason=BROKEN)
        if not is_told:
            yield self._blog()
        yield from self._stream.notices()

    def _blog(self) -> Blog:
        head = Entry(self._stream.head)
        self._url = (self._url or head.link).rstrip("/")
        return Blog(title=decoded(head.title), url=self._url)

    def _entry(self, entry: Entry) -> Iterator[Record]:
        if entry.kind == "COMMENT":
            yield from self._comment(entry)
        elif entry.kind not in KINDS:
            yield LeftOut(kind=entry.kind.lower() or "entry", key=entry.key, reason=OTHER_KIND)
        elif _is_trashed(entry):
            yield LeftOut(kind=entry.kind.lower(), key=entry.key, reason=TRASHED)
        else:
            yield from self._post(entry)

    def _post(self, entry: Entry) -> Iterator[Record]:
        key = self._posts.take(entry.key)
        yield from self._author(entry.author)
        yield from self._labels(entry)
        date = entry.date("published", "created", "updated")
        yield Post(
            key=key,
            title=title(entry.title),
            kind=KINDS[entry.kind],
            body=entry.body,
            slug=entry.path.rpartition("/")[2].partition("?")[0].removesuffix(".html"),
            published_at=(date or EPOCH) if entry.status in DATED else None,
            created_at=entry.date("created", "published"),
            updated_at=entry.date("updated"),
            author=entry.author.key or None,
            tags=tuple(entry.labels),
            paths=(entry.path,) if entry.path else (),
            base=entry.link if "://" in entry.link else f"{self._url}{entry.path}" if self._url else "",
        )
        changes = {
            SECOND_KEY: key != entry.key,
            UNKNOWN_STATUS: entry.status not in DATED | {"DRAFT"},
            NO_DATE: date is None,
            IMPOSSIBLE_DATE: date is not None and not entry.date("published"),
        }
        yield from _changes(entry, key, changes)

    def _author(self, author: Person) -> Iterator[Record]:
        if author.key and self._is_first(Author, author.key):
            yield Author(key=author.key, name=author.name, website=author.website)

    def _labels(self, entry: Entry) -> Iterator[Record]:
        for label in entry.labels:
            if self._is_first(Tag, label):
                yield Tag(key=label, name=label, paths=(f"/search/label/{quote(label, safe='')}",))

    def _is_first(self, kind: type, key: str) -> bool:
        is_first = (kind, key) not in self._told
        self._told.add((kind, key))
        return is_first

    def _comment(self, entry: Entry) -> Iterator[Record]:
        if reason := self._loss(entry):
            yield LeftOut(kind="comment", key=entry.key, reason=reason)
            return
        key = self._comments.take(entry.key)
        if not entry.is_removed and self._is_author(entry.author):
            yield from self._author(entry.author)
        date = entry.date("published", "created", "updated")
        is_known = entry.status in DATED or entry.is_removed
        yield Comment(
            key=key,
            post=entry.post,
            author=self._who(entry),
            body="" if entry.is_removed else entry.body,
            parent=entry.parent or None,
            created_at=date or EPOCH,
            visibility=Visibility.PUBLIC if is_known else Visibility.PENDING,
            deleted=entry.is_removed,
        )
        changes = {
            SECOND_KEY: key != entry.key,
            DELETED_BUT_ANSWERED: entry.is_removed,
            UNKNOWN_STATE: not is_known,
            NO_DATE: date is None,
            IMPOSSIBLE_DATE: date is not None and not entry.date("published"),
        }
        yield from _changes(entry, key, changes)

    def _loss(self, entry: Entry) -> str:
        if "SPAM" in entry.status:
            return SPAM
        if _is_trashed(entry):
            return TRASHED
        if entry.post not in self._survey.posts:
            return self._survey.lost.get(entry.post, POST_MISSING)
        return DELETED if entry.is_removed and entry.key not in self._survey.answers else ""

    def _who(self, entry: Entry) -> str | Guest:
        if entry.is_removed:
            return Guest()
        who = entry.author
        return who.key if self._is_author(who) else Guest(name=who.name, website=who.website)

    def _is_author(self, who: Person) -> bool:
        return who.has_account and who.key in self._survey.authors


def _changes(entry: Entry, key: str, changes: dict[str, bool]) -> Iterator[Record]:
    for reason in (reason for reason, is_so in changes.items() if is_so):
        yield Changed(kind=entry.kind.lower(), key=key, reason=reason)
