"""The fallback's executor: graphql-core's, with what the compiler reads embedded as it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLNonNull,
    GraphQLSchema,
    VariableValues,
    default_field_resolver,
    default_type_resolver,
)

from compiler.declarations import COMPILED
from compiler.graphql_core import ExecutorThrowingOnIncremental
from compiler.operation import Operation
from compiler.row import Row

Embed = Callable[[Any, Any, list[Any]], Awaitable[Any]]
"""Reads a compiled field or a Row: (result, resolve info, field details) → an orjson.Fragment, or None."""


class CompilingExecutor(ExecutorThrowingOnIncremental):
    """Executes one operation once; where a resolver returns COMPILED or a Row, `embed` reads what was selected."""

    embed: Embed
    missing = False
    """Whether a Row was gone or invisible that must not be null."""
    failure: Exception | None = None
    """What the last failed read raised."""

    @classmethod
    def of(
        cls,
        schema: GraphQLSchema,
        operation: Operation,
        variables: VariableValues,
        context: Any,
        embed: Embed,
        root: Any = None,
    ) -> CompilingExecutor:
        """An executor for one execution of a validated operation with coerced variables."""
        definitions = {name: details.definition for name, details in operation.fragments.items()}
        executor = cls(
            schema,
            definitions,
            operation.fragments,
            root,
            context,
            operation.definition,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        executor.embed = embed
        executor.hide_suggestions = not operation.suggestions
        return executor

    async def run(self) -> ExecutionResult:
        """The result of the operation; root fields of a mutation one after the other."""
        result: Any = self.execute_operation()
        finished: ExecutionResult = await result if self.is_awaitable(result) else result
        return finished

    def complete_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        if result is COMPILED or isinstance(result, Row):
            return self._embedded(return_type, result, info, field_details_list)
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    async def _embedded(self, return_type: Any, result: Any, info: Any, details: list[Any]) -> Any:
        try:
            value = await self.embed(result, info, details)
        except Exception as error:
            self.failure = error
            raise
        if value is None and isinstance(return_type, GraphQLNonNull):
            self.missing = self.missing or isinstance(result, Row)
            raise TypeError(
                f"Cannot return null for non-nullable field {info.parent_type}.{info.field_name}."
            )
        return value
