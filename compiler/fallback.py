"""The fallback: whatever is no compiled read runs on graphql-core, with what the compiler reads embedded."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

from compiler.declarations import COMPILED
from compiler.errors import Describe
from compiler.executor import CompilingExecutor
from compiler.graphql_core import FieldDetails
from compiler.plan import Database
from compiler.planner import Execution, Planner
from compiler.registry import Registry
from compiler.response import Response


class Fallback:
    """Runs operations of one schema on one database."""

    def __init__(self, registry: Registry, planner: Planner, database: Database, describe: Describe) -> None:
        self._registry = registry
        self._planner = planner
        self._database = database
        self._describe = describe

    async def execute(self, execution: Execution, context: Any) -> Response:
        """Run a query or a mutation."""
        return self._response(await self._executor(execution, context).run(), context)

    async def answer_event(self, execution: Execution, context: Any, event: Any) -> str | None:
        """See `engine.Render`."""
        executor = self._executor(execution, context, root=event)
        result = await executor.run()
        if executor.failure is not None:
            raise executor.failure
        # Of a comment that is hidden by now there is no answer, and nothing to describe.
        return None if executor.missing else self._response(result, context).body.decode()

    def _executor(self, execution: Execution, context: Any, root: Any = None) -> CompilingExecutor:
        turn = asyncio.Lock() if root is not None else None

        async def embed(result: Any, info: Any, details: list[FieldDetails]) -> Any:
            current = Execution(execution.operation, execution.values, context.viewer)
            if result is COMPILED:
                bound = self._registry.field(info.parent_type.name, info.field_name)
                assert bound is not None
                plan, request_values = self._planner.root(current, bound, details), current.request_values()
            else:
                plan = self._planner.row(current, result.type_name, details)
                request_values = current.request_values(result.id)
            async with turn or nullcontext():  # an event's answer uses one connection, whatever is asked for
                text = await plan.run(self._database, plan.bind(request_values), request_values)
            return None if text is None else orjson.Fragment(text)

        return CompilingExecutor.of(
            self._registry.graphql, execution.operation, execution.values, context, embed, root
        )

    def _response(self, result: ExecutionResult, context: Any) -> Response:
        order = {key: place for place, key in enumerate(result.data or ())}
        errors = sorted(
            result.errors or (), key=lambda error: order.get(error.path[0], 0) if error.path else 0
        )
        told = [self._format(error, context) for error in errors]
        return Response.of(result.data, told, context.extensions)

    def _format(self, error: GraphQLError, context: Any) -> dict[str, Any]:
        original = error.original_error
        if original is None or isinstance(original, GraphQLError):
            return dict(error.formatted)
        return {**error.formatted, **self._describe(original, context)}
