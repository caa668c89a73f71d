"""Plans: a finished statement, its placeholders, and what Python still has to make of its answer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import GraphQLNonNull, get_named_type

from compiler.dialects import Dialect
from compiler.params import Bindings, Param
from compiler.reading import ComputedField, Path, Reading


class Database(Protocol):
    """What runs the statements; `storage.Database` is one."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    async def fetch_json(self, sql: str, parameters: Sequence[object]) -> bytes | None:
        """The first column of the first row in UTF-8, None when there is no row or it is NULL."""


@dataclass(frozen=True)
class Plan:
    """One root field, or one row inside an ordinary answer, as one statement."""

    sql: str
    params: tuple[Param, ...]
    computed: tuple[ComputedField, ...]
    dialect: Dialect

    @classmethod
    def of(cls, reading: Reading, select: str) -> Plan:
        """The plan around the outermost SELECT that `reading` made."""
        statement = reading.statement
        value = statement.finish(select)
        return cls(value, tuple(statement.collector.params), tuple(reading.computed), reading.dialect)

    def bind(self, bindings: Bindings) -> list[Any]:
        """The parameters of one request.

        Raises:
            BadArgument: an argument has a value that its field cannot use.
        """
        return [self.dialect.encode(param.kind, param.value(bindings)) for param in self.params]

    async def run(self, database: Database, parameters: list[Any], viewer: Any) -> bytes | None:
        """The answer as JSON; None for null."""
        value = await database.fetch_json(self.sql, parameters)
        if value is None or not self.computed:
            return value
        answer = orjson.loads(value)
        for field in self.computed:
            await _fill_in(field, answer, viewer)
        return orjson.dumps(answer)


async def _fill_in(field: ComputedField, answer: Any, viewer: Any) -> None:
    """Call the batch function once with all rows of the answer and put its values in their places."""
    places = list(_places(answer, field.path))
    values = field.batch([place[field.key] for place in places], viewer)
    if inspect.isawaitable(values):
        values = await values
    for place, value in zip(places, values, strict=True):
        place[field.key] = _serialise(field, value)


def _serialise(field: ComputedField, value: Any) -> Any:
    if value is None:
        if isinstance(field.type, GraphQLNonNull):
            raise TypeError(f"The computed field {field.key} cannot be null")
        return None
    named: Any = get_named_type(field.type)
    return [named.serialize(item) for item in value] if isinstance(value, list) else named.serialize(value)


def _places(value: Any, path: Path) -> Iterator[dict[str, Any]]:
    """Every object at the path; null branches end early."""
    if value is None:
        return
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    for item in value if step is None else [value.get(step)]:
        yield from _places(item, rest)
