"""Limits before work: how much an operation may ask for, counted in one pass that walks no fragment twice."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MOST_TOLD = 2**53 - 1
"""What exceeds a limit may be astronomical; JSON's numbers are not."""
MOST_STEPS = 100_000
"""How many fragments may be followed for the operations of one document that share them, but not all alike."""


@dataclass(frozen=True)
class Limits:
    """The most that one operation may have.

    `tokens` counts the document's, and bounds the values of its variables, too; `rows` what it reads at most.
    `depth` counts fields within each other, `nesting` whatever has braces: fields, fragments in fragments. It keeps
    every walk over the document off Python's stack limit. Within one definition the parser allows 200 levels.
    """

    tokens: int = 10_000
    nesting: int = 250
    depth: int = 20
    fields: int = 2_000
    aliases: int = 500
    directives: int = 200
    root_fields: int = 20
    rows: int = 50_000


@dataclass(frozen=True)
class Size:
    """What a selection set adds up to, its fragments included. Introspection's fields do not count for the depth."""

    depth: int = 0
    nesting: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


NOTHING = Size()
MEASURED = [field.name for field in fields(Size)]


class Measure:
    """Sizes of the selection sets of one document, each fragment measured once, after those that it leads to.

    `steps` is how many fragments it may follow for the root fields of all operations together.
    """

    def __init__(self, document: DocumentNode, steps: int = MOST_STEPS) -> None:
        self._fragments = fragments_of(document)
        self._sizes: dict[str, Size] = {}
        self._roots: dict[str, _Root] = {}
        self._counts: dict[frozenset[str], int] = {}
        self._steps = steps

    def operation(self, node: OperationDefinitionNode) -> tuple[Size, int]:
        """The operation's size, and how many root fields it has.

        Raises:
            GraphQLError: there are too many fragments to follow in too many operations.
        """
        for name in fragments_below(node.selection_set, self._fragments, known=self._sizes):
            self._sizes[name] = self._set(self._fragments[name].selection_set)
        size = self._set(node.selection_set)
        size = replace(size, directives=size.directives + len(node.directives or ()))
        return size, self._root_fields(node.selection_set)

    def _set(self, selections: SelectionSetNode) -> Size:
        depth = nesting = fields = aliases = directives = 0
        for node in selections.selections:
            directives += len(node.directives or ())
            inner = self._inner(node)
            own_depth = inner.depth
            if isinstance(node, FieldNode):
                own_depth = 0 if node.name.value.startswith("__") else own_depth + 1
                fields += 1
                aliases += node.alias is not None
            depth = max(depth, own_depth)
            nesting = max(nesting, inner.nesting)
            fields += inner.fields
            aliases += inner.aliases
            directives += inner.directives
        return Size(depth, nesting + 1, fields, aliases, directives)

    def _inner(self, node: object) -> Size:
        """What is within a selection."""
        if isinstance(node, FragmentSpreadNode):
            return self._sizes.get(node.name.value, NOTHING)  # a cycle ends here; validation refuses it
        selections = getattr(node, "selection_set", None)
        return NOTHING if selections is None else self._set(selections)

    def _root_fields(self, selections: SelectionSetNode) -> int:
        """Each fragment counts once, however often it is spread."""
        root = _Root.of(selections)
        count = self._counts.get(root.spreads)
        if count is None:
            count = self._counts[root.spreads] = self._count(root.spreads)
        return root.fields + count

    def _count(self, names: frozenset[str]) -> int:
        seen = set(names)
        ahead = list(names)
        count = 0
        while ahead:
            root = self._root_of_fragment(ahead.pop())
            self._steps -= 1 + len(root.spreads)
            if self._steps < 0:
                raise GraphQLError("This document is too intricate: many operations lead to many fragments.")
            count += root.fields
            ahead += root.spreads - seen
            seen |= root.spreads
        return count

    def _root_of_fragment(self, name: str) -> _Root:
        root = self._roots.get(name)
        if root is None:
            fragment = self._fragments.get(name)
            root = self._roots[name] = _Root.of(fragment.selection_set) if fragment else _Root()
        return root


