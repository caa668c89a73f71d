"""What the client selected: the one place that uses graphql-core's own collection of fields and arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values

from compiler.params import RequestValues, with_placeholders
from compiler.registry import DeclaredField, Registry

Grouped = dict[str, list[FieldDetails]]


@dataclass(frozen=True)
class Selection:
    """An operation with the variables of one plan: scalars are placeholders."""

    registry: Registry
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    variables: VariableValues

    def root_fields(self) -> Grouped:
        """The selected root fields by response key, in the specification's order, @skip and @include applied."""
        schema = self.registry.graphql
        root = schema.get_root_type(self.operation.operation)
        assert root is not None
        return collect_fields(schema, self.fragments, self.variables, root, self.operation).grouped_field_set

    def fields_of(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Grouped:
        """The selected fields of an object by response key; the selections of merged fields are merged."""
        schema = self.registry.graphql
        return collect_subfields(
            schema, self.fragments, self.variables, self.operation, type_, details
        ).grouped_field_set

    def arguments(self, bound: DeclaredField, node: FieldNode) -> dict[str, Any]:
        """The field's arguments by GraphQL name, scalars as placeholders."""
        values = get_argument_values(bound.graphql, node, self.variables)
        return {
            name: with_placeholders(value, bound.graphql.args[name].type, (id(node), name), _constant(value))
            for name, value in values.items()
        }


def _constant(value: Any) -> Any:
    def fetch(_: RequestValues) -> Any:
        return value

    return fetch
