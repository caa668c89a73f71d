"""The engine: from a request to the bytes of its answer."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import strawberry
from graphql import GraphQLError, get_argument_values

from compiler.contract import check
from compiler.cost import RowCounter
from compiler.declarations import Topic
from compiler.dialects import dialect_of
from compiler.direct_reads import DirectReads
from compiler.document_cache import DocumentCache
from compiler.errors import BadArgument, ContractError, Describe, RequestError, RunInThread
from compiler.fallback import Fallback
from compiler.limits import Limits, Measure
from compiler.operation import Operation
from compiler.persisted import PersistedDocuments
from compiler.pinned import Pin, PinnedOperations
from compiler.plan import Database, Plan
from compiler.planner import Execution, Planner, is_read
from compiler.registry import Registry
from compiler.response import Response


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request as clients send it."""

    query: str | None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


class Render(Protocol):
    """Makes the answer for an event."""

    async def __call__(self, event: Any, context: Any) -> str | None:
        """The JSON text of the answer as `context.viewer` may see it; None when its row is not visible any more.

        What the database raises is raised: an event is not answered with an error, it is tried again.
        """


@dataclass(frozen=True)
class Subscription:
    """A subscription that may start: what to listen to, and how to answer its events.

    Two with the same `key` give the same text for the same event, of `rows` rows at most.
    """

    topic: Any
    key: Hashable
    render: Render
    rows: int


