"""A statement under construction: its placeholders, its aliases, and the rows it reads from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pypika_tortoise.enums import Boolean, Equality
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import (
    BasicCriterion,
    ComplexCriterion,
    ContainsCriterion,
    Field,
)
from tortoise.expressions import Q, ResolveContext
from tortoise.query_utils import QueryModifier
from tortoise.queryset import QuerySet

from compiler.dialects import Dialect
from compiler.errors import ContractError
from compiler.params import ParameterCollector, Placeholder
from compiler.terms import Found

RANGES = (Equality.gt, Equality.gte, Equality.lt, Equality.lte)


class Statement:
    """Everything that the parts of one statement share."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._collector = ParameterCollector(dialect.placeholder)
        self._context = dialect.context(self._collector)
        self._aliases = 0
        self._hoisted: list[str] = []
        self._expected: list[Placeholder] = []

    def alias(self) -> str:
        """A name that no other part of the statement has."""
        self._aliases += 1
        return f"t{self._aliases}"

    def render(self, term: Any) -> str:
        """A pypika term or criterion as text, its placeholders numbered."""
        return str(term.get_sql(self._context))

    def place(self, param: Placeholder) -> str:
        """A placeholder's text."""
        return self._collector.place(param)

    def expect(self, param: Placeholder) -> None:
        """Have the value looked at in every request, even if it turns out that nothing in the statement needs it."""
        self._expected.append(param)

    def hoist_to_cte(self, base: TableAlias, sql: str) -> str:
        """Move an expression over `base` and what it joins; the answer is the name to read `o` by `id` from.

        SQLite's parser cannot nest deep. A common table expression is parsed on its own and then melts into the place
        where it is used, so it costs one look-up by primary key.
        """
        name = f"x{len(self._hoisted) + 1}"
        self._hoisted.append(
            f"{name} AS NOT MATERIALIZED "
            f"(SELECT {base.primary_key} AS id,{sql} AS o FROM {base.declaration}{base.joins})"
        )
        return name

    def finish(self, select: str) -> tuple[str, tuple[Placeholder, ...], tuple[Placeholder, ...]]:
        """The whole statement around its outermost SELECT, its parameters, and what was expected but has no place."""
        whole = f"WITH {','.join(self._hoisted)} {select}" if self._hoisted else select
        sql, params = self._collector.finish(whole)
        placed = {param.source for param in params}
        return sql, params, tuple(param for param in self._expected if param.source not in placed)


class TableAlias:
    """A table under an alias, or a derived table with the same alias: where columns of one row come from.

    `beside` is the row that leads to it by a foreign key, where both are read by the same SELECT.
    """

    is_dear = False
    """Whether its rows are dear to find: a page had better have one more than be looked for again behind its end."""

    def __init__(self, statement: Statement, model: Any, beside: TableAlias | None = None) -> None:
        self.statement = statement
        self.model = model
        self.meta = model._meta
        self.alias = statement.alias()
        self.table = Table(self.meta.db_table, alias=self.alias)
        self.unique: str = self.meta.pk_attr
        """What tells its rows apart in a list."""
        self.needed: dict[str, None] = {}
        self.joined: list[str] = [] if beside is None else beside.joined

    @property
    def joins(self) -> str:
        """The JOINs of what is read beside it, in the order in which one leads to the next."""
        return "".join(self.joined)

    def join(self, target: TableAlias, conditions: Iterable[str]) -> None:
        """Read `target`, a row at most, beside this one."""
        self.joined.append(f" LEFT JOIN {target.declaration} ON {' AND '.join(conditions)}")

    @property
    def declaration(self) -> str:
        """The table in a FROM clause."""
        return f'"{self.meta.db_table}" AS {self.alias}'

    @property
    def primary_key(self) -> str:
        """The primary key's column."""
        return self.column(self.meta.pk_attr)

    def column(self, name: str) -> str:
        """The column of the model's field `name` as text; noted as needed."""
        return f'{self.alias}."{self._need(name)}"'

    def inner(self, name: str) -> str:
        """The same for the conditions and the order of a derived table, which need not offer it."""
        return f'{self.alias}."{self._name(name)}"'

    def term(self, name: str) -> Field:
        """The same as a pypika term."""
        return Field(self._need(name), table=self.table)

    def is_null(self, name: str) -> bool:
        """Whether the column of the model's field `name` may be null."""
        self._name(name)
        return bool(self.meta.fields_map[name].null)

    def _need(self, name: str) -> str:
        column = self._name(name)
        self.needed[column] = None
        return column

    def _name(self, name: str) -> str:
        column: str | None = self.meta.fields_db_projection.get(name)
        if column is None:
            raise ContractError(f"{self.model.__name__} has no column {name!r}")
        return column

    def needed_columns(self) -> str:
        """The select list of a derived table that offers every column noted so far."""
        return ",".join(
            f'{self.alias}."{column}"' for column in self.needed or {self.meta.db_pk_column: None}
        )


