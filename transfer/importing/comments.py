"""Comments: many at a time, with their guests, their places and their counts.

What is written is right at once: a comment that everybody sees is counted in the same unit of work. Only what hangs
under something that is not known yet, or not seen, waits for `settling`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from models import BodyFormat, Comment, CommentDecision
from resolvers import filing, search_index
from resolvers.search_documents import FoundComment
from storage import dialect
from transfer.formats.records import Comment as CommentRecord
from transfer.formats.records import Guest
from transfer.importing import rows
from transfer.importing.cleaning import fit_moment
from transfer.importing.comment_values import CommentValues, comment_stamp
from transfer.importing.incoming import CHANGED_HERE, Item
from transfer.importing.ledger import Kind, Ledger, Note, existing_sql, fitting, reference, unsettled
from transfer.importing.people import guest_ids
from transfer.importing.plan import Plan
from transfer.importing.report import Outcome, Report
from transfer.importing.threads import APPROVED, Place, Threads

COLUMNS = (
    *(
        "id",
        "post_id",
        "author_id",
        "parent_id",
        "depth",
        "body",
        "body_html",
        "body_format",
        "status",
        "decision",
    ),
    *("created_at", "edited_at", "deleted_at", "reply_count"),
)
NAMELESS = {
    "fr": "Anonyme",
    "de": "Anonym",
    "es": "Anónimo",
    "it": "Anonimo",
    "nl": "Anoniem",
    "pt": "Anónimo",
}
POST_GONE = "Its post was deleted here, or is not in the file."
AUTHOR_UNKNOWN = "Its author is not in the file."
REPLIES = "UPDATE comments SET reply_count = reply_count + :1 WHERE id = :2"
COUNT = """
UPDATE posts SET comment_count = comment_count + :1,
    last_commented_at = CASE WHEN last_commented_at < :2 THEN :2 ELSE last_commented_at END WHERE id = :3
