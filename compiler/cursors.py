"""Keyset cursors: the sort key and the primary key of a row, so that a page stays put while rows come and go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from compiler.dialects import is_storable
from compiler.errors import BadArgument, ContractError
from compiler.params import Placeholder
from compiler.statement import TableAlias


@dataclass(frozen=True)
class Order:
    """The order of a connection: model fields, the last one unique in the list, all in one direction."""

    names: tuple[str, ...]
    descending: bool

    @classmethod
    def of(cls, source: TableAlias, ordering: list[tuple[str, bool]]) -> Order:
        """The order of a queryset, checked: keyset paging needs a unique last key and one direction."""
        names = tuple(name for name, _ in ordering)
        directions = {descending for _, descending in ordering}
        if len(names) not in (1, 2) or names[-1] != source.unique or len(directions) != 1:
            raise ContractError(
                f"A connection of {source.model.__name__} needs an order by at most one column and then "
                f"{source.unique!r}, in one direction, not {ordering}"
            )
        if source.is_null(names[0]):
            raise ContractError(
                f"A connection of {source.model.__name__} cannot be ordered by {names[0]!r}, which may be null"
            )
        return cls(names, ordering[0][1])

    def near(self, source: TableAlias, *, reverse: bool) -> str:
        """The ORDER BY list where the rows are found; reversed, to find the last ones first."""
        direction = "DESC" if self.descending != reverse else "ASC"
        return ",".join(f"{source.inner(name)} {direction}" for name in self.names)

    def again(self, source: TableAlias) -> str:
        """The ORDER BY list over the rows that were found."""
        direction = "DESC" if self.descending else "ASC"
        return ",".join(f"{source.column(name)} {direction}" for name in self.names)

    def cursor(self, source: TableAlias) -> str:
        """The SQL of a row's cursor: `column:value:id`."""
        dialect = source.statement.dialect
        parts = [self._part(source, name) for name in self.names]
        return dialect.literal(f"{self.names[0]}:") + "||" + "||':'||".join(parts)

    def _part(self, source: TableAlias, name: str) -> str:
        dialect, column = source.statement.dialect, source.column(name)
        is_instant = source.meta.fields_map[name].field_type is datetime
        return dialect.instant(column) if is_instant else dialect.text(column)

    def beyond(
        self, source: TableAlias, cursor: list[Placeholder], *, after: bool, inclusive: bool = False
    ) -> str:
        """The condition that a row stands after (or before) the cursor; inclusive: or is the cursor's own row."""
        operator = ("<" if self.descending else ">") if after else (">" if self.descending else "<")
        columns = ",".join(source.inner(name) for name in self.names)
        values = ",".join(source.statement.place(param) for param in cursor)
        return f"({columns}){operator}{'=' if inclusive else ''}({values})"

    def behind(self, source: TableAlias, row: TableAlias) -> str:
        """The condition that a row of `source` stands after the one at `row`."""
        columns, values = (
            ",".join(place(name) for name in self.names) for place in (source.inner, row.column)
        )
        return f"({columns}){'<' if self.descending else '>'}({values})"

    def parse(self, source: TableAlias, argument: Placeholder, name: str, node: Any) -> list[Placeholder]:
        """The placeholders of a cursor's parts; evaluating them raises BadArgument when it is none of this list."""

        def parts(text: str) -> list[Any]:
            try:
                return self._parts(source, text)
            except (ValueError, OverflowError):
                message = f'The value of "{name}" is no cursor of this list: pass a cursor that a page of it returned'
                raise BadArgument(message, node) from None

        def part(number: int) -> Placeholder:
            place = (argument.source, source.model, self.names, number)
            kind = _kind(source, self.names[number])
            return Placeholder(kind, lambda b: parts(argument.value(b))[number], place, argument.origins)

        return [part(number) for number in range(len(self.names))]

    def _parts(self, source: TableAlias, text: str) -> list[Any]:
        column, _, rest = text.partition(":")
        texts = rest.rsplit(":", len(self.names) - 1)
        if column != self.names[0] or len(texts) != len(self.names):
            raise ValueError(text)
        return [_value(_kind(source, name), part) for name, part in zip(self.names, texts, strict=True)]


def cursor_of(column: str, moment: datetime, id_: int) -> str:
    """The cursor of a row in a list by a moment, as `Order.cursor` has it: for a row that was just written."""
    return f"{column}:{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}:{id_}"


def _kind(source: TableAlias, name: str) -> str:
    return {int: "int", datetime: "instant"}.get(source.meta.fields_map[name].field_type, "text")


def _value(kind: str, text: str) -> Any:
    if kind == "int":
        if len(text) > 20:  # noqa: PLR2004 - the sign and the digits of a 64-bit integer
            raise ValueError(text)
        value = int(text)
        if abs(value) >= 2**63:
            raise ValueError(text)
        return value
    if kind == "instant":
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(UTC)
    if not is_storable(text):
        raise ValueError(text)
    return text
