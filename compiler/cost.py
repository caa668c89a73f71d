"""Cost: the most rows that an operation asks for, from its page sizes (GitHub's node count).

What is counted but not shown costs, too: a page of nothing still has to be looked for, and a total reads rows of which
the answer has none.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    VariableValues,
    get_directive_values,
    get_named_type,
)

from compiler.by_global_id import MOST_NODES
from compiler.declarations import (
    Declaration,
    Expression,
    FirstOf,
    FirstVia,
    Many,
    Neighbour,
    Nodes,
    One,
    Structural,
)
from compiler.limits import fragments_below
from compiler.operation import Operation
from compiler.pages import DEFAULT_PAGE, LARGEST_PAGE
from compiler.registry import Registry


class Rows(NamedTuple):
    """Rows of a selection; inside a connection each of its rows has `each` more, if it `reads` any of them."""

    own: int = 0
    each: int = 0
    reads: bool = False

    def beside(self, other: Rows) -> Rows:
        """Both in one selection set."""
        return Rows(self.own + other.own, self.each + other.each, self.reads or other.reads)


NO_ROWS = Rows()
A_TOTAL = Rows(DEFAULT_PAGE)
"""Nobody knows before how many rows it reads: as much as a page that names no size."""
LEAVES = {
    "totalCount": A_TOTAL,
    "hasNextPage": Rows(1),
    "hasPreviousPage": Rows(1),
    "startCursor": Rows(reads=True),
    "endCursor": Rows(reads=True),
}
"""What the members of a connection cost that have none themselves."""
OF_ROWS = ("nodes", "edges")


class RowCounter:
    """Counts rows in one pass over an operation, each fragment once, after those that it leads to."""

    def __init__(self, registry: Registry, operation: Operation, variables: VariableValues) -> None:
        self._registry = registry
        self._operation = operation
        self._variables = variables
        self._fragments: dict[str, Rows] = {}

    def count(self) -> int:
        """The most rows that the operation asks for."""
        for name, selections, condition in self._fragments_first():
            self._fragments[name] = self._set(selections, condition)
        return self._set(*self._root()).own

    def _root(self) -> tuple[SelectionSetNode, GraphQLNamedType]:
        root = self._registry.graphql.get_root_type(self._operation.definition.operation)
        assert root is not None
        return self._operation.definition.selection_set, root

    def _fragments_first(self) -> Iterator[tuple[str, SelectionSetNode, GraphQLNamedType]]:
        """The fragments that the operation uses, each after those that it leads to."""
        fragments = {name: details.definition for name, details in self._operation.fragments.items()}
        for name in fragments_below(self._root()[0], fragments, self._included):
            node = fragments[name]
            yield name, node.selection_set, self._type(node.type_condition.name.value)

    def _set(self, selections: SelectionSetNode, type_: GraphQLNamedType) -> Rows:
        rows = NO_ROWS
        for node in selections.selections:
            rows = rows.beside(self._selection(node, type_))
        return rows

    def _selection(self, node: Any, type_: GraphQLNamedType) -> Rows:
        if not self._included(node):
            return NO_ROWS
        if isinstance(node, FieldNode):
            return self._field(node, type_)
        if isinstance(node, FragmentSpreadNode):
            return self._fragments[node.name.value]
        condition = node.type_condition
        return self._set(node.selection_set, self._type(condition.name.value) if condition else type_)

    def _field(self, node: FieldNode, type_: GraphQLNamedType) -> Rows:
        declaration = self._declaration(node, type_)
        inner_type = self._inner_type(node, type_)
        if inner_type is None or node.selection_set is None:
            return self._leaf(node, declaration)
        inner = self._set(node.selection_set, inner_type)
        if isinstance(declaration, Structural):
            return Rows(each=inner.own, reads=True) if node.name.value in OF_ROWS else inner
        times = self._times(node, declaration)
        if times is None:
            return inner
        if is_paged(declaration):
            return Rows(max(1, inner.own + (times * (1 + inner.each) if inner.reads else 0)))
        return Rows(times * (1 + inner.own))

    def _leaf(self, node: FieldNode, declaration: Declaration | None) -> Rows:
        if isinstance(declaration, Expression):
            return Rows(int(declaration.counts))
        return LEAVES.get(node.name.value, NO_ROWS) if isinstance(declaration, Structural) else NO_ROWS

    def _inner_type(self, node: FieldNode, type_: GraphQLNamedType) -> GraphQLNamedType | None:
        """The type of the field's own selections; None of a leaf."""
        definition = getattr(type_, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            return None
        named: GraphQLNamedType = get_named_type(definition.type)
        return named

    def _declaration(self, node: FieldNode, type_: GraphQLNamedType) -> Declaration | None:
        bound = self._registry.field(type_.name, node.name.value)
        return bound.declaration if bound else None

    def _times(self, node: FieldNode, declaration: Declaration | None) -> int | None:
        """How many rows the field stands for at most; None when it stands for none itself."""
        match declaration:
            case Many(paged=True):
                return self._page(node)
            case Many(
                at_most=at_most
            ):  # lists without pages are short: they count as a page that names no size
                return min(DEFAULT_PAGE, at_most)
            case Nodes(many=many):
                return MOST_NODES if many else 1
            case One() | Neighbour() | FirstOf() | FirstVia():
                return 1
        return None

    def _page(self, node: FieldNode) -> int:
        given = self._sizes(node)
        return max(0, min(LARGEST_PAGE, max(given))) if given else DEFAULT_PAGE

    def _sizes(self, node: FieldNode) -> list[int]:
        sizes = [self._integer(a.value) for a in node.arguments or () if a.name.value in ("first", "last")]
        return [size for size in sizes if size is not None]

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


def is_paged(declaration: Declaration | None) -> bool:
    """Whether a field is a connection."""
    return isinstance(declaration, Many) and declaration.paged
