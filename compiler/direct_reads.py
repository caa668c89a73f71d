"""The fast path: queries that need nothing but statements, whose results are put side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

import orjson
from graphql import GraphQLError

from compiler.advice import advice_on, widest_lists
from compiler.cost import RowCounter
from compiler.errors import Describe, RequestError
from compiler.limits import Limits, exceeded
from compiler.plan import Database, Plan
from compiler.planner import Execution, Planner, RootField
from compiler.registry import Registry
from compiler.response import Response

QUERY = b'"Query"'
"""What `__typename` says at the root; the specification leaves the name open, the schemas here do not."""

NULL = b"null"

WEIGHT_OF_REFUSAL = 2000
WEIGHT_OF_FIELDS = 500
"""The bytes of a root field in memory, without its plan."""

BoundPlan = tuple[Plan, list[Any]]


class DirectReads:
    """Answers queries by their statements alone. What it knows of an operation is kept with the operation."""

    def __init__(
        self, registry: Registry, planner: Planner, limits: Limits, database: Database, describe: Describe
    ) -> None:
        self._registry = registry
        self._planner = planner
        self._limits = limits
        self._database = database
        self._describe = describe

    def fields(self, execution: Execution) -> list[RootField]:
        """The root fields of a query that needs nothing but statements; none of any other operation.

        Raises:
            RequestError: it asks for more rows than it may.
        """
        operation, values = execution.operation, execution.values
        key = (
            operation.shape(values),
            operation.page_sizes(values),
            self._planner.viewer_shape(execution.viewer),
        )
        fields: list[RootField] | RequestError | None = operation.plans.get(key)
        if isinstance(fields, RequestError):
            raise RequestError(fields.errors)  # a new one: the kept one would grow with every traceback
        if fields is None:
            try:
                self.check_rows(execution)
            except RequestError as refused:
                operation.plans.put(key, RequestError(refused.errors), WEIGHT_OF_REFUSAL)
                raise
            fields = (self._planner.root_fields(execution) if operation.kind == "query" else None) or []
            operation.plans.put(key, fields, WEIGHT_OF_FIELDS * (len(fields) + 1))
        return fields

    def check_rows(self, execution: Execution) -> int:
        """For how many rows an operation asks at most; refuse one that asks for more than it may."""
        rows = RowCounter(self._registry, execution.operation, execution.values).count()
        if rows > self._limits.rows:
            wide = widest_lists(self._registry, execution.operation, execution.values)
            node, advice = execution.operation.definition, advice_on(wide)
            error = exceeded(
                "rows", rows, self._limits.rows, node, advice, lists=[each.told for each in wide]
            )
            raise RequestError.of(error, code="LIMIT_EXCEEDED")
        return rows

    async def read(self, fields: list[RootField], execution: Execution, context: Any) -> Response:
        """All statements at the same time."""
        reads = [
            plan.run(self._database, parameters, execution.request_values())
            for plan, parameters in _bound_plans(fields, execution)
        ]
        return self._assembled(fields, await _all(reads), context)

    def read_nowait(self, fields: list[RootField], execution: Execution) -> Response | None:
        """The same without waiting for anything; None when it is better waited for, or has anything wrong in it."""
        statements = []
        plans = _bound_plans(fields, execution)
        for plan, parameters in plans:
            if not plan.waits_for_nothing:
                return None
            statements.append((plan.sql, parameters))
        results = self._database.fetch_json_nowait(statements)
        if results is None:
            return None
        if any(plan.computed for plan, _ in plans):
            try:
                results = _finished(plans, results, execution)
            except Exception:  # noqa: BLE001 - the other way tells whose it is
                return None
        values = _in_place(fields, results)
        if None in values and any(
            each is None and field.required for field, each in zip(fields, values, strict=True)
        ):
            return None
        return Response(_joined(b'{"data":{', fields, values, b"}}"))

    def _assembled(self, fields: list[RootField], results: Sequence[Any], context: Any) -> Response:
        """The results side by side.

        Of several errors that each take the whole answer, the first one is told, as graphql-core does.
        """
        values: list[bytes | None] = []
        errors = []
        for field, result in zip(fields, _in_place(fields, results), strict=True):
            failed = isinstance(result, Exception) or (result is None and field.required)
            if failed:
                error = result or TypeError(f"{field.key} must not be null")
                errors.append(self._failed(error, field, context))
            if failed and field.required:
                return Response.of(None, errors, context.extensions)
            values.append(None if failed else result)
        if not errors and not context.extensions:
            return Response(_joined(b'{"data":{', fields, values, b"}}"))
        data = orjson.Fragment(_joined(b"{", fields, values, b"}"))
        return Response.of(data, errors, context.extensions)

    def _failed(self, error: Exception, field: RootField, context: Any) -> dict[str, Any]:
        located = GraphQLError("", field.node, path=[field.key]).formatted
        return {**located, **self._describe(error, context)}


def _bound_plans(fields: list[RootField], execution: Execution) -> list[BoundPlan]:
    """Each statement with its parameters."""
    request_values = execution.request_values()
    return [(field.plan, field.plan.bind(request_values)) for field in fields if field.plan is not None]


def _finished(
    plans: list[BoundPlan], results: Sequence[bytes | None], execution: Execution
) -> list[bytes | None]:
    """The results with what Python makes of them."""
    values = execution.request_values()
    return [plan.finish(result, values) for (plan, _), result in zip(plans, results, strict=True)]


def _in_place(fields: list[RootField], results: Sequence[Any]) -> Sequence[Any]:
    """The result of each field; a plain `__typename` needs no statement."""
    if len(results) == len(fields):
        return results
    left = iter(results)
    return [QUERY if field.plan is None else next(left) for field in fields]


def _joined(begin: bytes, fields: list[RootField], values: Iterable[bytes | None], end: bytes) -> bytes:
    """All of it in one go: an answer may be large, and each step in between would be another copy of it."""
    pieces = [begin]
    for field, value in zip(fields, values, strict=True):
        pieces += (field.opening, NULL if value is None else value, b",")
    pieces[-1] = end
    return b"".join(pieces)


async def _all(reads: list[Coroutine[Any, Any, bytes | None]]) -> list[Any]:
    """What each of them answers or raises; a single one needs no task of its own."""
    if len(reads) == 1:
        try:
            return [await reads[0]]
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes an error of its field
            return [error]
    results = await asyncio.gather(*reads, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Exception):
            raise result
    return results
