"""SQL terms that pypika lacks."""

from typing import Any

from pypika_tortoise.context import SqlContext
from pypika_tortoise.terms import Criterion, Term


class Scalar(Term):
    """A subquery of one value inside an expression: `row.count + Scalar(query)`."""

    def __init__(self, query: Any) -> None:
        super().__init__()
        self._query = query

    def get_sql(self, ctx: SqlContext) -> str:
        """The query in parentheses."""
        return f"({self._query.get_sql(ctx)})"


class Exists(Criterion):
    """Whether a subquery has any row."""

    def __init__(self, query: Any) -> None:
        super().__init__()
        self._query = query

    def get_sql(self, ctx: SqlContext) -> str:
        """The condition in standard SQL."""
        return f"EXISTS ({self._query.get_sql(ctx)})"


class Joined(Term):
    """Texts one behind the other: terms, and constants of the code."""

    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self._parts = [self.wrap_constant(part) for part in parts]

    def get_sql(self, ctx: SqlContext) -> str:
        """The concatenation in standard SQL."""
        return "||".join(part.get_sql(ctx) for part in self._parts)
