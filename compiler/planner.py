"""The planner: finds or makes the plan for a field of an operation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

import orjson
from graphql import (
    FieldNode,
    GraphQLNonNull,
    GraphQLObjectType,
    VariableValues,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from compiler.builder import PlanBuilder
from compiler.by_global_id import nodes
from compiler.declarations import FirstOf, Many, Nodes, One
from compiler.dialects import Dialect
from compiler.graphql_core import FieldDetails
from compiler.operation import Operation
from compiler.params import Placeholder, RequestValues
from compiler.plan import Plan
from compiler.registry import DeclaredField, Registry
from compiler.selection import Selection, Spot
from compiler.statement import Statement

ROW_ID = "compiler.row"
"""The variable that holds the primary key when a single row is read; no GraphQL name has a dot."""


@dataclass(frozen=True)
class RootField:
    """A selected root field: the plan that reads it, None for `__typename`; `required` when it must not be null."""

    key: str
    node: FieldNode
    plan: Plan | None
    required: bool

    @cached_property
    def opening(self) -> bytes:
        """The member's name in the answer, up to its value."""
        return orjson.dumps(self.key) + b":"


class Execution(NamedTuple):
    """One operation with the variables and the viewer of one request."""

    operation: Operation
    values: VariableValues
    viewer: Any

    def request_values(self, row_id: int | None = None) -> RequestValues:
        """What the placeholders of a plan stand for."""
        variables = self.values.coerced
        return RequestValues(variables if row_id is None else variables | {ROW_ID: row_id}, self.viewer)


