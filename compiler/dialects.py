"""What differs between the databases: placeholders, JSON functions, and how values are written into the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import orjson
from pypika_tortoise.context import SqlContext
from pypika_tortoise.enums import Dialects

from compiler.errors import BadArgument
from compiler.params import Collector

Pair = tuple[str, str]


class Dialect(ABC):
    """The SQL of one database."""

    name: str
    most_pairs: int
    """How many members one call of the database's JSON object function can make."""
    nesting: int | None
    """After how many relations inside each other the next one moves to a common table expression; None: never."""

    @abstractmethod
    def placeholder(self, number: int, kind: str) -> str:
        """The text of the `number`-th parameter, counted from 1."""

    @abstractmethod
    def context(self, collector: Collector) -> SqlContext:
        """How pypika renders a term for this database."""

    def encode(self, kind: str, value: Any) -> Any:
        """A parameter's value as the driver wants it.

        Raises:
            BadArgument: a text that no database can hold, and so none can find.
        """
        if kind == "json":
            return orjson.dumps(value).decode()
        if kind == "text" and not is_storable(value):
            raise BadArgument("A text has NUL or half of a surrogate pair in it, which no stored text has")
        return value

    @abstractmethod
    def boolean(self, sql: str, *, never_null: bool = False) -> str:
        """A boolean as a JSON value."""

    @abstractmethod
    def instant(self, sql: str) -> str:
        """A moment as text in RFC 3339, UTC, six digits of microseconds."""

    @abstractmethod
    def text(self, sql: str) -> str:
        """A value as text, to be concatenated."""

    @abstractmethod
    def literal(self, text: str) -> str:
        """A text constant."""

    @abstractmethod
    def array(self, item: str) -> str:
        """The aggregate that makes a JSON array of `item` over all rows; `[]` when there is none."""

    @abstractmethod
    def first_and_last(self, item: str) -> tuple[str, str]:
        """Two aggregates: `item` of the first and of the last row."""

    @abstractmethod
    def each(self, placeholder: str, alias: str) -> tuple[str, str, str, str]:
        """A FROM item over a JSON array of [type, id] pairs, and its position, type and id."""

    def check(self, condition: str) -> str:
        """A condition to check on each row, not to find rows by: one of alternatives, or one on a row's parent."""
        return condition

    @abstractmethod
    def json_value(self, sql: str) -> str:
        """A JSON value that has gone through a derived table, known as JSON again."""

    @abstractmethod
    def _object(self, pairs: Sequence[Pair]) -> str:
        """A JSON object of at most `most_pairs` members."""

    @abstractmethod
    def _merged(self, objects: Sequence[Sequence[Pair]]) -> str:
        """One JSON object of the members of several."""

    def object(self, pairs: Sequence[Pair]) -> str:
        """A JSON object, put together from several when it is too wide for one call."""
        if len(pairs) <= self.most_pairs:
            return self._object(pairs)
        starts = range(0, len(pairs), self.most_pairs)
        return self._merged([pairs[start : start + self.most_pairs] for start in starts])


