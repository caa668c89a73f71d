"""What to change in an operation that asks for too many rows: which of its lists bring most of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, GraphQLNamedType, SelectionSetNode, VariableValues

from compiler.cost import OF_ROWS, RowCounter, is_paged
from compiler.limits import MOST_TOLD
from compiler.operation import Operation
from compiler.registry import Registry

MOST_LISTS = 3
WORTH_NAMING = 10
"""A list with less than this part of the widest one's rows changes little."""

Keys = tuple[str, ...]
"""A place in the answer, by its response keys."""


@dataclass(frozen=True)
class WideList:
    """A list at `keys` with as many rows of its own, all in all; `sized` if it names the size of its pages."""

    keys: Keys
    rows: int
    sized: bool

    @property
    def path(self) -> str:
        """Where it is, as people write it."""
        return ".".join(self.keys)

    @property
    def told(self) -> dict[str, Any]:
        """The same for programs."""
        return {"path": self.path, "rows": min(self.rows, MOST_TOLD)}

    def below(self, key: str, times: int) -> WideList:
        """The same one seen from further up."""
        return WideList((key, *self.keys), self.rows * times, self.sized)


def widest_lists(registry: Registry, operation: Operation, variables: VariableValues) -> Sequence[WideList]:
    """The lists that bring most rows, the widest first: those that name no page size, if there are any."""
    found = _Lists(registry, operation, variables).found()
    lists = [each for each in found if not each.sized] or found
    return [each for each in lists if each.rows * WORTH_NAMING > lists[0].rows]


def advice_on(lists: Sequence[WideList]) -> str:
    """How to go on, to be put behind the words that refuse."""
    if not lists:
        return ""
    names = " and ".join(each.path for each in lists)
    return f": ask for smaller pages of {names}" if lists[0].sized else f": give `first` on {names}"


class _Lists(RowCounter):
    """Finds lists in one pass, as RowCounter counts their rows."""

    def __init__(self, registry: Registry, operation: Operation, variables: VariableValues) -> None:
        super().__init__(registry, operation, variables)
        self._in_fragments: dict[str, list[WideList]] = {}

    def found(self) -> list[WideList]:
        self.count()
        for name, selections, condition in self._fragments_first():
            self._in_fragments[name] = self._lists(selections, condition)
        return self._lists(*self._root())

    def _lists(self, selections: SelectionSetNode, type_: GraphQLNamedType) -> list[WideList]:
        """The widest ones of each sort. What is above makes all of them wider alike, so no others are needed."""
        lists = [each for node in selections.selections for each in self._lists_of(node, type_)]
        lists = sorted({each.keys: each for each in lists}.values(), key=lambda each: -each.rows)
        bare, sized = ([each for each in lists if each.sized is sort][:MOST_LISTS] for sort in (False, True))
        return sorted(bare + sized, key=lambda each: -each.rows)

    def _lists_of(self, node: Any, type_: GraphQLNamedType) -> list[WideList]:
        if not self._included(node):
            return []
        if isinstance(node, FieldNode):
            return self._at(node, type_)
        if isinstance(node, FragmentSpreadNode):
            return self._in_fragments[node.name.value]
        condition = node.type_condition
        return self._lists(node.selection_set, self._type(condition.name.value) if condition else type_)

    def _at(self, node: FieldNode, type_: GraphQLNamedType) -> list[WideList]:
        inner_type = self._inner_type(node, type_)
        if inner_type is None or node.selection_set is None:
            return []
        key = node.alias.value if node.alias else node.name.value
        declaration = self._declaration(node, type_)
        times = self._times(node, declaration)
        inner = self._lists(node.selection_set, inner_type)
        lists = [each.below(key, 1 if times is None else times) for each in inner]
        if times and is_paged(declaration) and self._reads(node.selection_set):
            lists.append(WideList((key,), times, bool(self._sizes(node))))
        return lists

    def _reads(self, selections: SelectionSetNode) -> bool:
        """Whether a connection's rows are asked for, and not only how many there are."""
        return any(self._reads_by(node) for node in selections.selections if self._included(node))

    def _reads_by(self, node: Any) -> bool:
        if isinstance(node, FieldNode):
            return node.name.value in OF_ROWS
        if isinstance(node, FragmentSpreadNode):
            return self._fragments[node.name.value].reads
        return self._reads(node.selection_set)
