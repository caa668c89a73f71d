"""Connections: what the Relay specification says of a page, as one SELECT. It does not know how a row is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from compiler.dialects import Dialect
from compiler.pages import Page
from compiler.selection import Selection, Spot
from compiler.statement import TableAlias
from compiler.texts import Json

MakeRow = Callable[[TableAlias, GraphQLObjectType, Spot], Json]
"""Makes the object of the row that a table stands at."""


def connection(page: Page, type_: Any, spot: Spot, selection: Selection, make_row: MakeRow) -> str:
    """A SELECT whose one value is the connection object."""
    maker = _ConnectionMaker(page, selection, make_row)
    value = maker.object(type_, spot)
    if not maker.reads_rows:
        return f"SELECT {value.sql}"
    source = page.rows.source
    return f"SELECT {value.sql} FROM ({page.select()}) AS {source.alias}{source.joins}"


@dataclass
class _ConnectionMaker:
    """Makes the members of one connection; `reads_rows` tells whether any of them needs the page's rows."""

    page: Page
    selection: Selection
    make_row: MakeRow
    reads_rows: bool = False

    @property
    def dialect(self) -> Dialect:
        """The database's SQL."""
        return self.page.rows.source.statement.dialect

    def object(self, type_: GraphQLObjectType, spot: Spot) -> Json:
        """The connection, its page info, or anything else that is made of its members."""
        members = self.selection.members(type_, spot)
        return self.dialect.object([(key, self._member(type_, member)) for key, member in members.items()])

    def _member(  # noqa: PLR0911 - one for each member of the specification
        self, type_: GraphQLObjectType, spot: Spot
    ) -> Json:
        name, dialect = spot.name, self.dialect
        match name:
            case "__typename":
                return Json(dialect.literal(type_.name))
            case "nodes" | "edges":
                self.reads_rows = True
                return dialect.array(self._item(type_.fields[name].type, spot))
            case "pageInfo":
                return self.object(get_named_type(type_.fields[name].type), spot)
            case "totalCount":
                return Json(f"(SELECT count(*) {self.page.rows.tail()})")
            case "hasNextPage":
                self.reads_rows |= self.page.looks_ahead
                return Json(dialect.boolean(self.page.has_next(), never_null=True))
            case "hasPreviousPage":
                return Json(dialect.boolean(self.page.has_previous(), never_null=True))
            case _:
                self.reads_rows = True
                start, end = dialect.first_and_last(self.page.order.cursor(self.page.rows.source))
                return Json(start if name == "startCursor" else end)

    def _item(self, type_: Any, spot: Spot) -> Json:
        item = get_named_type(type_)
        assert isinstance(item, GraphQLObjectType)
        if spot.name == "nodes":
            return self.make_row(self.page.rows.source, item, spot.item())
        return self._edge(item, spot.item())

    def _edge(self, type_: GraphQLObjectType, spot: Spot) -> Json:
        pairs, source = [], self.page.rows.source
        for key, member in self.selection.members(type_, spot).items():
            match member.name:
                case "__typename":
                    value = Json(self.dialect.literal(type_.name))
                case "cursor":
                    value = Json(self.page.order.cursor(source))
                case _:
                    value = self.make_row(source, get_named_type(type_.fields["node"].type), member)
            pairs.append((key, value))
        return self.dialect.object(pairs)