def is_storable(text: str) -> bool:
    """Whether every database can hold the text: there is no NUL in it and no half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def quote(text: str) -> str:
    """A string constant in standard SQL."""
    return "'" + text.replace("'", "''") + "'"


class Sqlite(Dialect):
    """SQLite 3.38 or later. Its parser's stack is 100 symbols deep, a relation takes up to 25 of them."""

    name = "sqlite"
    most_pairs = 60
    nesting = 2

    def placeholder(self, number: int, kind: str) -> str:  # noqa: ARG002, D102
        return f"?{number}"

    def context(self, collector: Collector) -> SqlContext:  # noqa: D102
        return _context(Dialects.SQLITE, collector)

    def encode(self, kind: str, value: Any) -> Any:  # noqa: D102
        if kind == "instant":
            utc = value if value.tzinfo is UTC else value.astimezone(UTC)
            return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
        return super().encode(kind, value)

    def boolean(self, sql: str, *, never_null: bool = False) -> str:  # noqa: D102
        otherwise = "ELSE" if never_null else f"WHEN NOT {sql} THEN"
        return f"json(CASE WHEN {sql} THEN 'true' {otherwise} 'false' END)"

    def instant(self, sql: str) -> str:  # noqa: D102
        return sql

    def text(self, sql: str) -> str:  # noqa: D102
        return sql

    def literal(self, text: str) -> str:  # noqa: D102
        return quote(text)

    def array(self, item: str) -> str:  # noqa: D102
        return f"json_group_array({item})"

    def first_and_last(self, item: str) -> tuple[str, str]:  # noqa: D102
        items = f"json_group_array({item})"
        return f"json_extract({items},'$[0]')", f"json_extract({items},'$[#-1]')"

    def each(self, placeholder: str, alias: str) -> tuple[str, str, str, str]:  # noqa: D102
        item = f"json_extract({alias}.value,'$[%d]')"
        return f"json_each({placeholder}) AS {alias}", f"{alias}.key", item % 0, item % 1

    def check(self, condition: str) -> str:
        """IS TRUE keeps SQLite from collecting alternatives by their indexes, and all parents in a Bloom filter."""
        return f"{condition} IS TRUE"

    def json_value(self, sql: str) -> str:  # noqa: D102
        return f"json({sql})"

    def _object(self, pairs: Sequence[Pair]) -> str:
        return "json_object(" + ",".join(f"'{name}',{sql}" for name, sql in pairs) + ")"

    def _merged(self, objects: Sequence[Sequence[Pair]]) -> str:
        merged = self._object(objects[0])
        for pairs in objects[1:]:
            merged = f"json_set({merged}," + ",".join(f"'$.{name}',{sql}" for name, sql in pairs) + ")"
        return merged


class Postgresql(Dialect):
    """PostgreSQL 14 or later."""

    name = "postgresql"
    most_pairs = 50
    nesting = None
    casts = {"text": "text", "int": "bigint", "float": "float8", "instant": "timestamptz", "json": "json"}  # noqa: RUF012

    def placeholder(self, number: int, kind: str) -> str:  # noqa: D102
        return f"${number}::{self.casts[kind]}"

    def context(self, collector: Collector) -> SqlContext:  # noqa: D102
        return _context(Dialects.POSTGRESQL, collector)

    def boolean(self, sql: str, *, never_null: bool = False) -> str:  # noqa: D102
        return f"({sql}) IS TRUE" if never_null else sql

    def instant(self, sql: str) -> str:  # noqa: D102
        return f"to_char({sql} AT TIME ZONE 'UTC','YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

    def text(self, sql: str) -> str:  # noqa: D102
        return f"{sql}::text"

    def literal(self, text: str) -> str:  # noqa: D102
        return f"{quote(text)}::text"

    def array(self, item: str) -> str:  # noqa: D102
        return f"coalesce(json_agg({item}),'[]'::json)"

    def first_and_last(self, item: str) -> tuple[str, str]:  # noqa: D102
        return f"(array_agg({item}))[1]", f"(array_agg({item}))[count(*)]"

    def each(self, placeholder: str, alias: str) -> tuple[str, str, str, str]:  # noqa: D102
        source = f"json_array_elements({placeholder}) WITH ORDINALITY AS {alias}(value,key)"
        return source, f"{alias}.key", f"{alias}.value->>0", f"({alias}.value->>1)::bigint"

    def json_value(self, sql: str) -> str:  # noqa: D102
        return sql

    def _object(self, pairs: Sequence[Pair]) -> str:
        return "json_build_object(" + ",".join(f"'{name}',{sql}" for name, sql in pairs) + ")"

    def _merged(self, objects: Sequence[Sequence[Pair]]) -> str:
        first, *others = [f"{self._object(pairs)}::text" for pairs in objects]
        more = "".join(f"||','||left(substr({each},2),-1)" for each in others)
        return f"(left({first},-1){more}||'}}')::json"


def _context(dialect: Dialects, collector: Collector) -> SqlContext:
    return SqlContext(
        quote_char='"',
        secondary_quote_char="'",
        alias_quote_char='"',
        dialect=dialect,
        with_namespace=True,
        parameterizer=collector,
    )


def dialect_of(name: str) -> Dialect:
    """The dialect called `sqlite` or `postgresql`."""
    return {"sqlite": Sqlite, "postgresql": Postgresql}[name]()
