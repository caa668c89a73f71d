"""What the declared functions see of a row: its columns as terms, and what they can ask about it and around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Case, Criterion, Field, Term, ValueWrapper
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from compiler.errors import ContractError
from compiler.statement import TableAlias, joins_and_conditions, resolve
from compiler.terms import Exists, Rendered

Having = Callable[[Any, Any], Any]
"""A criterion of a row and the row that it leads to."""


class RowColumns:
    """What an expression sees of a row: its columns as attributes, and whether a Q holds for it."""

    def __init__(self, source: TableAlias) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Field:
        return self._source.term(name)

    def holds(self, condition: Q) -> Criterion:
        """The Q over this row's own columns as a term; one without conditions holds."""
        modifier = resolve(self._source, [condition])
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

    def number_of(
        self,
        queryset: QuerySet[Any],
        *,
        within: tuple[str, str, str] | None = None,
        by: str | None = None,
        having: Having | None = None,
    ) -> Criterion:
        """How many rows of the queryset are `within` this row's range, as in `declarations.Many`.

        Or how many lead here `by` a foreign key, those for which the criterion `having(row, this row)` holds.
        """
        return Rendered(f"(SELECT count(*) {self._tail(queryset, within, by, having)})")

    def has_any(self, queryset: QuerySet[Any], *, within: tuple[str, str, str]) -> Criterion:
        """Whether there are such rows."""
        return Rendered(f"EXISTS (SELECT 1 {self._tail(queryset, within)})")

    def if_any(self, queryset: QuerySet[Any], term: Any, otherwise: Any) -> Term:
        """The term if the queryset has any row at all, which is looked up once for all rows; or else the other."""
        any_at_all = Rendered(f"EXISTS (SELECT 1 {self._tail(queryset)})")
        return Case().when(any_at_all, term).else_(otherwise)

    def _tail(
        self,
        queryset: QuerySet[Any],
        within: tuple[str, str, str] | None = None,
        by: str | None = None,
        having: Having | None = None,
    ) -> str:
        source = TableAlias(self._source.statement, queryset.model)
        joins, where = joins_and_conditions(source, queryset, within and within[0])
        if by is not None:
            where[:0] = leading_to(source, self._source, by, having)
        if within is not None:
            where += in_range(source, self._source, within)
        return f"FROM {source.declaration}{joins}{' WHERE ' if where else ''}{' AND '.join(where)}"


def in_range(source: TableAlias, parent: TableAlias, within: tuple[str, str, str]) -> list[str]:
    """The conditions that a row of `source` is `within` the range of the row at `parent`."""
    column, first, behind = source.inner(within[0]), *(parent.column(name) for name in within[1:])
    return [f"{column}>={first}", f"{column}<{behind}"]


def leading_to(source: TableAlias, parent: TableAlias, by: str, having: Having | None = None) -> list[str]:
    """The conditions that a row of `source` leads to the row at `parent` by that foreign key, and what else holds."""
    where = [f"{source.inner(source.meta.fields_map[by].source_field)}={parent.primary_key}"]
    if having is not None:
        where.append(f"({source.statement.render(having(RowColumns(source), RowColumns(parent)))})")
    return where
