"""The engine: from a request to the bytes of its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import orjson
import strawberry
from graphql import GraphQLError
from graphql.execution import ExecutionResult
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import get_argument_values

from compiler.bindings import READ, Topic
from compiler.contract import check
from compiler.cost import RowBound
from compiler.dialects import dialect_of
from compiler.errors import BadArgument, ContractError, RequestError
from compiler.executor import CompilingExecutor
from compiler.limits import Limits, Measure, exceeded
from compiler.operation import Documents, Operation
from compiler.persisted import PersistedDocuments
from compiler.plan import Database, Plan
from compiler.planner import Execution, Planner, RootField, is_read
from compiler.registry import Registry

QUERY = b'"Query"'
"""What `__typename` says at the root; the specification leaves the name open, the schemas here do not."""

NULL = b"null"

WEIGHT_OF_FIELDS = 500
"""The bytes of a root field in memory, its plan apart."""

Describe = Callable[[BaseException, Any], dict[str, Any]]
"""What a client may know of an exception: (exception, context) → {"message": …, "extensions": …}."""


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request as clients send it."""

    query: str | None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON map of section 7.1 of the specification, encoded; `errors` tells whether it has any."""

    body: bytes
    errors: bool = False


class Render(Protocol):
    """Makes the answer for an event."""

    async def __call__(self, event: Any, context: Any) -> str | None:
        """The JSON text of the answer as `context.viewer` may see it; None when its row is not visible any more.

        What the database raises is raised: an event is not answered with an error, it is tried again.
        """


@dataclass(frozen=True)
class Subscription:
    """A subscription that may start: what to listen to, and how to answer its events.

    Two with the same `key` give the same text for the same event.
    """

    topic: Any
    key: Hashable
    render: Render


class Engine:
    """Runs the operations of one schema on one database.

    A context is any object with a `viewer` (a dataclass) and `extensions` for the answer (a dict, often empty).
    `placeholders` names the viewer's attributes that only feed statements, with their kinds; all the others decide
    which plan serves a request. `describe` says what clients may know of an exception. With `trusted` (documents by
    their SHA-256) no others run.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        database: Database,
        *,
        placeholders: Mapping[str, str],
        describe: Describe,
        limits: Limits | None = None,
        introspection: bool = True,
        trusted: Mapping[str, str] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._registry = Registry(schema)
        check(self._registry)
        self._graphql = self._registry.graphql
        self._planner = Planner(self._registry, dialect_of(database.dialect), placeholders)
        self._documents = Documents(self._graphql, self._limits, introspection=introspection)
        self._identity = [name for name, kind in placeholders.items() if kind != "instant"]
        self._persisted = PersistedDocuments(trusted)
        self._database = database
        self._describe = describe

    def prepare(self, request: Request) -> Operation:
        """The operation of the request, parsed and validated once for all requests with the same text.

        Raises:
            RequestError: there is no such operation, or it is malformed, invalid or too large.
        """
        return self._documents.operation(self._persisted.text(request), request.operation_name)

    async def execute(self, operation: Operation, variables: dict[str, Any] | None, context: Any) -> Answer:
        """Run a query or a mutation.

        Raises:
            RequestError: refused before anything ran.
        """
        execution = Execution(operation, operation.coerce(self._graphql, variables), context.viewer)
        with _refusing():
            fields = self._prepared(execution)
            if fields:
                return await self._read(fields, execution, context)
            self._planner.check(execution)
        return self._answer(await self._executor(execution, context).run(), context)

    def subscribe(self, operation: Operation, variables: dict[str, Any] | None, context: Any) -> Subscription:
        """What a subscription listens to and how its events are answered.

        Raises:
            RequestError: refused.
        """
        with _refusing():
            execution = self._admit(operation, variables, context.viewer)
            plans = self._planner.check(execution)
            topic = self._topic(execution)

        async def render(event: Any, context: Any) -> str | None:
            executor = self._executor(
                Execution(operation, execution.values, context.viewer), context, root=event
            )
            result = await executor.run()
            if executor.failure is not None:
                raise executor.failure
            # Of a comment that is hidden by now there is no answer, and nothing to describe.
            return None if executor.missing else self._answer(result, context).body.decode()

        return Subscription(topic, self._subscription_key(execution, plans), render)

    def _subscription_key(self, execution: Execution, plans: list[Plan]) -> Hashable:
        """What decides the answers to a subscription's events: only what its statements use, of all that was sent."""
        operation, values = execution.operation, execution.values
        used = {origin for plan in plans for origin in plan.origins if isinstance(origin, tuple)}
        names = sorted({origin[1] for origin in used if origin[0] == "$"})
        given = json.dumps([values.coerced.get(name) for name in names], sort_keys=True, default=str)
        viewer = [getattr(execution.viewer, name) for name in self._identity if ("viewer", name) in used]
        shapes = (operation.shape(values), self._planner.viewer_shape(execution.viewer))
        return operation.source, operation.name, shapes, given, tuple(viewer)

    def explain(
        self, operation: Operation, variables: dict[str, Any] | None, viewer: Any
    ) -> dict[str, Plan | None]:
        """The plan of each root field by response key; None for one that runs on graphql-core.

        Raises:
            RequestError: refused.
        """
        with _refusing():
            execution = self._admit(operation, variables, viewer)
            return {
                key: self._planner.root(execution, bound, details)
                if bound is not None and is_read(bound)
                else None
                for key, (bound, details) in self._planner.selected_root_fields(execution).items()
            }

    def cost(self, operation: Operation, variables: dict[str, Any] | None) -> dict[str, dict[str, int]]:
        """What the operation asks for and what it may ask for, by the limit's name (tokens apart)."""
        size, root_fields = Measure(operation.document).operation(operation.definition)
        asked = asdict(size) | {"root_fields": root_fields, "rows": self.row_bound(operation, variables)}
        return {name: {"asked": asked[name], "allowed": getattr(self._limits, name)} for name in asked}

    def row_bound(self, operation: Operation, variables: dict[str, Any] | None) -> int:
        """The most rows that the operation can ask for."""
        values = operation.coerce(self._graphql, variables)
        with _refusing():
            return RowBound(self._registry, operation, values).count()

    def _prepared(self, execution: Execution) -> list[RootField]:
        """The root fields of a query that needs nothing but statements; none of any other operation."""
        operation, values = execution.operation, execution.values
        key = (
            operation.shape(values),
            operation.page_sizes(values),
            self._planner.viewer_shape(execution.viewer),
        )
        fields: list[RootField] | None = operation.plans.get(key)
        if fields is None:
            self._check_rows(execution)
            fields = (self._planner.root_fields(execution) if operation.kind == "query" else None) or []
            operation.plans.put(key, fields, WEIGHT_OF_FIELDS * (len(fields) + 1))
        return fields

    def _admit(self, operation: Operation, variables: dict[str, Any] | None, viewer: Any) -> Execution:
        execution = Execution(operation, operation.coerce(self._graphql, variables), viewer)
        self._check_rows(execution)
        return execution

    def _check_rows(self, execution: Execution) -> None:
        rows = RowBound(self._registry, execution.operation, execution.values).count()
        if rows > self._limits.rows:
            error = exceeded("rows", rows, self._limits.rows, execution.operation.definition)
            raise RequestError.of(error, code="LIMIT_EXCEEDED")

    def _topic(self, execution: Execution) -> Any:
        selected = list(self._planner.selected_root_fields(execution).values())
        if not selected:
            raise BadArgument("Nothing is left to listen to", execution.operation.definition)
        bound, details = selected[0]
        if bound is None or not isinstance(bound.binding, Topic):
            raise ContractError(f"{details[0].node.name.value} is not declared with topic()")
        values = get_argument_values(bound.graphql, details[0].node, execution.values)
        return bound.binding.make(execution.viewer, **self._registry.arguments(bound, values))

    # The fast way: nothing but statements.

    async def _read(self, fields: list[RootField], execution: Execution, context: Any) -> Answer:
        """All statements at the same time, their answers side by side.

        Of several errors that each take the whole answer, the first one is told, as graphql-core does.
        """
        bindings = execution.bindings()
        bound = [(field.plan, field.plan.bind(bindings)) for field in fields if field.plan is not None]
        reads = [plan.run(self._database, parameters, execution.viewer) for plan, parameters in bound]
        results = iter(await _all(reads))
        members: list[bytes] = []
        errors = []
        for field in fields:
            result = QUERY if field.plan is None else next(results)
            if isinstance(result, Exception) or (result is None and field.required):
                error = result or TypeError(f"{field.key} must not be null")
                errors.append(self._failed(error, field, context))
                result = None
            if result is None and field.required:
                return self._encode(None, errors, context)
            members.append(field.opening + (NULL if result is None else result))
        data = b"{%b}" % b",".join(members)
        if not errors and not context.extensions:
            return Answer(b'{"data":%b}' % data)
        return self._encode(orjson.Fragment(data), errors, context)

    def _failed(self, error: Exception, field: RootField, context: Any) -> dict[str, Any]:
        located = GraphQLError("", field.node, path=[field.key]).formatted
        return {**located, **self._describe(error, context)}

    # The ordinary way: graphql-core, with what the compiler reads embedded.

    def _executor(self, execution: Execution, context: Any, root: Any = None) -> CompilingExecutor:
        async def embed(result: Any, info: Any, details: list[FieldDetails]) -> Any:
            current = Execution(execution.operation, execution.values, context.viewer)
            if result is READ:
                bound = self._registry.field(info.parent_type.name, info.field_name)
                assert bound is not None
                plan, bindings = self._planner.root(current, bound, details), current.bindings()
            else:
                plan = self._planner.row(current, result.type_name, details)
                bindings = current.bindings(result.id)
            text = await plan.run(self._database, plan.bind(bindings), context.viewer)
            return None if text is None else orjson.Fragment(text)

        return CompilingExecutor.of(
            self._graphql, execution.operation, execution.values, context, embed, root
        )

    def _answer(self, result: ExecutionResult, context: Any) -> Answer:
        order = {key: place for place, key in enumerate(result.data or ())}
        errors = sorted(
            result.errors or (), key=lambda error: order.get(error.path[0], 0) if error.path else 0
        )
        return self._encode(result.data, [self._format(error, context) for error in errors], context)

    def _format(self, error: GraphQLError, context: Any) -> dict[str, Any]:
        original = error.original_error
        if original is None or isinstance(original, GraphQLError):
            return dict(error.formatted)
        return {**error.formatted, **self._describe(original, context)}

    def _encode(self, data: Any, errors: list[dict[str, Any]], context: Any) -> Answer:
        answer: dict[str, Any] = {"errors": errors} if errors else {}
        answer["data"] = data
        if context.extensions:
            answer["extensions"] = context.extensions
        return Answer(orjson.dumps(answer), bool(errors))


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse the request as a whole when an argument or a directive has a value that it cannot have."""
    try:
        yield
    except GraphQLError as error:
        raise RequestError.of(error, code="BAD_USER_INPUT") from None


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
