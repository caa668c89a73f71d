"""What has come from where: the table `imported_rows`, by which a second import finds what the first one wrote.

An entry's digest has two halves: the record as it was read, and the row as it was written (a stamp of what changes
when somebody changes it here). By the first a later import knows that there is nothing to do, and by the second that
somebody else has done something.

Beside the entries of records stand the notes of what is still to be done, which only last until it is: they make an
import that was killed go on where it was.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from transfer.importing import rows

LONGEST_KEY = 460
"""Characters: a note has the key of a row before it."""
KEY_BYTES = 16
NOT_OURS = "0" * 32
"""The stamp of a row that was here before, and is never changed."""
COLUMNS = ("source", "kind", "key", "row_id", "digest")


class Kind(StrEnum):
    """Of which kind a record is."""

    AUTHOR = "author"
    CATEGORY = "category"
    TAG = "tag"
    IMAGE = "image"
    POST = "post"
    COMMENT = "comment"
    LINKBACK = "linkback"


class Note(StrEnum):
    """What is still to be done: a parent to be found, a post's comments to be settled, followers to be told."""

    REPLY = "reply"
    ABOVE = "above"
    PICTURE = "picture"
    UNSETTLED = "unsettled"
    FEED = "feed"


class Entry(NamedTuple):
    """A record that has come over: as which row, and the halves of its digest."""

    row_id: int
    read: str
    stamp: str


def digest(record: object) -> str:
    """What tells one state of a record from another."""
    return hashlib.blake2b(orjson.dumps(record), digest_size=KEY_BYTES).hexdigest()


def stamp(*values: object) -> str:
    """What tells one state of a row from another."""
    return hashlib.blake2b(orjson.dumps(values), digest_size=KEY_BYTES).hexdigest()


def fitting(key: str) -> str:
    """The key as it is stored: a long one is its beginning and a digest."""
    if len(key) <= LONGEST_KEY:
        return key
    rest = hashlib.blake2b(key.encode(), digest_size=KEY_BYTES).hexdigest()
    return f"{key[: LONGEST_KEY - len(rest) - 1]}#{rest}"


class Ledger:
    """The entries and notes of one source."""

    def __init__(self, source: str) -> None:
        self.source = source

    async def find(self, kind: Kind, keys: Collection[str]) -> dict[str, Entry]:
        """The entries of these keys."""
        if not keys:
            return {}
        found = await rows.select(
            f"SELECT key, row_id, digest FROM imported_rows"  # noqa: S608 - a condition of ours
            f" WHERE source = :1 AND kind = :2 AND key {rows.among(3, 'text')}",
            self.source,
            kind.value,
            rows.as_list(keys),
        )
        return {row[0]: Entry(row[1], row[2][:32], row[2][32:]) for row in found}

    async def has_row(self, kind: Kind, row_id: int) -> bool:
        """Whether the row came over as this kind, and was not here before."""
        found = await rows.select(
            "SELECT 1 FROM imported_rows WHERE kind = :1 AND row_id = :2 AND source = :3 LIMIT 1",
            kind.value,
            row_id,
            self.source,
        )
        return bool(found)

    async def write(self, kind: Kind, entries: Iterable[tuple[str, int, str, str]]) -> None:
        """Note what has been written: each a key, the row's id, and the halves of the digest."""
        values = [(self.source, kind.value, key, id_, read + stamp_) for key, id_, read, stamp_ in entries]
        await rows.insert("imported_rows", COLUMNS, values)

    async def rewrite(self, kind: Kind, entries: Iterable[tuple[str, str, str]]) -> None:
        """Note what has been written anew: each a key and the halves of the digest."""
        await rows.change(
            "UPDATE imported_rows SET digest = :1 WHERE source = :2 AND kind = :3 AND key = :4",
            [(read + stamp_, self.source, kind.value, key) for key, read, stamp_ in entries],
        )

    async def remember(self, note: Note, about: Iterable[tuple[str, int]]) -> None:
        """Note what is still to be done, each a key and a row's id; what is noted already stays so."""
        await rows.change(
            "INSERT INTO imported_rows (source, kind, key, row_id, digest)"
            " VALUES ( :1, :2, :3, :4, '') ON CONFLICT DO NOTHING",
            [(self.source, note.value, key, id_) for key, id_ in about],
        )

    async def remembered(self, note: Note, limit: int, after: str = "") -> Sequence[tuple[str, int]]:
        """The next things to be done, in the order of their keys."""
        found = await rows.select(
            "SELECT key, row_id FROM imported_rows WHERE source = :1 AND kind = :2 AND key > :3"
            " ORDER BY key LIMIT :4",
            self.source,
            note.value,
            after,
            limit,
        )
        return [(row[0], row[1]) for row in found]

    async def forget(self, note: Note, keys: Iterable[str]) -> None:
        """It has been done."""
        await rows.change(
            "DELETE FROM imported_rows WHERE source = :1 AND kind = :2 AND key = :3",
            [(self.source, note.value, key) for key in keys],
        )


def reference(id_: int, key: str) -> str:
    """The key of a note that a row refers to a record by its key."""
    return f"{id_:020d}{key}"


def referred(note: str) -> str:
    """The record's key in such a note."""
    return note[20:]


def unsettled(post_id: int) -> tuple[str, int]:
    """The note that a post's comments are still to be settled."""
    return f"{post_id:020d}", post_id


def existing_sql(table: str) -> str:
    """A SELECT of the rows that are still there among the keys of its only parameter."""
    return f"SELECT id FROM {table} WHERE id {rows.among(1)}"  # noqa: S608 - a name of ours


async def still_there(table: str, ids: Collection[int]) -> set[int]:
    """Which of these rows have not been deleted here."""
    if not ids:
        return set()
    found: Sequence[Any] = await rows.select(existing_sql(table), rows.as_list(ids))
    return {row[0] for row in found}
