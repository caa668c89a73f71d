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
from compiler.params import ParameterCollector
from compiler.texts import Json, Pair, plain_object, text, text_array, text_object

DEPTH_OF_SUBQUERY = 20
DEPTH_OF_JOIN = 10
"""How much of the parser's stack one relation takes at most, with what is around it."""


class Dialect(ABC):
    """The SQL of one database."""

    name: str
    most_pairs: int
    """How many members one call of the database's JSON object function can make."""
    room: int | None
    """How deep relations may stand inside each other before the next one moves to a common table expression, in the
    units of `DEPTH_OF_SUBQUERY` and `DEPTH_OF_JOIN`; None: as deep as they like."""
    most_joined: int
    """How many rows by foreign key one SELECT joins; the others are subqueries."""

    def has_room(self, level: int) -> bool:
        """Whether one relation more may stand at that depth."""
        return self.room is None or level + DEPTH_OF_SUBQUERY <= self.room

    @abstractmethod
    def placeholder(self, number: int, kind: str) -> str:
        """The text of the `number`-th parameter, counted from 1."""

    @abstractmethod
    def context(self, collector: ParameterCollector) -> SqlContext:
        """How pypika renders a term for this database."""

    def encode(self, kind: str, value: Any) -> Any:
        """A parameter's value as the driver wants it.

        Raises:
            BadArgument: a text that no database can hold, and so none can find.
        """
        if kind == "json":
            return orjson.dumps(value).decode()
        if kind == "text" and value is not None and not is_storable(value):
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

    def count(self, place: str) -> str:
        """A placeholder in LIMIT or OFFSET."""
        return place

    @abstractmethod
    def array(self, item: Json) -> Json:
        """The aggregate that makes a JSON array of `item` over all rows; `[]` when there is none."""

    @abstractmethod
    def first_and_last(self, item: str) -> tuple[str, str]:
        """Two aggregates: `item` of the first and of the last row."""

    @abstractmethod
    def each(self, placeholder: str, alias: str) -> tuple[str, str, str, str]:
        """A FROM item over a JSON array of [type, id] pairs, and its position, type and id."""

    def check(self, condition: str) -> str:
        """A condition to check on each row, not to find rows by.

        It is one of alternatives, or on a row's parent, or a range of another column than the order's.
        """
        return condition

    @abstractmethod
    def matched(
        self, table: tuple[str, str, str], words: tuple[str, str, str], columns: Sequence[str]
    ) -> tuple[str, str]:
        """A FROM item over the rows whose words match, and their key.

        The table is given by its name, alias and key; the words by their index, their column and what they must match.
        """

    @abstractmethod
    def fetched(self, sql: str, *, never_null: bool = False) -> Json:
        """A JSON value that comes out of a subquery, of whatever kind."""

    @abstractmethod
    def where(self, condition: str, value: Json) -> Json:
        """The value where the condition holds, null elsewhere."""

    @abstractmethod
    def object(self, pairs: Sequence[Pair]) -> Json:
        """A JSON object, its members in that order; put together from several when it is too wide for one call."""


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
    """SQLite 3.40 or later. Up to 3.45 its parser's stack is 100 symbols deep, and a SELECT joins 64 tables at most."""

    name = "sqlite"
    most_pairs = 60
    room = 60
    most_joined = 12

    def placeholder(self, number: int, kind: str) -> str:  # noqa: ARG002
        return f"?{number}"

    def context(self, collector: ParameterCollector) -> SqlContext:
        return _context(Dialects.SQLITE, collector)

    def encode(self, kind: str, value: Any) -> Any:
        if kind == "instant":
            utc = value if value.tzinfo is UTC else value.astimezone(UTC)
            return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
        return super().encode(kind, value)

    def boolean(self, sql: str, *, never_null: bool = False) -> str:
        otherwise = "ELSE" if never_null else f"WHEN NOT {sql} THEN"
        return f"json(CASE WHEN {sql} THEN 'true' {otherwise} 'false' END)"

    def instant(self, sql: str) -> str:
        return sql

    def text(self, sql: str) -> str:
        return sql

    def literal(self, text: str) -> str:
        return quote(text)

    def count(self, place: str) -> str:
        """As a sum: SQLite looks at the value of a bare placeholder, and then compiles for every execution anew."""
        return f"{place}+0"

    def array(self, item: Json) -> Json:
        return text_array(item) if item.is_text else text(f"json_group_array({item.expression})")

    def first_and_last(self, item: str) -> tuple[str, str]:
        items = f"json_group_array({item})"
        return f"json_extract({items},'$[0]')", f"json_extract({items},'$[#-1]')"

    def each(self, placeholder: str, alias: str) -> tuple[str, str, str, str]:
        item = f"json_extract({alias}.value,'$[%d]')"
        return f"json_each({placeholder}) AS {alias}", f"{alias}.key", item % 0, item % 1

    def check(self, condition: str) -> str:
        """IS TRUE keeps SQLite from collecting alternatives by their indexes, and all parents in a Bloom filter.

        Newer versions also find a page's rows by any range there is and sort them, and think that cheap.
        """
        return f"{condition} IS TRUE"

    def matched(
        self,
        table: tuple[str, str, str],
        words: tuple[str, str, str],
        columns: Sequence[str],  # noqa: ARG002
    ) -> tuple[str, str]:
        """By the index first: CROSS JOIN is SQLite's way to say so."""
        (name, alias, key), (index, _, asked) = table, words
        found = (
            f'{index}({asked}) AS {alias}w CROSS JOIN "{name}" AS {alias} ON {alias}."{key}"={alias}w.rowid'
        )
        return found, f"{alias}w.rowid"

    def fetched(self, sql: str, *, never_null: bool = False) -> Json:
        return text(sql if never_null else f"coalesce({sql},'null')")

    def where(self, condition: str, value: Json) -> Json:
        if value.is_text:
            return text(f"iif({condition},{value.sql},'null')")
        return Json(f"iif({condition},{value.expression},NULL)")

    def object(self, pairs: Sequence[Pair]) -> Json:
        if len(pairs) <= self.most_pairs and not any(value.is_text for _, value in pairs):
            return Json(plain_object(pairs))
        return text_object(pairs, self.most_pairs)


