"""Rows that are found by words, the last one first: by a full-text index that leads the statement.

SQLite's index is a virtual table beside the rows' own, and PostgreSQL's is one of a column. Both must come first:
SQLite reads its index backwards, and ends where the page is full; PostgreSQL collects what matches, since it would
otherwise rather walk along the primary key, and look at the words of every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.queryset import QuerySet

from compiler.params import Placeholder
from compiler.row_columns import RowColumns
from compiler.statement import Statement, TableAlias


@dataclass(frozen=True)
class Matched:
    """The rows of a queryset whose words match; ordered by their key, and cut into pages by it.

    `asked` is by the database's name what its index is given. `column` has the words, `index` is SQLite's table of
    them, whose rows have the same keys. What else must hold is `narrowed(row)`: terms over the row's columns.
    """

    rows: QuerySet[Any]
    asked: Mapping[str, Placeholder]
    column: str
    index: str
    narrowed: Callable[[RowColumns], Sequence[Any]] = lambda _: ()


class MatchedAlias(TableAlias):
    """The rows' own table, found by an index of words."""

    is_dear = True

    def __init__(self, statement: Statement, model: Any, matched: Matched) -> None:
        super().__init__(statement, model)
        dialect = statement.dialect
        others = [
            f'"{column}"' for column in self.meta.fields_db_projection.values() if column != matched.column
        ]
        self._declaration, self._key = dialect.matched(
            (self.meta.db_table, self.alias, self.meta.db_pk_column),
            (matched.index, matched.column, statement.place(matched.asked[dialect.name])),
            others,
        )

    @property
    def declaration(self) -> str:
        """The index, and the table beside it."""
        return self._declaration

    def inner(self, name: str) -> str:
        """The key as the index has it, which alone can be read in order."""
        return self._key if name == self.meta.pk_attr else super().inner(name)

    def conditions(self, matched: Matched) -> list[str]:
        """What else must hold."""
        return [
            self.statement.dialect.check(f"({self.statement.render(term)})")
            for term in matched.narrowed(RowColumns(self))
        ]
