"""Rows of an archive go into their tables, in the unit of work that is going on."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from storage import dialect
from storage.sql import execute_many
from transfer.archive.errors import ArchiveError
from transfer.archive.manifest import TableEntry
from transfer.archive.reading import Archive
from transfer.archive.tables import MISSING, Column, Table

ROWS_AT_ONCE = 500
Row = list[Any]


class GivenUp(Exception):
    """The caller has gone."""


class Filling:
    """What tables are being filled with.

    A foreign key whose row is not there yet is null at first, and noted to be filled in when all rows are there.
    """

    def __init__(self, progress: Callable[[str, int, int], None]) -> None:
        self.progress = progress
        self.given_up = False
        self.last_ids: dict[str, int] = {}
        self._marks = ("?1", "?2") if dialect() == "sqlite" else ("$1", "$2")
        self._later: dict[tuple[str, str, str], list[tuple[Any, Any]]] = {}

    def postpone(self, table: Table, column: Column, key: Any, value: Any) -> None:
        """Remember a value for `fill_in`."""
        self._later.setdefault((table.name, table.key, column.name), []).append((value, key))

    def told(self, table: Table, done: int, total: int) -> None:
        """Say how far a table is, unless nobody wants it any more."""
        if self.given_up:
            raise GivenUp
        self.progress(table.name, done, total)

    async def fill_in(self) -> None:
        """Write what was postponed."""
        value, key = self._marks
        for (table, key_column, column), pairs in self._later.items():
            sql = f'UPDATE "{table}" SET "{column}" = {value} WHERE "{key_column}" = {key}'  # noqa: S608 - names of ours
            await execute_many(sql, pairs)


async def fill_table(table: Table, archive: Archive, entry: TableEntry, filling: Filling) -> None:
    """Insert the rows of a table's file."""
    mark = "?" if dialect() == "sqlite" else "$"
    marks = ", ".join(f"{mark}{place}" for place in range(1, len(table.columns) + 1))
    sql = f'INSERT INTO "{table.name}" ({table.listed}) VALUES ({marks})'  # noqa: S608 - names of ours
    made, done = _rows(table, archive, entry, filling), 0
    filling.told(table, done, entry.rows)
    while chunk := list(islice(made, ROWS_AT_ONCE)):
        await execute_many(sql, chunk)
        done += len(chunk)
        filling.told(table, done, entry.rows)
    if done != entry.rows:
        raise ArchiveError(f"{archive.path}: {entry.file.name} has {done} rows, and should have {entry.rows}")


def _rows(table: Table, archive: Archive, entry: TableEntry, filling: Filling) -> Iterator[Row]:
    reader = _Reader(table)
    for number, line in enumerate(archive.lines(entry.file), 1):
        try:
            row = reader.row(line)
        except ValueError as error:
            raise ArchiveError(f"{archive.path}: line {number} of {entry.file.name} {error}") from error
        _postpone(table, row, filling)
        if table.counted:
            filling.last_ids[table.name] = max(filling.last_ids.get(table.name, 0), row[0])
        yield row


def _postpone(table: Table, row: Row, filling: Filling) -> None:
    """Take those keys out of the row whose rows come later."""
    for place, column in enumerate(table.columns):
        value = row[place]
        own = column.target == table.name and table.counted
        if value is not None and (column.late or (own and value > row[0])):
            filling.postpone(table, column, row[0], value)
            row[place] = None


class _Reader:
    """Reads lines as rows of a table."""

    def __init__(self, table: Table) -> None:
        self._columns = table.columns
        self._names = {column.name for column in table.columns}
        self._sqlite = dialect() == "sqlite"

    def row(self, line: bytes) -> Row:
        """The values for the table's columns. ValueError goes on after "line 3 of a file "."""
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise ValueError("is no JSON") from None
        if not isinstance(found, dict):
            raise ValueError("is no object of JSON")  # noqa: TRY004 - it is what the caller expects
        if strange := found.keys() - self._names:
            raise ValueError(f"has what the table has not: {', '.join(sorted(strange))}")
        return [self._value(column, found) for column in self._columns]

    def _value(self, column: Column, found: dict[str, Any]) -> Any:
        value = found.get(column.name, column.default)
        if value is MISSING:
            raise ValueError(
                f"has no {column.name}: restore it with the Causerie that has exported it, and upgrade that"
            )
        if value is None and column.null:
            return None
        load = column.kind.to_sqlite if self._sqlite else column.kind.to_postgresql
        try:
            return load(value)
        except ValueError as error:
            raise ValueError(f"cannot be read: its {column.name} {error}") from error