class Postgresql(Dialect):
    """PostgreSQL 14 or later."""

    name = "postgresql"
    most_pairs = 50
    room = None
    most_joined = 0
    casts = {"text": "text", "int": "bigint", "float": "float8", "instant": "timestamptz", "json": "json"}  # noqa: RUF012

    def placeholder(self, number: int, kind: str) -> str:
        return f"${number}::{self.casts[kind]}"

    def context(self, collector: ParameterCollector) -> SqlContext:
        return _context(Dialects.POSTGRESQL, collector)

    def boolean(self, sql: str, *, never_null: bool = False) -> str:
        return f"({sql}) IS TRUE" if never_null else sql

    def instant(self, sql: str) -> str:
        return f"to_char({sql} AT TIME ZONE 'UTC','YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

    def text(self, sql: str) -> str:
        return f"{sql}::text"

    def literal(self, text: str) -> str:
        return f"{quote(text)}::text"

    def array(self, item: Json) -> Json:
        return Json(f"coalesce(json_agg({item.sql}),'[]'::json)")

    def first_and_last(self, item: str) -> tuple[str, str]:
        return f"(array_agg({item}))[1]", f"(array_agg({item}))[count(*)]"

    def each(self, placeholder: str, alias: str) -> tuple[str, str, str, str]:
        source = f"json_array_elements({placeholder}) WITH ORDINALITY AS {alias}(value,key)"
        return source, f"{alias}.key", f"{alias}.value->>0", f"({alias}.value->>1)::bigint"

    def matched(
        self, table: tuple[str, str, str], words: tuple[str, str, str], columns: Sequence[str]
    ) -> tuple[str, str]:
        """All of them first, in order: OFFSET keeps what is around the subquery out of it, and a page ends early."""
        (name, alias, key), (_, column, asked) = table, words
        found = f'SELECT {",".join(columns)} FROM "{name}" WHERE "{column}" @@ ({asked})::tsquery'
        found += f' ORDER BY "{key}" DESC OFFSET 0'
        return f"({found}) AS {alias}", f'{alias}."{key}"'

    def fetched(self, sql: str, *, never_null: bool = False) -> Json:  # noqa: ARG002
        return Json(sql)

    def where(self, condition: str, value: Json) -> Json:
        return Json(f"CASE WHEN {condition} THEN {value.sql} END")

    def object(self, pairs: Sequence[Pair]) -> Json:
        starts = range(0, max(len(pairs), 1), self.most_pairs)
        objects = [self._object(pairs[start : start + self.most_pairs]) for start in starts]
        return Json(objects[0] if len(objects) == 1 else self._merged(objects))

    def _object(self, pairs: Sequence[Pair]) -> str:
        return "json_build_object(" + ",".join(f"'{name}',{value.sql}" for name, value in pairs) + ")"

    def _merged(self, objects: Sequence[str]) -> str:
        first, *others = [f"{each}::text" for each in objects]
        more = "".join(f"||','||left(substr({each},2),-1)" for each in others)
        return f"(left({first},-1){more}||'}}')::json"


def _context(dialect: Dialects, collector: ParameterCollector) -> SqlContext:
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
