"""Records of one kind, told apart: what is new, what has changed, and what there is nothing to do about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from transfer.importing.ledger import NOT_OURS, Entry, Kind, Ledger, still_there
from transfer.importing.report import Outcome, Report

TABLES = {
    Kind.AUTHOR: "users",
    Kind.CATEGORY: "categories",
    Kind.TAG: "tags",
    Kind.IMAGE: "images",
    Kind.POST: "posts",
    Kind.COMMENT: "comments",
    Kind.LINKBACK: "linkbacks",
}
GONE = "It was deleted here."
TWICE = "Another one before it has the same key."
CHANGED_HERE = "It was changed here since it was imported."
AnyRecord = TypeVar("AnyRecord")


class Said(NamedTuple):
    """What a comment says: as it was written, as HTML, and whether that shows it as it was written."""

    body: str
    html: str
    as_it_is: bool


@dataclass(slots=True, eq=False)
class Item(Generic[AnyRecord]):
    """A record, its key and its digest; `entry` is what it came over as, if it did.

    The body of a comment is rendered as soon as it is read.
    """

    key: str
    record: AnyRecord
    read: str
    said: Said | None = None
    entry: Entry | None = None


@dataclass(slots=True)
class Incoming(Generic[AnyRecord]):
    """What of some records is new, and what has changed in the old blog since."""

    new: list[Item[AnyRecord]]
    changed: list[Item[AnyRecord]]


async def sort_out(kind: Kind, read: Sequence[Item[Any]], ledger: Ledger, report: Report) -> Incoming[Any]:
    """Tell them apart, and account for those about which there is nothing to do."""
    items: dict[str, Item[Any]] = {}
    report.read(kind, len(read))
    for item in read:
        if items.setdefault(item.key, item) is not item:
            report.left_out(kind, item.key, TWICE)
    entries = await ledger.find(kind, items.keys())
    there = await still_there(TABLES[kind], {entry.row_id for entry in entries.values()})
    incoming = Incoming[Any]([item for key, item in items.items() if key not in entries], [])
    for key, entry in entries.items():
        item = items[key]
        item.entry = entry
        if entry.row_id not in there:
            report.left_out(kind, key, GONE)
        elif item.read == entry.read or entry.stamp == NOT_OURS:
            report.done(kind, Outcome.UNCHANGED)
        else:
            incoming.changed.append(item)
    return incoming
