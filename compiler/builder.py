"""Objects: the selected fields of a row as one SQL expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_non_null_type

from compiler.computing import COMPUTED_MARKER, ComputedField
from compiler.connections import MakeRow, connection
from compiler.cursors import Order
from compiler.declarations import (
    PAGING,
    Column,
    Computed,
    Expression,
    FirstOf,
    FirstVia,
    Key,
    Many,
    Neighbour,
    One,
)
from compiler.dialects import DEPTH_OF_JOIN, DEPTH_OF_SUBQUERY, Dialect
from compiler.matching import Matched, MatchedAlias
from compiler.pages import Page, Rows
from compiler.presenting import presenting
from compiler.registry import DeclaredField, row_object
from compiler.row_columns import RowColumns, in_range, leading_to
from compiler.selection import Selection, Spot
from compiler.statement import Statement, TableAlias, joins_and_conditions, order_of
from compiler.texts import Json


@dataclass
class PlanBuilder:
    """One plan being made. `viewer` and the selection's variables are placeholders."""

    selection: Selection
    viewer: Any
    statement: Statement
    computed: list[ComputedField] = field(default_factory=list)

    @property
    def dialect(self) -> Dialect:
        """The database's SQL."""
        return self.statement.dialect

    def object(self, source: TableAlias, type_: GraphQLObjectType, spot: Spot) -> Json:
        """The JSON object of the row that `source` stands at."""
        members = self.selection.members(type_, spot)
        return self.dialect.object(
            [(key, self._field(source, type_, member)) for key, member in members.items()]
        )

    def _field(self, source: TableAlias, type_: GraphQLObjectType, spot: Spot) -> Json:
        name = spot.name
        if name == "__typename":
            return Json(self.dialect.literal(type_.name))
        bound = self.selection.registry.field(type_.name, name)
        assert bound is not None  # checked at start
        match bound.declaration:
            case Key():
                prefix = self.selection.registry.row(type_.name).prefix
                return Json(f"{self.dialect.literal(prefix + '_')}||{self.dialect.text(source.primary_key)}")
            case Column():
                return self.leaf(source.column(self.selection.registry.column_name(bound)), bound.graphql)
            case Expression(sql):
                term = sql(RowColumns(source), self.viewer, **self._arguments(bound, spot))
                return self.leaf(f"({self.statement.render(term)})", bound.graphql)
            case Computed(batch, needs):
                mark = (COMPUTED_MARKER, Json(str(len(self.computed))))
                present = presenting(self.selection, bound.graphql.type, spot)
                arguments = self._arguments(bound, spot)
                self.computed.append(ComputedField(spot.path[:-1], spot.key, batch, arguments, present))
                return self.dialect.object([mark, *((name, self._need(source, name)) for name in needs)])
            case _:
                return self._relation(source, bound, spot)

    def _arguments(self, bound: DeclaredField, spot: Spot) -> dict[str, Any]:
        """The field's arguments as its declared function takes them, and those that it has from above."""
        own = self.selection.registry.arguments(bound, self.selection.arguments(bound, spot.node))
        inherited = getattr(bound.declaration, "inherits", ())
        return own | {name: spot.handed.get(name) for name in inherited}

    def _need(self, source: TableAlias, name: str) -> Json:
        """A column for a batch function, the same on every database; maybe of the row behind a foreign key."""
        if "|" in name:
            return Json(f"coalesce({','.join(self._need(source, each).sql for each in name.split('|'))})")
        via, _, name = name.rpartition("__")
        if via:
            key = source.meta.fields_map[via]
            target = TableAlias(self.statement, key.related_model)
            value = self._need(target, name).sql
            where = f"{target.primary_key}={source.column(key.source_field)}"
            return Json(f"(SELECT {value} FROM {target.declaration} WHERE {where})")
        type_ = source.meta.fields_map[name].field_type
        column = source.column(name)
        return Json({bool: self.dialect.boolean, datetime: self.dialect.instant}.get(type_, str)(column))

    def leaf(self, sql: str, declared: GraphQLField) -> Json:
        """A scalar as JSON has it."""
        name = get_named_type(declared.type).name
        if name == "Boolean":
            return Json(self.dialect.boolean(sql, never_null=is_non_null_type(declared.type)))
        return Json(self.dialect.instant(sql) if name == "DateTime" else sql)

    def _relation(self, source: TableAlias, bound: DeclaredField, spot: Spot) -> Json:
        """A row or rows that hang on this one; moved out of its place where the database's parser cannot go."""
        if self.dialect.has_room(spot.level):
            return self._related(source, bound, spot)
        base = TableAlias(self.statement, source.model)
        name = self.statement.hoist_to_cte(base, self._related(base, bound, spot.at_level(0)).sql)
        return self.dialect.fetched(f"(SELECT o FROM {name} WHERE {name}.id={source.primary_key})")

    def _related(self, parent: TableAlias, bound: DeclaredField, spot: Spot) -> Json:
        inner = spot.at_level(spot.level + DEPTH_OF_SUBQUERY)
        if isinstance(bound.declaration, Neighbour):
            return self.dialect.fetched(f"({self._neighbour(parent, bound, inner)})")
        if isinstance(bound.declaration, FirstVia):
            return self._first_via(parent, bound.declaration, bound, inner)
        if not isinstance(bound.declaration, One):
            return self.dialect.fetched(f"({self.many(parent, bound, inner)})", never_null=True)
        if bound.declaration.by is not None:
            return self.dialect.fetched(f"({self._first_by(parent, bound.declaration, bound, inner)})")
        if len(parent.joined) < self.dialect.most_joined:
            source, joins, where = self._foreign(parent, bound, beside=parent)
            if not joins:
                parent.join(source, where)
                value = self.object(source, row_object(bound), spot.at_level(spot.level + DEPTH_OF_JOIN))
                return self.dialect.where(f"{source.primary_key} IS NOT NULL", value)
        source, joins, where = self._foreign(parent, bound)
        value = self.object(source, row_object(bound), inner)
        tail = f"FROM {source.declaration}{joins}{source.joins} WHERE {' AND '.join(where)}"
        return self.dialect.fetched(f"(SELECT {value.sql} {tail})")

    def _first_via(self, parent: TableAlias, declaration: FirstVia, bound: DeclaredField, spot: Spot) -> Json:
        """The row of the first foreign key that has one."""
        types = {row.model: name for name, row in self.selection.registry.rows_of(bound.graphql).items()}
        rows = []
        for key in (parent.meta.fields_map[via] for via in declaration.vias):
            target = TableAlias(self.statement, key.related_model)
            value = self.object(target, self.type(types[key.related_model]), spot)
            where = f"{target.primary_key}={parent.column(key.source_field)}"
            rows.append(f"(SELECT {value.sql} FROM {target.declaration}{target.joins} WHERE {where})")
        return self.dialect.fetched(f"coalesce({','.join(rows)})")

    def _foreign(
        self, parent: TableAlias, bound: DeclaredField, beside: TableAlias | None = None
    ) -> tuple[TableAlias, str, list[str]]:
        """The row that a foreign key leads to, what its conditions join, and these."""
        declaration = bound.declaration
        assert isinstance(declaration, One)
        assert declaration.via is not None  # checked at start
        model = self.selection.registry.row(row_object(bound).name).model
        source = TableAlias(self.statement, model, beside)
        joins, where = (
            joins_and_conditions(source, declaration.rows(self.viewer)) if declaration.rows else ("", [])
        )
        foreign_key = parent.meta.fields_map[declaration.via].source_field
        return source, joins, [f"{source.primary_key}={parent.column(foreign_key)}", *where]

    def _neighbour(self, parent: TableAlias, bound: DeclaredField, spot: Spot) -> str:
        """A SELECT of at most one object: the row that comes next."""
        declaration = bound.declaration
        assert isinstance(declaration, Neighbour)
        queryset = declaration.rows(self.viewer, **self._arguments(bound, spot))
        source = TableAlias(self.statement, parent.model)
        order = Order.of(source, order_of(queryset))
        where = [f"{source.inner(name)}={parent.column(name)}" for name in declaration.alike]
        where.append(order.behind(source, parent))
        if declaration.when is not None:
            where.append(f"({self.statement.render(declaration.when(RowColumns(parent), self.viewer))})")
        return self._first(source, queryset, row_object(bound), spot, where)

    def _first_by(self, parent: TableAlias, declaration: One, bound: DeclaredField, spot: Spot) -> str:
        """A SELECT of at most one object: the first of the rows that lead to this one."""
        assert declaration.rows is not None
        assert declaration.by is not None
        queryset = declaration.rows(self.viewer, **self._arguments(bound, spot))
        source = TableAlias(self.statement, queryset.model)
        having = declaration.having and partial(declaration.having, viewer=self.viewer)
        where = leading_to(source, parent, declaration.by, having)
        return self._first(source, queryset, row_object(bound), spot, where)

    def many(self, parent: TableAlias | None, bound: DeclaredField, spot: Spot) -> str:
        """A SELECT whose one value is the connection, or the array of the listing."""
        declaration = bound.declaration
        assert isinstance(declaration, Many)
        arguments = self._arguments(bound, spot)
        spot = spot.handing({name: arguments[name] for name in declaration.hands_down})
        paging = {name: arguments.pop(name, None) for name in PAGING} if declaration.paged else {}
        rows = declaration.rows(self.viewer, **arguments)
        queryset = rows.rows if isinstance(rows, Matched) else rows
        source, make_row = self._listed(bound, rows)
        within = declaration.within
        joins, where = joins_and_conditions(source, queryset, within and within[0])
        if isinstance(source, MatchedAlias):
            where += source.conditions(rows)
        if parent is not None and within is not None:
            where[:0] = in_range(source, parent, within)
        if declaration.having is not None:
            term = declaration.having(RowColumns(source), self.viewer, **arguments)
            where.append(self.dialect.check(f"({self.statement.render(term)})"))
        if parent is not None and declaration.by is not None:
            foreign_key = source.meta.fields_map[declaration.by].source_field
            where.insert(0, f"{source.inner(foreign_key)}={parent.primary_key}")
        found = Rows(source, joins, tuple(where), order_of(queryset))
        if declaration.paged:
            page = Page.of(found, paging, spot.node)
            return connection(page, get_named_type(bound.graphql.type), spot, self.selection, make_row)
        value = make_row(source, row_object(bound), spot.item())
        listing = found.listing(declaration.at_most)
        return f"SELECT {self.dialect.array(value).sql} FROM ({listing}) AS {source.alias}{source.joins}"

    def _listed(self, bound: DeclaredField, queryset: Any) -> tuple[TableAlias, MakeRow]:
        """The rows that are listed, and how one of them becomes an object: itself, or by what it leads to."""
        declaration = bound.declaration
        assert isinstance(declaration, Many)
        model = self.selection.registry.target(bound.graphql).model
        if isinstance(queryset, Matched):
            return MatchedAlias(self.statement, model, queryset), self.object
        listed = getattr(queryset, "model", model)
        if declaration.through is None or listed is model:
            return TableAlias(self.statement, model), self.object
        source, key = TableAlias(self.statement, listed), listed._meta.fields_map[declaration.through]
        source.unique = key.source_field
        return source, self._made_beside(source, key) if self.dialect.most_joined else self._made_within(key)

    def _made_beside(self, source: TableAlias, key: Any) -> MakeRow:
        """The object of what a listed row leads to, which is read beside it, once however often it is made."""
        target = TableAlias(self.statement, key.related_model, source)

        def make_row(source: TableAlias, type_: GraphQLObjectType, spot: Spot) -> Json:
            if not source.joined:
                source.join(target, [f"{target.primary_key}={source.column(key.source_field)}"])
            return self.object(target, type_, spot)

        return make_row

    def _made_within(self, key: Any) -> MakeRow:
        """The same by a subquery: a join would be free to bring the rows in another order."""

        def make_row(source: TableAlias, type_: GraphQLObjectType, spot: Spot) -> Json:
            target = TableAlias(self.statement, key.related_model)
            value = self.object(target, type_, spot)
            where = f"{target.primary_key}={source.column(key.source_field)}"
            tail = f"FROM {target.declaration}{target.joins} WHERE {where}"
            return self.dialect.fetched(f"(SELECT {value.sql} {tail})")

        return make_row

    def first_of(self, bound: DeclaredField, spot: Spot) -> str:
        """A SELECT of at most one object: the first row that any of the querysets has."""
        declaration = bound.declaration
        assert isinstance(declaration, FirstOf)
        values = self.selection.arguments(bound, spot.node)
        querysets = declaration.rows(self.viewer, **self.selection.registry.arguments(bound, values))
        types = {row.model: name for name, row in self.selection.registry.rows_of(bound.graphql).items()}
        inner = spot.at_level(DEPTH_OF_SUBQUERY)
        firsts = [self.first(each, self.type(types[each.model]), inner) for each in querysets]
        return f"SELECT coalesce({','.join(f'({first})' for first in firsts)})"

    def type(self, name: str) -> GraphQLObjectType:
        """The object type of this name."""
        type_ = self.selection.registry.graphql.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        return type_

    def one(self, bound: DeclaredField, spot: Spot) -> str:
        """A SELECT of at most one object: the first row of the queryset."""
        declaration = bound.declaration
        assert isinstance(declaration, One)
        assert declaration.rows is not None
        queryset = declaration.rows(self.viewer, **self._arguments(bound, spot))
        return self.first(queryset, row_object(bound), spot)

    def first(self, queryset: Any, type_: GraphQLObjectType, spot: Spot) -> str:
        """A SELECT of the first row of the queryset as an object of the type."""
        source = TableAlias(self.statement, self.selection.registry.row(type_.name).model)
        return self._first(source, queryset, type_, spot)

    def _first(
        self,
        source: TableAlias,
        queryset: Any,
        type_: GraphQLObjectType,
        spot: Spot,
        more: Sequence[str] = (),
    ) -> str:
        joins, where = joins_and_conditions(source, queryset)
        value = self.object(source, type_, spot)
        rows = Rows(source, joins + source.joins, (*where, *more), order_of(queryset))
        return f"SELECT {value.sql} {rows.tail(order=rows.order(), limit='1')}"
