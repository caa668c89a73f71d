"""Limits before work: how much an operation may ask for, counted in one pass that walks no fragment twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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


@dataclass(frozen=True)
class Limits:
    """The most that one operation may have.

    `tokens` counts the document's, `rows` what the answer can hold. `depth` counts fields within each other, `nesting`
    whatever has braces: fields, fragments in fragments. It keeps every walk over the document off Python's stack limit.
    Within one definition the parser allows 200 levels.
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

    def beside(self, other: Size) -> Size:
        """Both in one selection set."""
        return Size(
            max(self.depth, other.depth),
            max(self.nesting, other.nesting),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


class Measure:
    """Sizes of the selection sets of one document, each fragment measured once, after those that it leads to."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}

    def operation(self, node: OperationDefinitionNode) -> tuple[Size, int]:
        """The operation's size, and how many root fields it has."""
        for name in fragments_below(node.selection_set, self._fragments):
            if name not in self._sizes:
                self._sizes[name] = self._set(self._fragments[name].selection_set)
        size = self._set(node.selection_set).beside(Size(directives=len(node.directives or ())))
        return size, self._root_fields(node.selection_set)

    def _set(self, selections: SelectionSetNode | None) -> Size:
        if selections is None:
            return Size()
        total = Size()
        for selection in selections.selections:
            total = total.beside(self._selection(selection))
        return replace(total, nesting=total.nesting + 1)

    def _selection(self, node: object) -> Size:
        if isinstance(node, FieldNode):
            inner = self._set(node.selection_set)
            is_introspection = node.name.value.startswith("__")
            depth = 0 if is_introspection else inner.depth + 1
            aliases = inner.aliases + (node.alias is not None)
            own = Size(depth, inner.nesting, inner.fields + 1, aliases, inner.directives)
        elif isinstance(node, InlineFragmentNode):
            own = self._set(node.selection_set)
        elif isinstance(node, FragmentSpreadNode):
            own = self._sizes.get(node.name.value, Size())  # a cycle ends here; validation refuses it
        else:  # pragma: no cover - the language has no other selection
            own = Size()
        return own.beside(Size(directives=len(getattr(node, "directives", None) or ())))

    def _root_fields(self, selections: SelectionSetNode) -> int:
        count = 0
        seen: set[str] = set()
        ahead = [selections]
        while ahead:
            for node in ahead.pop().selections:
                if isinstance(node, FieldNode):
                    count += 1
                elif isinstance(node, InlineFragmentNode):
                    ahead.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                    seen.add(node.name.value)
                    if (fragment := self._fragments.get(node.name.value)) is not None:
                        ahead.append(fragment.selection_set)
        return count


def fragments_below(
    selections: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    included: Callable[[Any], bool] = lambda _: True,
) -> Iterator[str]:
    """The fragments that a selection set leads to, each once, after those that it leads to itself: no recursion."""
    seen: set[str] = set()
    path: list[tuple[str, Iterator[str]]] = [("", iter(_spreads(selections, included)))]
    while path:
        name, spreads = path[-1]
        spread = next((each for each in spreads if each in fragments and each not in seen), None)
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
            message = f"This operation can return {asked:,} rows, the limit is {limit:,}"
        case "depth":
            message = f"This operation is {asked} levels deep, the limit is {limit}"
        case "nesting":
            message = (
                f"This operation has more than {limit} levels of braces, those of its fragments included"
            )
        case "tokens":
            message = f"This document has more than {limit:,} tokens"
        case _:
            message = f"This operation has {asked:,} {name.replace('_', ' ')}, the limit is {limit:,}"
    extensions = {"code": "LIMIT_EXCEEDED", "limit": name, "allowed": limit, "asked": asked, **more}
    return GraphQLError(message + advice, node, extensions=extensions)  # type: ignore[arg-type]


def check_size(document: DocumentNode, limits: Limits) -> Iterable[GraphQLError]:
    """One error for each limit that an operation of the document exceeds."""
    measure = Measure(document)
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        size, root_fields = measure.operation(node)
        asked = {field.name: getattr(size, field.name) for field in fields(Size)} | {
            "root_fields": root_fields
        }
        for name, number in asked.items():
            if number > (limit := getattr(limits, name)):
                yield exceeded(name, number, limit, node)
