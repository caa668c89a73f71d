"""Where comments hang: parents that are known already, and what can be said of those that hang under them.

A comment under one that everybody sees is shown as it was decided. About all others `settling` has the last word, and
they are HIDDEN until then.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from models import CommentStatus
from transfer.formats.records import Comment
from transfer.importing import rows
from transfer.importing.incoming import Item
from transfer.importing.ledger import Kind, Ledger, fitting
from transfer.importing.report import Report

FOREIGN = "The comment that it answers is under another post, or was deleted here."
TOO_DEEP = "Replies are not nested so deeply here: it answers one further up."
APPROVED = CommentStatus.APPROVED.value
HIDDEN = CommentStatus.HIDDEN.value


@dataclass(slots=True)
class Place:
    """A comment that others may hang under; `gained` is how many replies have come that everybody sees."""

    id: int
    post_id: int
    parent_id: int | None
    depth: int
    status: str
    gained: int = 0


@dataclass(slots=True)
class Hanging:
    """Where a new comment hangs and what it is shown as; `settled` when that is all there is to say.

    It `waits` for its parent while that is not known.
    """

    parent: Place | None
    depth: int
    status: str
    settled: bool
    waits: bool = False


class Threads:
    """The places of one unit of work: those of parents, and those of its own comments as they come."""

    def __init__(self, deepest: int, report: Report) -> None:
        self._deepest = deepest
        self._report = report
        self._by_key: dict[str, Place] = {}
        self._by_id: dict[int, Place] = {}

    async def load(self, ledger: Ledger, items: Collection[Item[Comment]]) -> None:
        """Find the parents that have come before, and theirs."""
        own = {item.key for item in items}
        keys = {fitting(item.record.parent) for item in items if item.record.parent is not None} - own
        entries = await ledger.find(Kind.COMMENT, keys)
        await self._load({entry.row_id for entry in entries.values()})
        await self._load({place.parent_id for place in self._by_id.values() if place.depth >= self._deepest})
        for key, entry in entries.items():
            if entry.row_id in self._by_id:
                self._by_key[key] = self._by_id[entry.row_id]

    def hang(self, item: Item[Comment], post_id: int, decision: str, *, deleted: bool) -> Hanging:
        """Where the comment hangs, as far as its parent is known."""
        if item.record.parent is None:
            return self._at_top(decision, deleted=deleted)
        parent = self._by_key.get(fitting(item.record.parent))
        if parent is None:
            return Hanging(None, 0, HIDDEN, settled=False, waits=True)
        if parent.post_id != post_id:
            self._report.changed(Kind.COMMENT, item.key, FOREIGN)
            return self._at_top(decision, deleted=deleted)
        if parent.depth >= self._deepest and parent.parent_id in self._by_id:
            self._report.changed(Kind.COMMENT, item.key, TOO_DEEP)
            parent = self._by_id[parent.parent_id]
        seen = parent.status == APPROVED and not deleted
        return Hanging(parent, parent.depth + 1, decision if seen else HIDDEN, settled=seen)

    def add(self, key: str, place: Place) -> None:
        """A comment of this unit of work, under which others may hang."""
        self._by_key[key] = self._by_id[place.id] = place

    def gained(self, new: Collection[int]) -> list[tuple[int, int]]:
        """How many replies the comments have gained that were there before, each with its key."""
        return [(place.gained, id_) for id_, place in self._by_id.items() if place.gained and id_ not in new]

    def _at_top(self, decision: str, *, deleted: bool) -> Hanging:
        return Hanging(None, 0, HIDDEN if deleted else decision, settled=not deleted)

    async def _load(self, ids: Collection[int | None]) -> None:
        if missing := {id_ for id_ in ids if id_ is not None and id_ not in self._by_id}:
            found: Any = await rows.select(
                f"SELECT id, post_id, parent_id, depth, status FROM comments WHERE id {rows.among(1)}",  # noqa: S608
                rows.as_list(missing),
            )
            self._by_id |= {row[0]: Place(*row) for row in found}