class Engine:
    """Runs the operations of one schema on one database.

    A context is any object with a `viewer` (a dataclass) and `extensions` for the answer (a dict, often empty).
    `placeholders` names the viewer's attributes that only feed statements, with their kinds; all the others decide
    which plan serves a request. `describe` says what clients may know of an exception. With `trusted` (documents by
    their SHA-256) no others run. `policy` is what expressions `by_policy` go by, the same for all requests. The
    documents of subscriptions take `subscription_memory` bytes at most.
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
        policy: Any = None,
        subscription_memory: int = 32 * 2**20,
    ) -> None:
        self._limits = limits or Limits()
        self._registry = Registry(schema, policy)
        check(self._registry)
        self._graphql = self._registry.graphql
        self._planner = Planner(self._registry, dialect_of(database.dialect), placeholders)
        self._documents = DocumentCache(self._graphql, self._limits, introspection=introspection)
        self._identity = [name for name, kind in placeholders.items() if kind != "instant"]
        self._persisted = PersistedDocuments(trusted)
        self._pinned_operations = PinnedOperations(subscription_memory)
        self._direct_reads = DirectReads(self._registry, self._planner, self._limits, database, describe)
        self._fallback = Fallback(self._registry, self._planner, database, describe)

    def prepare(self, request: Request) -> Operation:
        """The operation of the request, parsed and validated once for all requests with the same text.

        Raises:
            RequestError: there is no such operation, or it is malformed, invalid or too large.
        """
        return self._documents.operation(self._persisted.text(request), request.operation_name)

    def is_cached(self, request: Request) -> bool:
        """Whether `prepare` takes no time worth mentioning."""
        return self._documents.is_cached(self._persisted.text(request))

    async def prepare_in_thread(self, request: Request, run_in_thread: RunInThread) -> Operation:
        """As `prepare`; what takes its time is done `run_in_thread`, that is in a thread.

        Raises:
            RequestError: as there, or the work cannot be done now.
        """
        text = self._persisted.text(request)
        if self._documents.is_cached(text):
            return self._documents.operation(text, request.operation_name)
        return await self._documents.operation_in_thread(text, request.operation_name, run_in_thread)

    async def execute(self, operation: Operation, variables: dict[str, Any] | None, context: Any) -> Response:
        """Run a query or a mutation.

        Raises:
            RequestError: refused before anything ran.
        """
        execution = Execution(operation, operation.coerce(self._graphql, variables), context.viewer)
        with _refusing():
            fields = self._direct_reads.fields(execution)
            if fields:
                return await self._direct_reads.read(fields, execution, context)
            self._planner.check(execution)
        return await self._fallback.execute(execution, context)

    def execute_nowait(
        self, operation: Operation, variables: dict[str, Any] | None, viewer: Any
    ) -> Response | None:
        """As `execute`, if there is nothing to wait for and nothing wrong; None leaves it to `execute`.

        Raises:
            RequestError: refused.
        """
        if operation.kind != "query":
            return None
        execution = Execution(operation, operation.coerce(self._graphql, variables), viewer)
        try:
            fields = self._direct_reads.fields(execution)
            return self._direct_reads.read_nowait(fields, execution) if fields else None
        except GraphQLError as error:
            raise RequestError.of(error, code="BAD_USER_INPUT") from None

    async def prepare_to_subscribe(self, operation: Operation, run_in_thread: RunInThread) -> None:
        """Do `run_in_thread` what `subscribe` would do with a large document.

        Raises:
            RequestError: the work cannot be done now.
        """
        await self._documents.cache_plain(operation, run_in_thread)

    def subscribe(
        self,
        operation: Operation,
        variables: dict[str, Any] | None,
        context: Any,
        client: Hashable = None,
    ) -> Subscription:
        """What a subscription listens to and how its events are answered; its document is pinned for the client.

        Raises:
            RequestError: refused.
        """
        plain = self._documents.plain(operation)
        try:
            return self._subscription(self._pinned_operations.pin(plain, client), variables, context)
        except RequestError:
            if plain is not operation:
                self._subscription(Pin(operation), variables, context)  # says where in the text that was sent
            raise

    def _subscription(self, pin: Pin, variables: dict[str, Any] | None, context: Any) -> Subscription:
        with _refusing():
            execution = self._execution(pin.operation, variables, context.viewer)
            rows = self._direct_reads.check_rows(execution)
            plans = self._planner.check(execution)
            topic = self._topic(execution)
        self._pinned_operations.weigh(pin)

        async def render(event: Any, context: Any) -> str | None:
            execution_of_viewer = Execution(pin.operation, execution.values, context.viewer)
            return await self._fallback.answer_event(execution_of_viewer, context, event)

        return Subscription(topic, self._subscription_key(execution, plans), render, rows)

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
            execution = self._execution(operation, variables, viewer)
            self._direct_reads.check_rows(execution)
            return {
                key: self._planner.root(execution, bound, details)
                if bound is not None and is_read(bound)
                else None
                for key, (bound, details) in self._planner.selected_root_fields(execution).items()
            }

    def cost(self, operation: Operation, variables: dict[str, Any] | None) -> dict[str, dict[str, int]]:
        """What the operation asks for and what it may ask for, by the limit's name (all but the tokens)."""
        size, root_fields = Measure(operation.document).operation(operation.definition)
        asked = asdict(size) | {"root_fields": root_fields, "rows": self.count_rows(operation, variables)}
        return {name: {"asked": asked[name], "allowed": getattr(self._limits, name)} for name in asked}

    def count_rows(self, operation: Operation, variables: dict[str, Any] | None) -> int:
        """The most rows that the operation asks for."""
        values = operation.coerce(self._graphql, variables)
        with _refusing():
            return RowCounter(self._registry, operation, values).count()

    def _execution(self, operation: Operation, variables: dict[str, Any] | None, viewer: Any) -> Execution:
        return Execution(operation, operation.coerce(self._graphql, variables), viewer)

    def _topic(self, execution: Execution) -> Any:
        selected = list(self._planner.selected_root_fields(execution).values())
        if not selected:
            raise BadArgument("Nothing is left to listen to", execution.operation.definition)
        bound, details = selected[0]
        if bound is None or not isinstance(bound.declaration, Topic):
            raise ContractError(f"{details[0].node.name.value} is not declared with topic()")
        values = get_argument_values(bound.graphql, details[0].node, execution.values)
        return bound.declaration.make(execution.viewer, **self._registry.arguments(bound, values))


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse the request as a whole when an argument or a directive has a value that it cannot have."""
    try:
        yield
    except GraphQLError as error:
        raise RequestError.of(error, code="BAD_USER_INPUT") from None
