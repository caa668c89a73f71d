"""Pages: a window on the rows of a list, between cursors or by number, as one SELECT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.cursors import Order
from compiler.errors import BadArgument
from compiler.params import Placeholder
from compiler.statement import TableAlias

AHEAD = "ahead"
"""The column that counts the rows of a page with the one behind it."""
DEFAULT_PAGE = 20
LARGEST_PAGE = 100
LARGEST_OFFSET = 2**31 - 1
NEVER = "(1=0)"


@dataclass(frozen=True)
class Rows:
    """Which rows of `source`, in which order."""

    source: TableAlias
    joins: str
    where: tuple[str, ...]
    ordering: list[tuple[str, bool]]

    def listing(self, at_most: int) -> str:
        """All of them, up to a number."""
        order = self.order()
        columns = self.source.needed_columns()
        return f"SELECT {columns} {self.tail(order=order, limit=str(at_most))}"

    def order(self) -> str:
        """The ORDER BY list as the queryset has it."""
        return ",".join(
            f"{self.source.inner(name)} {'DESC' if down else 'ASC'}" for name, down in self.ordering
        )

    def tail(self, *more: str, order: str = "", limit: str = "", offset: str = "") -> str:
        """FROM and what follows, with further conditions."""
        where = " AND ".join((*self.where, *more))
        return (
            f"FROM {self.source.declaration}{self.joins}"
            f"{' WHERE ' + where if where else ''}{' ORDER BY ' + order if order else ''}"
            f"{' LIMIT ' + limit if limit else ''}{' OFFSET ' + offset if offset else ''}"
        )

    def exists(self, *more: str, order: str, offset: str = "") -> str:
        """Whether there is such a row (behind the first `offset`).

        EXISTS would not care for the order, and PostgreSQL then prefers to go over the table as it lies.
        """
        return f"((SELECT 1 {self.tail(*more, order=order, limit='1', offset=offset)}) IS NOT NULL)"


@dataclass(frozen=True)
class Page:
    """A window on rows: `window` narrows to those between the cursors, `limit` and `skip` count among these."""

    rows: Rows
    order: Order
    size: Placeholder | None
    backwards: bool
    offset: Placeholder | None
    after: list[Placeholder] | None
    before: list[Placeholder] | None

    @classmethod
    def of(cls, rows: Rows, paging: dict[str, Any], node: Any) -> Page:
        """The page that the arguments name.

        Raises:
            BadArgument: at once for arguments that exclude each other, when the statement is bound for bad values.
        """
        first, last, offset = paging["first"], paging["last"], paging["offset"]
        if first is not None and last is not None:
            raise BadArgument('Pass "first" or "last", not both', node)
        if offset is not None and any(paging[name] is not None for name in ("after", "before", "last")):
            raise BadArgument(
                '"offset" is for numbered pages: pass it with "first" alone, without cursors', node
            )
        order = Order.of(rows.source, rows.ordering)
        size = (
            _size("first", first, node)
            if first is not None
            else _size("last", last, node)
            if last is not None
            else None
        )
        cursors = {
            name: None if paging[name] is None else order.parse(rows.source, paging[name], name, node)
            for name in ("after", "before")
        }
        skipped = None if offset is None else _offset(offset, node)
        for param in (size, skipped, *(cursors["after"] or ()), *(cursors["before"] or ())):
            if param is not None:
                rows.source.statement.expect(param)
        return cls(rows, order, size, last is not None, skipped, cursors["after"], cursors["before"])

    @property
    def limit(self) -> str:
        """The SQL of how many rows a page has at most."""
        return str(DEFAULT_PAGE) if self.size is None else self._count(self.size)

    @property
    def skip(self) -> str:
        """The SQL of how many rows come before a numbered page; empty for any other."""
        return "" if self.offset is None else self._count(self.offset)

    def _count(self, param: Placeholder) -> str:
        statement = self.rows.source.statement
        return statement.dialect.count(statement.place(param))

    def window(self) -> list[str]:
        """The conditions that the cursors set."""
        conditions = []
        if self.after is not None:
            conditions.append(self.order.beyond(self.rows.source, self.after, after=True))
        if self.before is not None:
            conditions.append(self.order.beyond(self.rows.source, self.before, after=False))
        return conditions

    @property
    def looks_ahead(self) -> bool:
        """Whether its rows know if there is another one behind them."""
        return self.rows.source.is_dear and not self.backwards and self.offset is None

    def select(self) -> str:
        """The rows of the page in their order."""
        source, order = self.rows.source, self.order
        near = order.near(source, reverse=self.backwards)
        again = order.again(source) if self.backwards else ""
        limit = f"{self.limit}+1" if self.looks_ahead else self.limit
        tail = self.rows.tail(*self.window(), order=near, limit=limit, offset=self.skip)
        rows = f"SELECT {source.needed_columns()} {tail}"
        if self.looks_ahead:
            return f"SELECT *,count(*) OVER () AS {AHEAD} FROM ({rows}) AS {source.alias} LIMIT {self.limit}"
        if not self.backwards:
            return rows
        return f"SELECT * FROM ({rows}) AS {source.alias} ORDER BY {again} LIMIT {self.limit}"

    def more(self) -> str:
        """Whether there are rows behind the page, seen in the direction of paging."""
        behind = self.limit if self.offset is None else f"{self.limit}+{self.skip}"
        near = self.order.near(self.rows.source, reverse=self.backwards)
        return self.rows.exists(*self.window(), order=near, offset=behind)

    def has_next(self) -> str:
        """The SQL of hasNextPage."""
        behind_the_cursor = self._beyond(self.before, after=False)
        if self.looks_ahead:  # a page without rows has none that knows
            known = f"max({self.rows.source.alias}.{AHEAD})>{self.limit}"
            return _either(f"coalesce({known},{self.more()})", behind_the_cursor)
        return behind_the_cursor if self.backwards else _either(self.more(), behind_the_cursor)

    def has_previous(self) -> str:
        """The SQL of hasPreviousPage."""
        if self.offset is not None:
            return f"({self.skip}>0 AND {self.rows.exists(order=self.order.near(self.rows.source, reverse=False))})"
        before_the_cursor = self._beyond(self.after, after=True)
        return _either(self.more(), before_the_cursor) if self.backwards else before_the_cursor

    def _beyond(self, cursor: list[Placeholder] | None, *, after: bool) -> str:
        """Whether there are rows on the other side of a cursor, or at it."""
        if cursor is None:
            return NEVER
        source = self.rows.source
        nearest = self.order.near(source, reverse=after)
        beyond = self.order.beyond(source, cursor, after=not after, inclusive=True)
        return self.rows.exists(beyond, order=nearest)


def _either(one: str, other: str) -> str:
    return one if other == NEVER else f"({one} OR {other})"


def _size(name: str, param: Placeholder, node: Any) -> Placeholder:
    def check(value: int) -> int:
        if not 0 <= value <= LARGEST_PAGE:
            raise BadArgument(f'"{name}" must be from 0 to {LARGEST_PAGE}, not {value}', node)
        return value

    return param.map(check)


def _offset(param: Placeholder, node: Any) -> Placeholder:
    def check(value: int) -> int:
        if not 0 <= value <= LARGEST_OFFSET:
            raise BadArgument(f'"offset" must not be negative, it is {value}', node)
        return value

    return param.map(check)