@dataclass(frozen=True)
class _Root:
    """What a selection set itself has at its top: fields, and fragments that it spreads."""

    fields: int = 0
    spreads: frozenset[str] = frozenset()

    @classmethod
    def of(cls, selections: SelectionSetNode) -> _Root:
        fields = 0
        spreads: set[str] = set()
        ahead = [selections]
        while ahead:
            for node in ahead.pop().selections:
                if isinstance(node, FieldNode):
                    fields += 1
                elif isinstance(node, InlineFragmentNode):
                    ahead.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode):
                    spreads.add(node.name.value)
        return cls(fields, frozenset(spreads))


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments that a document defines, by name."""
    return {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }


def fragments_below(
    selections: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    included: Callable[[Any], bool] = lambda _: True,
    known: Container[str] = (),
) -> Iterator[str]:
    """The fragments that a selection set leads to, each once, after those that it leads to itself: no recursion.

    Those that are `known`, and what they lead to, are left out.
    """
    seen: set[str] = set()
    path: list[tuple[str, Iterator[str]]] = [("", iter(_spreads(selections, included)))]
    while path:
        name, spreads = path[-1]
        spread = next(
            (each for each in spreads if each in fragments and each not in seen and each not in known), None
        )
        if spread is not None:
            seen.add(spread)
            path.append((spread, iter(_spreads(fragments[spread].selection_set, included))))
            continue
        path.pop()
        if path:
            yield name


def _spreads(selections: SelectionSetNode, included: Callable[[Any], bool]) -> list[str]:
    """The names of the fragments that are spread somewhere in a selection set itself."""
    names: list[str] = []
    ahead = [selections]
    while ahead:
        for node in filter(included, ahead.pop().selections):
            if isinstance(node, FragmentSpreadNode):
                names.append(node.name.value)
            elif (inner := getattr(node, "selection_set", None)) is not None:
                ahead.append(inner)
    return names


def exceeded(
    name: str, asked: int, limit: int, node: object | None = None, advice: str = "", **more: Any
) -> GraphQLError:
    """The error that names the limit, what was asked for (at least), the place, and what to do."""
    asked = min(asked, MOST_TOLD)
    match name:
        case "rows":
            message = f"This operation asks for {asked:,} rows, the limit is {limit:,}"
        case "depth":
            message = f"This operation is {asked} levels deep, the limit is {limit}"
        case "nesting":
            message = (
                f"This operation has more than {limit} levels of braces, those of its fragments included"
            )
        case "tokens":
            message = f"This document has more than {limit:,} tokens"
        case "values":
            message = f"The variables of this operation have more than {limit:,} values"
        case _:
            message = f"This operation has {asked:,} {name.replace('_', ' ')}, the limit is {limit:,}"
    extensions = {"code": "LIMIT_EXCEEDED", "limit": name, "allowed": limit, "asked": asked, **more}
    return GraphQLError(message + advice, node, extensions=extensions)  # type: ignore[arg-type]


def more_values(values: list[Any], limit: int) -> bool:
    """Whether there are more values than that, those within lists and objects included."""
    count = len(values)
    ahead = [each for each in values if isinstance(each, list | dict)]
    while ahead and count <= limit:
        each = ahead.pop()
        count += len(each)
        inner = each.values() if isinstance(each, dict) else each
        ahead += [value for value in inner if isinstance(value, list | dict)]
    return count > limit


def check_size(document: DocumentNode, limits: Limits) -> Iterator[GraphQLError]:
    """One error for each limit that an operation of the document exceeds."""
    measure = Measure(document)
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        try:
            size, root_fields = measure.operation(node)
        except GraphQLError as too_intricate:
            yield too_intricate
            return
        asked = {name: getattr(size, name) for name in MEASURED} | {"root_fields": root_fields}
        for name, number in asked.items():
            if number > (limit := getattr(limits, name)):
                yield exceeded(name, number, limit, node)
