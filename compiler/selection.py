"""What the client selected: fields and arguments as graphql-core collects them, scalars as placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    VariableValues,
    get_argument_values,
)

from compiler.graphql_core import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from compiler.params import RequestValues, with_placeholders
from compiler.registry import DeclaredField, Registry

Grouped = dict[str, list[FieldDetails]]
Path = tuple[str | None, ...]
"""Where something stands in the answer: response keys, None for "each item of this list"."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A selected field: its nodes, where its value stands in the answer, and how deep that is made in the statement.

    The level is in the units of `Dialect.room`; `handed` are arguments of fields above it, by their Python names.
    """

    details: list[FieldDetails]
    path: Path = ()
    level: int = 0
    handed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def node(self) -> FieldNode:
        """The field as the document has it, the first time if it is there again."""
        return self.details[0].node

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.details[0].node.name.value

    @property
    def key(self) -> str:
        """The field's response key."""
        node = self.details[0].node
        return node.alias.value if node.alias else node.name.value

    def item(self) -> Spot:
        """Each item of the list that stands here."""
        return Spot(self.details, (*self.path, None), self.level, self.handed)

    def at_level(self, level: int) -> Spot:
        """The same, made at another depth."""
        return Spot(self.details, self.path, level, self.handed)

    def handing(self, arguments: Mapping[str, Any]) -> Spot:
        """The same, with these arguments for what is below it."""
        return Spot(self.details, self.path, self.level, {**self.handed, **arguments})


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

    def members(self, type_: GraphQLObjectType, spot: Spot) -> dict[str, Spot]:
        """The same with where they stand."""
        path, level, handed = spot.path, spot.level, spot.handed
        fields = self.fields_of(type_, spot.details)
        return {key: Spot(details, (*path, key), level, handed) for key, details in fields.items()}

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
