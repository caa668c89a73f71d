"""Whether fields can be merged: answered at once for documents in which only like fields meet.

That is nearly all of them. graphql-core compares every field with every other in the fragments that lead to each
other, which takes a good part of a second for a long chain; it is only asked about what is left.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    print_ast,
)

HARMLESS = ("skip", "include")
Level = list[tuple[SelectionSetNode, Any]]
"""Selection sets whose fields stand in the same place of the answer, with their types."""


def only_like_fields_meet(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether all fields with the same place in an answer are the same field with the same arguments and type.

    The document is valid in every other respect. False says nothing: they may differ and still not be in conflict.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    levels: list[Level] = [
        [(node.selection_set, schema.get_root_type(node.operation))]
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    while levels:
        below = _below(schema, fragments, levels.pop())
        if below is None:
            return False
        levels += below
    return True


def _below(
    schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], level: Level
) -> list[Level] | None:
    """The next levels, one for each field that has one; None when unlike fields meet."""
    sorts: dict[str, Any] = {}
    below: dict[str, Level] = {}
    spread: set[str] = set()
    ahead = list(level)
    while ahead:
        selections, type_ = ahead.pop()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                sort = _sort(schema, node, type_)
                if sort is None or sorts.setdefault(key, sort) != sort:
                    return None
                if node.selection_set is not None:
                    below.setdefault(key, []).append((node.selection_set, get_named_type(sort[1])))
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                ahead.append(
                    (node.selection_set, schema.type_map[condition.name.value] if condition else type_)
                )
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = fragments[node.name.value]
                ahead.append((fragment.selection_set, schema.type_map[fragment.type_condition.name.value]))
    return list(below.values())


def _sort(schema: GraphQLSchema, node: FieldNode, type_: Any) -> tuple[str, Any, tuple[str, ...]] | None:
    """What must be the same of fields that meet; None for one with a directive that nobody knows here."""
    field = schema.get_field(type_, node.name.value)
    if field is None or any(directive.name.value not in HARMLESS for directive in node.directives or ()):
        return None
    return node.name.value, field.type, tuple(sorted(print_ast(each) for each in node.arguments or ()))
