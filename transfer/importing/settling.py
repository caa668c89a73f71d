"""What can only be said when all records have been read: who answers whom, what is shown of it, and how many there are.

All of it is noted in the ledger and done in units of work, so that an import that was killed goes on here, too.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from live.feed import event_log
from models import Category
from resolvers.counters import recount_posts
from storage import dialect, unit_of_work
from transfer.importing import rows
from transfer.importing.ledger import Kind, Ledger, Note, existing_sql, referred
from transfer.importing.placing import Parents, broken_circles, placed
from transfer.importing.report import Report
from transfer.importing.threads import FOREIGN, TOO_DEEP

POSTS_AT_ONCE = 20
CATEGORIES_AT_ONCE = 1000
MISSING = "The comment that it answers is not here."
CIRCLE = "It answers itself, by way of others."
CATEGORY_MISSING = "The category above it is not in the file."
CATEGORY_CIRCLE = "It is above itself."


class Settling:
    """The last steps of an import."""

    def __init__(self, ledger: Ledger, deepest: int, report: Report) -> None:
        self._ledger = ledger
        self._deepest = deepest
        self._report = report

    async def run(self) -> None:
        """Do all that was noted."""
        while notes := await self._ledger.remembered(Note.ABOVE, CATEGORIES_AT_ONCE):
            await self._hang_categories(notes)
        while notes := await self._ledger.remembered(Note.UNSETTLED, POSTS_AT_ONCE):
            await self._settle([key for key, _ in notes], [id_ for _, id_ in notes])
        if await self._ledger.remembered(Note.FEED, 1):
            await self._tell()

    @unit_of_work
    async def _tell(self) -> None:
        """Whoever follows the conversations is told once to fetch them again."""
        await self._ledger.forget(Note.FEED, ["feed"])
        await event_log.begin_anew()

    @unit_of_work
    async def _hang_categories(self, notes: Sequence[tuple[str, int]]) -> None:
        tree: Parents = {row.id: row.parent_id for row in await Category.all().select_for_update()}
        entries = await self._ledger.find(Kind.CATEGORY, {referred(note) for note, _ in notes})
        for note, id_ in notes:
            entry = entries.get(referred(note))
            if entry is None or entry.row_id not in tree:
                self._report.changed(Kind.CATEGORY, str(id_), CATEGORY_MISSING)
            elif id_ in _above(tree, entry.row_id):
                self._report.changed(Kind.CATEGORY, str(id_), CATEGORY_CIRCLE)
            elif id_ in tree:
                tree[id_] = entry.row_id
                await Category.filter(id=id_).update(parent_id=entry.row_id)
        await self._ledger.forget(Note.ABOVE, [note for note, _ in notes])

    @unit_of_work
    async def _settle(self, keys: Sequence[str], post_ids: Sequence[int]) -> None:
        locked = " ORDER BY id FOR NO KEY UPDATE" if dialect() == "postgresql" else ""
        await rows.select(existing_sql("posts") + locked, rows.as_list(post_ids))
        waiting = await self._waiting(post_ids)
        if waiting:
            await self._hang(waiting, post_ids)
            await self._ledger.forget(Note.REPLY, waiting)
        await recount_posts(post_ids)
        await self._ledger.forget(Note.UNSETTLED, keys)

    async def _waiting(self, post_ids: Sequence[int]) -> dict[str, int]:
        """The notes of comments under these posts that wait for their parents."""
        found = await rows.select(
            "SELECT imported_rows.key, comments.id FROM comments"  # noqa: S608 - a condition of ours
            " JOIN imported_rows ON imported_rows.row_id = comments.id"
            " WHERE imported_rows.kind = :1 AND imported_rows.source = :2"
            f" AND comments.post_id {rows.among(3)} ORDER BY comments.id",
            Note.REPLY.value,
            self._ledger.source,
            rows.as_list(post_ids),
        )
        return {row[0]: row[1] for row in found}

    async def _hang(self, waiting: Mapping[str, int], post_ids: Sequence[int]) -> None:
        """Give those who wait their parents, and all below them their depth."""
        found = await rows.select(
            f"SELECT id, post_id, parent_id, depth FROM comments WHERE post_id {rows.among(1)}",  # noqa: S608 - ours
            rows.as_list(post_ids),
        )
        posts = {row[0]: row[1] for row in found}
        before = {row[0]: (row[2], row[3]) for row in found}
        parents: Parents = {row[0]: row[2] for row in found}
        entries = await self._ledger.find(Kind.COMMENT, {referred(note) for note in waiting})
        told = Told(self._report, await self._names(waiting.values()))
        for note, id_ in waiting.items():
            entry = entries.get(referred(note))
            if entry is None or posts.get(entry.row_id) != posts[id_]:
                told.about(id_, MISSING if entry is None else FOREIGN)
            else:
                parents[id_] = entry.row_id
        for id_ in broken_circles(parents, {*waiting.values()}):
            told.about(id_, CIRCLE)
        after = placed(parents, before, {*waiting.values()}, self._deepest)
        for id_ in (id_ for id_, place in after.items() if place[0] != parents[id_]):
            told.about(id_, TOO_DEEP)
        await rows.change(
            "UPDATE comments SET parent_id = :1, depth = :2 WHERE id = :3",
            [(*place, id_) for id_, place in sorted(after.items()) if place != before[id_]],
        )

    async def _names(self, ids: Collection[int]) -> dict[int, str]:
        """What the file calls these comments."""
        found = await rows.select(
            f"SELECT row_id, key FROM imported_rows WHERE kind = :1 AND source = :2 AND row_id {rows.among(3)}",  # noqa: S608
            Kind.COMMENT.value,
            self._ledger.source,
            rows.as_list([*ids]),
        )
        return {row[0]: row[1] for row in found}


class Told(NamedTuple):
    """The report, and what the file calls the comments that it is told of."""

    report: Report
    names: Mapping[int, str]

    def about(self, id_: int, reason: str) -> None:
        """A comment comes over otherwise than the file has it."""
        self.report.changed(Kind.COMMENT, self.names.get(id_, f"{id_} here"), reason)


def _above(tree: Parents, id_: int | None) -> Iterator[int]:
    """A category and all above it."""
    while id_ is not None:
        yield id_
        id_ = tree.get(id_)