def joins_and_conditions(
    source: TableAlias, queryset: QuerySet[Any], ranging: str | None = None
) -> tuple[str, list[str]]:
    """The JOINs and the conditions of a queryset, for `source`'s table under its alias.

    Where rows are found by a range of the column `ranging` already, the queryset's own ranges of it are but checked.
    """
    _check_queryset(source, queryset)
    modifier = resolve(source, queryset._q_objects)
    render = source.statement.render
    joins = {
        f' LEFT JOIN "{table._table_name}" AS "{table.get_table_name()}" ON {render(criterion)}': None
        for table, criterion in modifier.joins
    }
    parents = {
        table for table, _ in modifier.joins if table.alias
    }  # Tortoise names only what a foreign key leads to
    ordered = [source.meta.fields_db_projection.get(name) for name, _ in order_of(queryset)[:1]]
    conditions = list(_conjuncts(modifier.where_criterion))
    any_found = any(map(_is_found, conditions))
    ranged = None if ranging is None else source.meta.fields_db_projection.get(ranging)
    where = []
    for condition in conditions:
        sql = f"({render(condition)})"
        is_check = _is_or(condition) or condition.tables_ <= parents or _scatters(condition, ordered)
        is_check = not _is_found(condition) if any_found else is_check
        is_check = is_check or _range_of(condition) == ranged is not None
        where.append(source.statement.dialect.check(sql) if is_check else sql)
    return "".join(joins), where


def _conjuncts(criterion: Any) -> Iterator[Any]:
    """The conditions that must all hold."""
    if isinstance(criterion, ComplexCriterion) and criterion.comparator is Boolean.and_:
        yield from _conjuncts(criterion.left)
        yield from _conjuncts(criterion.right)
    elif criterion:
        yield criterion


def _is_or(criterion: Any) -> bool:
    return isinstance(criterion, ComplexCriterion) and criterion.comparator is Boolean.or_


def _is_found(criterion: Any) -> bool:
    """Whether it has the keys of a few rows, which are to be looked up first."""
    return isinstance(criterion, ContainsCriterion) and isinstance(criterion.container, Found)


def _scatters(criterion: Any, ordered: list[str | None]) -> bool:
    """Whether rows that are found by it come in another order than theirs, which is to be read from an index."""
    if not ordered:
        return False
    if isinstance(criterion, ContainsCriterion):
        return criterion.term.name not in ordered if isinstance(criterion.term, Field) else False
    ranged = _range_of(criterion)
    return ranged is not None and ranged not in ordered


def _range_of(criterion: Any) -> str | None:
    """The column that the condition is a range of, if it is one."""
    is_range = isinstance(criterion, BasicCriterion) and criterion.comparator in RANGES
    return criterion.left.name if is_range and isinstance(criterion.left, Field) else None


def resolve(source: TableAlias, conditions: Iterable[Q]) -> QueryModifier:
    """Conditions on the table under its alias. The queryset they come from is never run."""
    context = ResolveContext(model=source.model, table=source.table, annotations={}, custom_filters={})
    modifier = QueryModifier()
    for condition in conditions:
        modifier &= condition.resolve(context)
    return modifier


def order_of(queryset: QuerySet[Any]) -> list[tuple[str, bool]]:
    """The queryset's order: model fields and whether each is descending."""
    return [(name, getattr(order, "value", order) == "DESC") for name, order in queryset._orderings]


def _check_queryset(source: TableAlias, queryset: QuerySet[Any]) -> None:
    if not isinstance(queryset, QuerySet):
        raise ContractError(
            f"A queryset of {source.model.__name__} is expected, not {type(queryset).__name__}"
        )
    if queryset.model is not source.model:
        raise ContractError(
            f"Rows of {source.model.__name__} were declared, the queryset is over {queryset.model.__name__}"
        )
    if (
        queryset._annotations
        or queryset._limit is not None
        or queryset._offset is not None
        or queryset._distinct
    ):
        raise ContractError(f"A queryset of {source.model.__name__} may only be filtered and ordered")
