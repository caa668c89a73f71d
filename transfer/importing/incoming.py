"""Records of one kind, told apart: what is new, what has changed, and what there is nothing to do about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from transfer.importing.ledger import NOT_OURS, Entry, Kind, Ledger, digest, fitting, still_there
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


@dataclass(slots=True, eq=False)
class Item(Generic[AnyRecord]):
    """A record that something is to be done about; `entry` is what it came over as, if it did."""

    key: str
    record: AnyRecord
    read: str
    entry: Entry | None = None


@dataclass(slots=True)
class Incoming(Generic[AnyRecord]):
    """What of some records is new, and what has changed in the old blog since."""

    new: list[Item[AnyRecord]]
    changed: list[Item[AnyRecord]]


async def sort_out(kind: Kind, records: Sequence[Any], ledger: Ledger, report: Report) -> Incoming[Any]:
    """Tell them apart, and account for those about which there is nothing to do."""
    items: dict[str, Item[Any]] = {}
    report.read(kind, len(records))
    for record in records:
        key = fitting(record.key)
        if key in items:
            report.left_out(kind, key, TWICE)
        else:
            items[key] = Item(key, record, digest(record))
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
