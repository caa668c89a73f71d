"""Limits before work: how much an operation may ask for, counted in one pass that walks no fragment twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

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


@dataclass(frozen=True)
class Limits:
    """The most that one operation may have.

    `tokens` counts the document's, `rows` what the answer can hold. `depth` counts fields within each other, `nesting`
    whatever has braces: fields, fragments in fragments. It keeps every walk over the document off Python's stack limit.
    """

    tokens: int = 10_000
    nesting: int = 100
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
    """Sizes of the selection sets of one document, each fragment measured once, none deeper than `nesting` levels."""

    def __init__(self, document: DocumentNode, nesting: int) -> None:
        self._nesting = nesting
        self._level = 0
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}

    def operation(self, node: OperationDefinitionNode) -> tuple[Size, int]:
        """The operation's size, and how many root fields it has."""
        size = self._set(node.selection_set).beside(Size(directives=len(node.directives or ())))
        too_deep = size.nesting > self._nesting
        return size, 0 if too_deep else self._root_fields(node.selection_set, set())

    def _set(self, selections: SelectionSetNode | None) -> Size:
        if selections is None:
            return Size()
        if self._level == self._nesting:
            return Size(nesting=1)  # one too many: the operation is refused, whatever is further down
        self._level += 1
        total = Size()
        for selection in selections.selections:
            total = total.beside(self._selection(selection))
        self._level -= 1
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
            own = self._fragment(node.name.value)
        else:  # pragma: no cover - the language has no other selection
            own = Size()
        return own.beside(Size(directives=len(getattr(node, "directives", None) or ())))

    def _fragment(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = Size()  # a cycle ends here; validation refuses it
            definition = self._fragments.get(name)
            self._sizes[name] = self._set(definition.selection_set) if definition else Size()
        return self._sizes[name]

    def _root_fields(self, selections: SelectionSetNode, seen: set[str]) -> int:
        count = 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                count += 1
            elif isinstance(node, InlineFragmentNode):
                count += self._root_fields(node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments.get(node.name.value)
                count += self._root_fields(fragment.selection_set, seen) if fragment else 0
        return count


def exceeded(name: str, asked: int, limit: int, node: object | None = None) -> GraphQLError:
    """The error that names the limit, what was asked for (at least), and the place."""
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
    extensions = {"code": "LIMIT_EXCEEDED", "limit": name, "allowed": limit, "asked": asked}
    return GraphQLError(message, node, extensions=extensions)  # type: ignore[arg-type]


def check_size(document: DocumentNode, limits: Limits) -> Iterable[GraphQLError]:
    """One error for each limit that an operation of the document exceeds."""
    measure = Measure(document, limits.nesting)
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