"""


class Comments:
    """Writes comments; to be called in a unit of work."""

    def __init__(self, plan: Plan, ledger: Ledger, report: Report) -> None:
        self._deepest = plan.policy.auth.deepest_reply
        self._nameless = NAMELESS.get(plan.policy.site.language.partition("-")[0], "Anonymous")
        self._ledger = ledger
        self._report = report

    async def write(self, new: Sequence[CommentValues], changed: Sequence[CommentValues]) -> None:
        """Write them."""
        posts = await self.lock_posts([comment.item for comment in new])
        if found := [comment for comment in new if self._has_post(comment.item, posts)]:
            await self._add(found, posts)
        for comment in changed:
            await self._update(comment)
        if found or changed:
            await self._ledger.remember(Note.FEED, [("feed", 0)])

    async def _add(self, comments: Sequence[CommentValues], posts: Mapping[str, int]) -> None:
        threads = Threads(self._deepest, self._report)
        await threads.load(self._ledger, [comment.item for comment in comments])
        batch = CommentBatch(threads, await self._authors(comments))
        ids = await rows.next_ids("comments", len(comments))
        for id_, comment in zip(ids, comments, strict=True):
            batch.add(id_, posts[fitting(comment.item.record.post)], comment)
        await rows.insert("comments", COLUMNS, batch.rows())
        await search_index.index_imported_comments(batch.found)
        await rows.change(REPLIES, batch.replies())
        await rows.change(COUNT, batch.counts())
        await filing.refresh([id_ for _, _, id_ in batch.counts()])
        await self._ledger.write(Kind.COMMENT, batch.entries)
        await self._ledger.remember(Note.REPLY, batch.waiting)
        await self._ledger.remember(Note.UNSETTLED, map(unsettled, sorted(batch.unsettled)))
        self._report.done(Kind.COMMENT, Outcome.WRITTEN, len(comments))

    async def lock_posts(self, items: Sequence[Item[CommentRecord]]) -> dict[str, int]:
        """The posts of these comments that are here, whose rows are locked before anything else is.

        Everybody who writes locks the post first, and then its categories and tags.
        """
        entries = await self._ledger.find(Kind.POST, {fitting(item.record.post) for item in items})
        locked = " ORDER BY id FOR NO KEY UPDATE" if dialect() == "postgresql" else ""
        found = await rows.select(
            existing_sql("posts") + locked, rows.as_list({entry.row_id for entry in entries.values()})
        )
        there = {row[0] for row in found}
        return {key: entry.row_id for key, entry in entries.items() if entry.row_id in there}

    def _has_post(self, item: Item[CommentRecord], posts: Mapping[str, int]) -> bool:
        if fitting(item.record.post) in posts:
            return True
        self._report.left_out(Kind.COMMENT, item.key, POST_GONE)
        return False

    async def _authors(self, comments: Sequence[CommentValues]) -> "Authors":
        """Whose the comments are; a guest has come with the first of theirs."""
        records = [comment.item.record for comment in comments if comment.deleted_at is None]
        to_column = rows.moment_writer()
        said = {each.author: each for each in reversed(records) if isinstance(each.author, Guest)}
        guests = {guest: to_column(fit_moment(said[guest].created_at)[0]) for guest in reversed(said)}
        keys = {fitting(each.author) for each in records if isinstance(each.author, str)}
        entries = await self._ledger.find(Kind.AUTHOR, keys)
        for comment in comments:
            author = comment.item.record.author
            if isinstance(author, str) and comment.deleted_at is None and fitting(author) not in entries:
                self._report.changed(Kind.COMMENT, comment.item.key, AUTHOR_UNKNOWN)
        accounts = ((key, entry.row_id) for key, entry in entries.items())
        return dict(
            chain[tuple[str | Guest, int]](accounts, (await guest_ids(guests, self._nameless)).items())
        )

    async def _update(self, comment: CommentValues) -> None:
        entry = comment.item.entry
        assert entry is not None  # noqa: S101 - it has changed, so it was there
        stored = await Comment.filter(id=entry.row_id).select_for_update().get()
        if comment_stamp(stored.decision, stored.edited_at) != entry.stamp:
            self._report.left_out(Kind.COMMENT, comment.item.key, CHANGED_HERE)
            return
        stored.body, stored.body_html = comment.body, comment.html
        stored.body_format = BodyFormat(comment.item.record.body_format)
        stored.decision, stored.edited_at = CommentDecision(comment.decision), comment.edited_at
        if comment.deleted_at is not None:
            stored.deleted_at, stored.author_id = comment.deleted_at, None
        await stored.save()
        await search_index.index_comments([stored.id])
        await self._ledger.rewrite(Kind.COMMENT, [(comment.item.key, comment.item.read, comment.stamp)])
        await self._ledger.remember(Note.UNSETTLED, [unsettled(stored.post_id)])
        self._report.done(Kind.COMMENT, Outcome.UPDATED)


Authors = Mapping[str | Guest, int]
"""The rows of those who have written, by the key of an author, or by guest."""


class CommentBatch:
    """The rows of comments that are written together, and what follows from them."""

    def __init__(self, threads: Threads, authors: Authors) -> None:
        self.entries: list[tuple[str, int, str, str]] = []
        self.waiting: list[tuple[str, int]] = []
        self.unsettled: set[int] = set()
        self.found: list[FoundComment] = []
        self._threads = threads
        self._authors = authors
        self._to_column = rows.moment_writer()
        self._rows: list[tuple[Place, tuple[Any, ...]]] = []
        self._counts: dict[int, tuple[int, datetime]] = {}

    def add(self, id_: int, post_id: int, comment: CommentValues) -> None:
        """One more comment."""
        item, deleted = comment.item, comment.deleted_at is not None
        hanging = self._threads.hang(item, post_id, comment.decision, deleted=deleted)
        parent_id = None if hanging.parent is None else hanging.parent.id
        place = Place(id_, post_id, parent_id, hanging.depth, hanging.status)
        self._threads.add(item.key, place)
        self._rows.append((place, self._row(place, comment)))
        if not deleted:
            self.found.append(FoundComment(id_, post_id, comment.html, comment.created_at))
        self.entries.append((item.key, id_, item.read, comment.stamp))
        if hanging.status == APPROVED:
            self._count(post_id, hanging.parent, comment.created_at)
        if not hanging.settled:
            self.unsettled.add(post_id)
        if hanging.waits and item.record.parent is not None:
            self.waiting.append((reference(id_, fitting(item.record.parent)), id_))

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, with all replies counted that have come with them."""
        return [(*row, place.gained) for place, row in self._rows]

    def replies(self) -> list[tuple[int, int]]:
        """How many replies comments have gained that were there before, and which."""
        return self._threads.gained({place.id for place, _ in self._rows})

    def counts(self) -> list[tuple[int, Any, int]]:
        """How many comments posts have gained, the newest of these, and which."""
        return [
            (count, self._to_column(newest), id_) for id_, (count, newest) in sorted(self._counts.items())
        ]

    def _row(self, place: Place, comment: CommentValues) -> tuple[Any, ...]:
        record, to_column = comment.item.record, self._to_column
        author = record.author if isinstance(record.author, Guest) else fitting(record.author)
        return (
            place.id,
            place.post_id,
            None if comment.deleted_at else self._authors.get(author),
            place.parent_id,
            place.depth,
            comment.body,
            comment.html,
            record.body_format.value,
            place.status,
            comment.decision,
            to_column(comment.created_at),
            comment.edited_at and to_column(comment.edited_at),
            comment.deleted_at and to_column(comment.deleted_at),
        )

    def _count(self, post_id: int, parent: Place | None, at: datetime) -> None:
        count, newest = self._counts.get(post_id, (0, at))
        self._counts[post_id] = count + 1, max(newest, at)
        if parent is not None:
            parent.gained += 1
