"""Cost: the most rows that an operation can ask for, from its page sizes (GitHub's node count).

A total is counted by going over rows that are not returned, however many there are: about a hundred in the time that
one takes to return. It counts as `ROWS_OF_TOTAL`, or as `ROWS_OF_GRAND_TOTAL` where it is over all rows of a kind.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLSkipDirective,
    IntValueNode,
    NullValueNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)
from graphql.execution.values import VariableValues, get_directive_values

from compiler.bindings import Many, Nodes, One
from compiler.limits import fragments_below
from compiler.operation import Operation
from compiler.pages import DEFAULT_PAGE, LARGEST_PAGE
from compiler.reading import MOST_NODES
from compiler.registry import Registry

ROWS_OF_TOTAL = 100
ROWS_OF_GRAND_TOTAL = 1_000


class Cost(NamedTuple):
    """What a selection set asks for: rows, and in a connection what it asks once for each page."""

    rows: int = 0
    totals: int = 0
    looks: int = 0
    """How often it is looked whether there are more rows, each time for one."""

    def beside(self, other: Cost) -> Cost:
        """Both in one selection set."""
        return Cost(self.rows + other.rows, self.totals + other.totals, self.looks + other.looks)

    def pages(self, size: int, total: int) -> Cost:
        """As the selection of a connection with such a page and such a price of its total."""
        return Cost(size * (1 + self.rows) + self.totals * total + self.looks)


PER_PAGE = {"totalCount": Cost(totals=1), "hasNextPage": Cost(looks=1), "hasPreviousPage": Cost(looks=1)}


class RowBound:
    """Counts rows in one pass over an operation, each fragment once, after those that it leads to."""

    def __init__(self, registry: Registry, operation: Operation, variables: VariableValues) -> None:
        self._registry = registry
        self._operation = operation
        self._variables = variables
        self._fragments: dict[str, Cost] = {}

    def count(self) -> int:
        """The most rows that the answer can hold, or that are gone over for it."""
        root = self._registry.graphql.get_root_type(self._operation.definition.operation)
        assert root is not None
        selections = self._operation.definition.selection_set
        fragments = {name: details.definition for name, details in self._operation.fragments.items()}
        for name in fragments_below(selections, fragments, self._included):
            condition = self._type(fragments[name].type_condition.name.value)
            self._fragments[name] = self._set(fragments[name].selection_set, condition)
        return self._set(selections, root).rows

    def _set(self, selections: SelectionSetNode, type_: GraphQLNamedType) -> Cost:
        cost = Cost()
        for node in selections.selections:
            cost = cost.beside(self._selection(node, type_))
        return cost

    def _selection(self, node: Any, type_: GraphQLNamedType) -> Cost:
        if not self._included(node):
            return Cost()
        if isinstance(node, FieldNode):
            return self._field(node, type_)
        if isinstance(node, FragmentSpreadNode):
            return self._fragments[node.name.value]
        condition = node.type_condition
        return self._set(node.selection_set, self._type(condition.name.value) if condition else type_)

    def _field(self, node: FieldNode, type_: GraphQLNamedType) -> Cost:  # noqa: PLR0911 - one for each binding
        definition = getattr(type_, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            is_of_page = type_.name not in self._registry.rows
            return PER_PAGE.get(node.name.value, Cost()) if is_of_page else Cost()
        inner_type = get_named_type(definition.type)
        if not is_composite_type(inner_type):  # pragma: no cover - validated
            return Cost()
        inner = self._set(node.selection_set, inner_type)
        bound = self._registry.field(type_.name, node.name.value)
        match bound.binding if bound else None:
            case Many(paged=True):
                is_grand = type_.name not in self._registry.rows
                return inner.pages(self._page(node), ROWS_OF_GRAND_TOTAL if is_grand else ROWS_OF_TOTAL)
            case Many():  # lists without pages are short ones, such as a menu: they count as a page that names no size
                return inner.pages(DEFAULT_PAGE, 0)
            case Nodes(many=many):
                return inner.pages(MOST_NODES if many else 1, 0)
            case One():
                return inner.pages(1, 0)
        return inner

    def _page(self, node: FieldNode) -> int:
        sizes = [self._integer(a.value) for a in node.arguments or () if a.name.value in ("first", "last")]
        given = [size for size in sizes if size is not None]
        return max(0, min(LARGEST_PAGE, max(given))) if given else DEFAULT_PAGE

    def _integer(self, value: Any) -> int | None:
        if isinstance(value, VariableNode):
            number: int | None = self._variables.coerced.get(value.name.value)
            return number
        if isinstance(value, NullValueNode):
            return None
        return min(int(value.value), LARGEST_PAGE + 1) if isinstance(value, IntValueNode) else LARGEST_PAGE

    def _included(self, node: Any) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _type(self, name: str) -> GraphQLNamedType:
        return self._registry.graphql.type_map[name]
