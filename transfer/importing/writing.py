"""A portion of records at a time: told apart, rendered, and written in one unit of work.

What takes time and needs no lock comes before it. Nothing is written, not even a transaction begun, where there is
nothing to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from storage import unit_of_work
from transfer.formats.records import (
    Author,
    Blog,
    Category,
    Changed,
    Comment,
    Image,
    LeftOut,
    Linkback,
    Post,
    Tag,
)
from transfer.importing.addresses import Addresses
from transfer.importing.comment_values import CommentValues, comment_values
from transfer.importing.comments import POST_GONE, Comments
from transfer.importing.incoming import Incoming, sort_out
from transfer.importing.ledger import Kind, Ledger, fitting
from transfer.importing.linkbacks import Linkbacks
from transfer.importing.media import Pictures
from transfer.importing.people import People
from transfer.importing.plan import Plan
from transfer.importing.post_references import PostReferences
from transfer.importing.posts import Posts, Prepared
from transfer.importing.reading import Portion
from transfer.importing.report import Outcome, Report
from transfer.importing.spool import Spool
from transfer.importing.terms import Terms

KINDS = {
    Kind.AUTHOR: Author,
    Kind.CATEGORY: Category,
    Kind.TAG: Tag,
    Kind.IMAGE: Image,
    Kind.POST: Post,
    Kind.COMMENT: Comment,
    Kind.LINKBACK: Linkback,
}
"""In the order in which they are written: what is referred to comes before what refers to it."""


@dataclass(slots=True)
class Work:
    """What there is to be written of a portion."""

    incoming: dict[Kind, Incoming[Any]] = field(default_factory=dict)
    posts: tuple[Sequence[Prepared], Sequence[Prepared]] = ((), ())
    comments: tuple[Sequence[CommentValues], Sequence[CommentValues]] = ((), ())

    def __bool__(self) -> bool:
        return any(each.new or each.changed for each in self.incoming.values())


class Writer:
    """Writes portions of records, in their order."""

    def __init__(self, plan: Plan, ledger: Ledger, pictures: Pictures, report: Report) -> None:
        self._plan = plan
        self._ledger = ledger
        self._report = report
        self._spool = Spool()
        self._seen_posts: set[str] = set()
        addresses = Addresses(report)
        self._pictures = pictures
        self._people = People(plan, ledger, report)
        self._terms = Terms(ledger, addresses, report)
        references = PostReferences(plan, ledger, self._terms, report)
        self._posts = Posts(plan, ledger, references, addresses, report)
        self._comments = Comments(plan, ledger, report)
        self._linkbacks = Linkbacks(ledger, report)

    @property
    def spool(self) -> Spool:
        """What came before its post: to be written when all else is."""
        return self._spool

    async def write(self, portion: Portion, *, last: bool = False) -> None:
        """Write a portion; what comes before its post is put off, unless this is the `last` time."""
        self._note(portion)
        belonging = await self._belonging(portion, last=last)
        work = Work()
        for kind, of_class in KINDS.items():
            if some := [item for item in belonging if isinstance(item.record, of_class)]:
                work.incoming[kind] = await sort_out(kind, some, self._ledger, self._report)
        self._prepare(work)
        if self._plan.dry_run:
            self._tell(work)
            return
        if pictures := work.incoming.pop(Kind.IMAGE, None):
            await self._pictures.write(pictures)
        if work:
            await self._store(work)

    def _note(self, portion: Portion) -> None:
        """What is told and not written: the blog itself, and what its reader has left out or changed."""
        for record in (item.record for item in portion if not item.read):
            match record:
                case Blog():
                    self._posts.language = record.language
                case LeftOut():
                    self._report.read(record.kind)
                    self._report.left_out(record.kind, record.key, record.reason)
                case Changed():
                    self._report.changed(record.kind, record.key, record.reason)

    async def _belonging(self, portion: Portion, *, last: bool) -> Portion:
        """The records without those whose post has not come yet."""
        if last and not self._plan.dry_run:
            return portion
        here = {item.key for item in portion if isinstance(item.record, Post)}
        if self._plan.dry_run:
            self._seen_posts |= here
            here |= self._seen_posts
        said = [item for item in portion if isinstance(item.record, Comment | Linkback)]
        posts = {fitting(item.record.post) for item in said}
        unknown = posts - here - (await self._ledger.find(Kind.POST, posts - here)).keys()
        if not unknown:
            return portion
        early = {item for item in said if fitting(item.record.post) in unknown}
        if last:
            self._tell_lost([item for item in said if item in early])
        else:
            self._spool.add(item.record for item in said if item in early)
        return [item for item in portion if item not in early]

    def _tell_lost(self, items: Portion) -> None:
        """What would be left out, if anything were written."""
        for item in items:
            kind = Kind.COMMENT if isinstance(item.record, Comment) else Kind.LINKBACK
            self._report.read(kind)
            self._report.left_out(kind, item.key, POST_GONE)

    def _prepare(self, work: Work) -> None:
        """Render what is new or has changed."""
        if posts := work.incoming.get(Kind.POST):
            work.posts = self._posts.prepare(posts.new), self._posts.prepare(posts.changed)
        if comments := work.incoming.get(Kind.COMMENT):
            work.comments = (
                comment_values(comments.new, self._report),
                comment_values(comments.changed, self._report),
            )

    @unit_of_work
    async def _store(self, work: Work) -> None:
        nothing = Incoming[Any]([], [])
        await self._comments.lock_posts([comment.item for comment in chain(*work.comments)])
        await self._people.write(work.incoming.get(Kind.AUTHOR, nothing))
        await self._terms.write_categories(work.incoming.get(Kind.CATEGORY, nothing))
        await self._terms.write_tags(work.incoming.get(Kind.TAG, nothing))
        await self._posts.write(*work.posts)
        await self._comments.write(*work.comments)
        await self._linkbacks.write(work.incoming.get(Kind.LINKBACK, nothing))

    def _tell(self, work: Work) -> None:
        """What would be written, as far as that can be told without writing."""
        if pictures := work.incoming.pop(Kind.IMAGE, None):
            self._pictures.tell(pictures.new)
            self._report.done(Kind.IMAGE, Outcome.UNCHANGED, len(pictures.changed))
        for kind, incoming in work.incoming.items():
            new, changed = len(incoming.new), len(incoming.changed)
            if kind is Kind.COMMENT:
                new, changed = (len(each) for each in work.comments)
            self._report.done(kind, Outcome.WRITTEN, new)
            self._report.done(kind, Outcome.UPDATED, changed)
