"""SQL terms that pypika lacks."""

from typing import Any

from pypika_tortoise.context import SqlContext
from pypika_tortoise.enums import Dialects
from pypika_tortoise.terms import Criterion, Term
from tortoise.expressions import RawSQL


class Scalar(Term):
    """A subquery of one value inside an expression: `row.count + Scalar(query)`."""

    def __init__(self, query: Any) -> None:
        super().__init__()
        self._query = query

    def get_sql(self, ctx: SqlContext) -> str:
        """The query in parentheses."""
        return f"({self._query.get_sql(ctx)})"


class Rendered(Criterion):
    """A term that has been made SQL already."""

    def __init__(self, sql: str) -> None:
        super().__init__()
        self._sql = sql

    def get_sql(self, _: SqlContext) -> str:
        """The SQL as it is."""
        return self._sql


class Exists(Criterion):
    """Whether a subquery has any row."""

    def __init__(self, query: Any) -> None:
        super().__init__()
        self._query = query

    def get_sql(self, ctx: SqlContext) -> str:
        """The condition in standard SQL."""
        return f"EXISTS ({self._query.get_sql(ctx)})"


class Found(RawSQL):
    """The keys of a few rows for `id__in`: a subquery without parentheses, with `{}` for each of the terms.

    These rows are looked up before anything else is asked of them, whatever they are sorted by. In PostgreSQL an array
    hides how they are found: it would guess that they are many, and go through all rows in their order instead.
    """

    def __init__(self, sql: str, *terms: Any) -> None:
        super().__init__(sql)
        self._terms = [self.wrap_constant(term) for term in terms]

    def get_sql(self, ctx: SqlContext) -> str:
        """The subquery."""
        keys = self.sql.format(*(term.get_sql(ctx) for term in self._terms))
        return f"(SELECT unnest(ARRAY({keys})))" if ctx.dialect is Dialects.POSTGRESQL else f"({keys})"


class KeyWhere(RawSQL):
    """A row's own key where a condition holds, for `id__in`: one that Tortoise lacks, with `{0}` for a term.

    It is written as in a query of the rows' table alone, and asked of each row that is looked at.
    """

    def __init__(self, condition: str, *terms: Any) -> None:
        super().__init__(condition)
        self._terms = [self.wrap_constant(term) for term in terms]

    def get_sql(self, ctx: SqlContext) -> str:
        """A list of one key, or of null."""
        condition = self.sql.format(*(term.get_sql(ctx) for term in self._terms))
        return f"(CASE WHEN {condition} THEN id END)"


class Joined(Term):
    """Texts one behind the other: terms, and constants of the code."""

    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self._parts = [self.wrap_constant(part) for part in parts]

    def get_sql(self, ctx: SqlContext) -> str:
        """The concatenation in standard SQL."""
        return "||".join(part.get_sql(ctx) for part in self._parts)
