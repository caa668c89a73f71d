"""A statement under construction: its placeholders, its aliases, and the rows it reads from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pypika_tortoise.enums import Boolean, Equality
from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import (
    BasicCriterion,
    Case,
    ComplexCriterion,
    ContainsCriterion,
    Criterion,
    Field,
    Term,
    ValueWrapper,
)
from tortoise.expressions import Q, ResolveContext
from tortoise.query_utils import QueryModifier
from tortoise.queryset import QuerySet

from compiler.dialects import Dialect
from compiler.errors import ContractError
from compiler.params import ParameterCollector, Placeholder
from compiler.terms import Exists, Found, Rendered

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


class RowColumns:
    """What an expression sees of a row: its columns as attributes, and whether a Q holds for it."""

    def __init__(self, source: TableAlias) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Field:
        return self._source.term(name)

    def holds(self, condition: Q) -> Criterion:
        """The Q over this row's own columns as a term; one without conditions holds."""
        modifier = _resolve(self._source, [condition])
        if modifier.joins:
            raise ContractError("The condition of an expression can only be about the row's own columns")
        criterion: Criterion | None = modifier.where_criterion or None
        if criterion is None:
            return ValueWrapper(1).eq(1)
        for field in criterion.find_(Field):
            self._source.needed[field.name] = None
        return criterion

    def leads_to(self, via: str, condition: Q) -> Criterion:
        """Whether the Q holds for the row that the foreign key `via` leads to, over that row's own columns."""
        key = self._source.meta.fields_map[via]
        target = TableAlias(self._source.statement, key.related_model)
        is_it = target.term(target.meta.pk_attr) == self._source.term(key.source_field)
        query = Query.from_(target.table).select(1).where(is_it & RowColumns(target).holds(condition))
        return Exists(query)

    def number_of(self, queryset: QuerySet[Any], *, within: tuple[str, str, str]) -> Criterion:
        """How many rows of the queryset are `within` this row's range, as in `declarations.Many`."""
        return Rendered(f"(SELECT count(*) {self._tail(queryset, within)})")

    def has_any(self, queryset: QuerySet[Any], *, within: tuple[str, str, str]) -> Criterion:
        """Whether there are such rows."""
        return Rendered(f"EXISTS (SELECT 1 {self._tail(queryset, within)})")

    def if_any(self, queryset: QuerySet[Any], term: Any, otherwise: Any) -> Term:
        """The term if the queryset has any row at all, which is looked up once for all rows; or else the other."""
        any_at_all = Rendered(f"EXISTS (SELECT 1 {self._tail(queryset)})")
        return Case().when(any_at_all, term).else_(otherwise)

    def _tail(self, queryset: QuerySet[Any], within: tuple[str, str, str] | None = None) -> str:
        source = TableAlias(self._source.statement, queryset.model)
        joins, where = joins_and_conditions(source, queryset, within and within[0])
        if within is not None:
            where += in_range(source, self._source, within)
        return f"FROM {source.declaration}{joins}{' WHERE ' if where else ''}{' AND '.join(where)}"


def in_range(source: TableAlias, parent: TableAlias, within: tuple[str, str, str]) -> list[str]:
    """The conditions that a row of `source` is `within` the range of the row at `parent`."""
    column, first, behind = source.inner(within[0]), *(parent.column(name) for name in within[1:])
    return [f"{column}>={first}", f"{column}<{behind}"]


def joins_and_conditions(
    source: TableAlias, queryset: QuerySet[Any], ranging: str | None = None
) -> tuple[str, list[str]]:
    """The JOINs and the conditions of a queryset, for `source`'s table under its alias.

    Where rows are found by a range of the column `ranging` already, the queryset's own ranges of it are but checked.
    """
    _check_queryset(source, queryset)
    modifier = _resolve(source, queryset._q_objects)
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


def _resolve(source: TableAlias, conditions: Iterable[Q]) -> QueryModifier:
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
