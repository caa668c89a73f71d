"""Plans: a finished statement, its placeholders, and what Python still has to make of its answer."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import orjson

from compiler.builder import PlanBuilder
from compiler.computing import COMPUTED_MARKER, ComputedField
from compiler.dialects import Dialect
from compiler.errors import ContractError
from compiler.params import Placeholder, RequestValues
from compiler.selection import Path

PLAN_BYTES = 1000
BYTES_PER_CHARACTER = 5
"""What a plan weighs by its statement's length: measured."""


class Database(Protocol):
    """What runs the statements; `storage.Database` is one."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    async def fetch_json(self, sql: str, parameters: Sequence[object]) -> bytes | None:
        """The first column of the first row in UTF-8, None when there is no row or it is NULL."""

    def fetch_json_nowait(
        self, statements: Sequence[tuple[str, Sequence[object]]]
    ) -> Sequence[bytes | None] | None:
        """What `fetch_json` says to each of the statements; None when they are better waited for."""


class BetterWaitedFor(Exception):
    """What Python has to make of an answer takes long this time."""


@dataclass(frozen=True)
class Plan:
    """One root field, or one row inside an answer of the fallback, as one statement."""

    sql: str
    params: tuple[Placeholder, ...]
    unused: tuple[Placeholder, ...]
    """Placeholders without a place, whose values are checked all the same."""
    computed: tuple[ComputedField, ...]
    dialect: Dialect

    @classmethod
    def of(cls, reading: PlanBuilder, select: str) -> Plan:
        """The plan around the outermost SELECT that `reading` made."""
        sql, params, unused = reading.statement.finish(select)
        return cls(sql, params, unused, tuple(reading.computed), reading.dialect)

    @property
    def origins(self) -> frozenset[Hashable]:
        """What of a request it depends on: see `Placeholder.origins`."""
        asked = [value for field in self.computed for value in field.arguments.values()]
        computed = [value for value in asked if isinstance(value, Placeholder)]
        return frozenset[Hashable]().union(
            *(param.origins for param in (*self.params, *self.unused, *computed))
        )

    @property
    def weight(self) -> int:
        """About how many bytes it takes in memory."""
        return PLAN_BYTES + BYTES_PER_CHARACTER * len(self.sql)

    def bind(self, request_values: RequestValues) -> list[Any]:
        """The parameters of one request.

        Raises:
            BadArgument: an argument has a value that its field cannot use.
        """
        for param in self.unused:
            param.value(request_values)
        return [self.dialect.encode(param.kind, param.value(request_values)) for param in self.params]

    async def run(self, database: Database, parameters: list[Any], values: RequestValues) -> bytes | None:
        """The answer as JSON; None for null."""
        value = await database.fetch_json(self.sql, parameters)
        if value is None or not self.computed:
            return value
        answer = orjson.loads(value)
        for number, field in enumerate(self.computed):
            places, made = _made(field, number, answer, values)
            _fill_in(field, places, await made if inspect.isawaitable(made) else made)
        return orjson.dumps(answer)

    @cached_property
    def waits_for_nothing(self) -> bool:
        """Whether what Python makes of the answer is made at once."""
        return not any(inspect.iscoroutinefunction(field.batch) for field in self.computed)

    def finish(self, value: bytes | None, values: RequestValues) -> bytes | None:
        """The answer with what Python makes of it, which `waits_for_nothing`.

        Raises:
            BetterWaitedFor: it does, this time.
        """
        if value is None or not self.computed:
            return value
        answer = orjson.loads(value)
        for number, field in enumerate(self.computed):
            places, made = _made(field, number, answer, values)
            if inspect.iscoroutine(made):
                made.close()
                raise BetterWaitedFor
            _fill_in(field, places, made)
        return orjson.dumps(answer)


def _made(
    field: ComputedField, number: int, answer: Any, request_values: RequestValues
) -> tuple[list[dict[str, Any]], Any]:
    """Where the field stands in the answer, and its values; the batch function is called once, if there are any."""
    places = [place for place in _places(answer, field.path) if _waits(place.get(field.key), number)]
    rows = [place[field.key] for place in places]
    for row in rows:
        del row[COMPUTED_MARKER]
    if not rows:
        return [], []
    return places, field.batch(rows, request_values.viewer, **_bound(field.arguments, request_values))


def _fill_in(field: ComputedField, places: list[dict[str, Any]], values: Sequence[Any]) -> None:
    """Put the values in their places."""
    if len(values) != len(places):
        raise ContractError(f"The computed field {field.key} has {len(values)} values for {len(places)} rows")
    for place, value in zip(places, values, strict=True):
        place[field.key] = field.present(value)


def _bound(arguments: Mapping[str, Any], request_values: RequestValues) -> dict[str, Any]:
    """The arguments with what they stand for in this request."""
    return {
        name: value.value(request_values) if isinstance(value, Placeholder) else value
        for name, value in arguments.items()
    }


def _waits(value: Any, number: int) -> bool:
    """Whether the value stands in for the computed field of that number: other types have others in its place."""
    return isinstance(value, dict) and value.get(COMPUTED_MARKER) == number


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