class Planner:
    """Makes plans, and keeps them with their operation: one for each shape of the variables and the viewer.

    `placeholders` names the attributes of the viewer (a dataclass) that only feed statements, with their kinds.
    """

    def __init__(self, registry: Registry, dialect: Dialect, placeholders: Mapping[str, str]) -> None:
        self._registry = registry
        self._dialect = dialect
        self._placeholders = placeholders
        self._viewer_names: dict[type, tuple[tuple[str, bool], ...]] = {}

    def root_fields(self, execution: Execution) -> list[RootField] | None:
        """All root fields of a query with their plans; None when one of them is an ordinary field."""
        fields = []
        for key, (bound, details) in self.selected_root_fields(execution).items():
            node = details[0].node
            if node.name.value == "__typename":
                fields.append(RootField(key, node, None, required=True))
            elif bound is not None and is_read(bound):
                plan = self.root(execution, bound, details)
                fields.append(RootField(key, node, plan, isinstance(bound.graphql.type, GraphQLNonNull)))
            else:
                return None
        return fields

    def selected_root_fields(
        self, execution: Execution
    ) -> dict[str, tuple[DeclaredField | None, list[FieldDetails]]]:
        """The root fields by response key, with their declarations."""
        root = self._root_type(execution)
        return {
            key: (self._registry.field(root.name, details[0].node.name.value), details)
            for key, details in self._selection(execution).root_fields().items()
        }

    def root(self, execution: Execution, bound: DeclaredField, details: list[FieldDetails]) -> Plan:
        """The plan of a declared root field."""

        def make(reading: PlanBuilder) -> str:
            match bound.declaration:
                case Many():
                    return reading.many(None, bound, Spot(details))
                case One():
                    return reading.one(bound, Spot(details))
                case FirstOf():
                    return reading.first_of(bound, Spot(details))
                case _:
                    return nodes(reading, bound, Spot(details))

        return self._plan(execution, details, make, "root")

    def row(self, execution: Execution, type_name: str, details: list[FieldDetails]) -> Plan:
        """The plan that reads one row of the type, by the primary key in `Execution.request_values(row_id)`."""
        row = self._registry.row(type_name)
        type_ = cast(GraphQLObjectType, self._registry.graphql.type_map[type_name])

        def make(reading: PlanBuilder) -> str:
            number = Placeholder("int", lambda request_values: request_values.variables[ROW_ID], ROW_ID)
            key = row.model._meta.pk_attr
            return reading.first(row.visible(reading.viewer).filter(**{key: number}), type_, Spot(details))

        return self._plan(execution, details, make, type_name)

    def check(self, execution: Execution) -> list[Plan]:
        """Plan and bind everything that the fallback will read, so that bad arguments are found before it runs.

        Raises:
            BadArgument: one of them cannot be used.
        """
        selection = self._selection(execution)
        plans: list[Plan] = []
        for plan, request_values in self._reads(
            execution, selection, self._root_type(execution), selection.root_fields()
        ):
            plan.bind(request_values)
            plans.append(plan)
        return plans

    def _reads(
        self,
        execution: Execution,
        selection: Selection,
        parent: GraphQLObjectType,
        fields: Mapping[str, list[FieldDetails]],
    ) -> Iterator[tuple[Plan, RequestValues]]:
        for details in fields.values():
            name = details[0].node.name.value
            bound = self._registry.field(parent.name, name)
            if bound is not None and is_read(bound):
                yield self.root(execution, bound, details), execution.request_values()
            elif not name.startswith("__"):
                yield from self._reads_of(execution, selection, parent.fields[name].type, details)

    def _reads_of(
        self, execution: Execution, selection: Selection, type_: Any, details: list[FieldDetails]
    ) -> Iterator[tuple[Plan, RequestValues]]:
        for possible in self._possible_types(type_):
            if possible.name in self._registry.rows:
                yield self.row(execution, possible.name, details), execution.request_values(row_id=0)
            else:
                inner = selection.fields_of(possible, details)
                yield from self._reads(execution, selection, possible, inner)

    def _plan(
        self,
        execution: Execution,
        details: list[FieldDetails],
        make: Callable[[PlanBuilder], str],
        what: Hashable,
    ) -> Plan:
        operation = execution.operation
        nodes = tuple(id(detail.node) for detail in details)
        key = (what, nodes, operation.shape(execution.values), self.viewer_shape(execution.viewer))
        plan: Plan | None = operation.plans.get(key)
        if plan is None:
            viewer = self._symbolic(execution.viewer)
            reading = PlanBuilder(self._selection(execution), viewer, Statement(self._dialect))
            plan = Plan.of(reading, make(reading))
            operation.plans.put(key, plan, plan.weight)
        return plan

    def viewer_shape(self, viewer: Any) -> Hashable:
        """What of the viewer decides the plans."""
        names = self._viewer_names.get(type(viewer))
        if names is None:
            names = self._viewer_names[type(viewer)] = tuple(
                (f.name, f.name in self._placeholders) for f in dataclasses.fields(viewer)
            )
        return tuple(
            getattr(viewer, name) is None if is_placeholder else getattr(viewer, name)
            for name, is_placeholder in names
        )

    def _symbolic(self, viewer: Any) -> Any:
        changes = {
            name: Placeholder(kind, lambda b, name=name: getattr(b.viewer, name), ("viewer", name))  # type: ignore[misc]
            for name, kind in self._placeholders.items()
            if getattr(viewer, name) is not None
        }
        return dataclasses.replace(viewer, **changes)

    def _selection(self, execution: Execution) -> Selection:
        operation = execution.operation
        with_placeholders = operation.with_placeholders(execution.values)
        return Selection(self._registry, operation.fragments, operation.definition, with_placeholders)

    def _root_type(self, execution: Execution) -> GraphQLObjectType:
        root = self._registry.graphql.get_root_type(execution.operation.definition.operation)
        assert root is not None
        return root

    def _possible_types(self, type_: Any) -> list[GraphQLObjectType]:
        named = get_named_type(type_)
        if is_abstract_type(named):
            return list(self._registry.graphql.get_possible_types(named))
        return [named] if is_object_type(named) else []


def is_read(bound: DeclaredField) -> bool:
    """Whether the field is a root field that the compiler reads."""
    return isinstance(bound.declaration, (One, Many, Nodes, FirstOf))
