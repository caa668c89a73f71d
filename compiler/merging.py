"""Whether fields can be merged: answered at once for documents in which only like fields meet.

That is nearly all of them. graphql-core compares every field with every other in the fragments that lead to each
other, which takes a good part of a second for a long chain; it is only asked about what is left.

What operations share is looked at once, however many they are, and what is left of many that share nearly all is
bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    print_ast,
)

from compiler.limits import fragments_of

HARMLESS = ("skip", "include")
MOST_STEPS = 50_000
"""How many fields and fragments may be looked at, each in each place of an answer: a twentieth of a second."""


def only_like_fields_meet(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether all fields with the same place in an answer are the same field with the same arguments and type.

    The document is valid in every other respect. False says nothing: they may differ and still not be in conflict.
    """
    return _Answers(schema, document).are_simple()


class _Selected:
    """A selection set without the fragments that it spreads: its fields, those of its inline fragments among them."""

    def __init__(self, schema: GraphQLSchema, selections: SelectionSetNode, type_: Any) -> None:
        self.fields: list[tuple[FieldNode, Any]] = []
        self.spreads: dict[str, None] = {}
        ahead = [(selections, type_)]
        while ahead:
            selections, type_ = ahead.pop()
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    self.fields.append((node, type_))
                elif isinstance(node, InlineFragmentNode):
                    condition = node.type_condition
                    inner = schema.type_map[condition.name.value] if condition else type_
                    ahead.append((node.selection_set, inner))
                elif isinstance(node, FragmentSpreadNode):
                    self.spreads[node.name.value] = None


Group = list[_Selected]
Level = tuple[Group, Group]
"""What is selected in the same place of an answer, fragments apart: what may be so only here, and what others share."""


class _Table:
    """The fields of a group and of fragments, by their keys: the first of each, and what is selected below."""

    def __init__(self) -> None:
        self.first: dict[str, tuple[FieldNode, Any]] = {}
        self.below: dict[str, Group] = {}


class _Unlike(Exception):
    """Unlike fields meet, or it takes too long to know."""


class _Answers:
    """All answers to the operations of a document, level by level."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._definitions = fragments_of(document)
        self._fragments: dict[str, _Selected] = {}
        self._below: dict[int, _Selected] = {}
        self._arguments: dict[int, tuple[str, ...]] = {}
        self._tables: dict[tuple[frozenset[int], frozenset[str]], _Table] = {}
        self._ahead: list[Level] = []
        self._steps = MOST_STEPS

    def are_simple(self) -> bool:
        """Whether only like fields meet."""
        self._ahead = [([each], []) for each in self._operations()]
        try:
            while self._ahead:
                self._look(*self._ahead.pop())
        except _Unlike:
            return False
        return True

    def _operations(self) -> Iterator[_Selected]:
        for node in self._document.definitions:
            if isinstance(node, OperationDefinitionNode):
                yield _Selected(self._schema, node.selection_set, self._schema.get_root_type(node.operation))

    def _look(self, own: Group, shared: Group) -> None:
        """Look at a level, and note those below: of what is shared only once."""
        names = frozenset(name for selected in own + shared for name in selected.spreads)
        common = self._table(shared, names)
        table = _Table()
        self._enter(own, table, common)
        self._ahead += [(group, common.below.get(key, [])) for key, group in table.below.items()]

    def _table(self, group: Group, names: frozenset[str]) -> _Table:
        key = frozenset(map(id, group)), names
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = _Table()
            self._enter(group + self._followed(names), table, table)
            self._ahead += [([], below) for below in table.below.values()]
        return table

    def _enter(self, group: Group, table: _Table, common: _Table) -> None:
        for selected in group:
            self._take_steps(1 + len(selected.fields))
            for node, type_ in selected.fields:
                key = node.alias.value if node.alias else node.name.value
                field = self._field(node, type_)
                met = common.first.get(key) or table.first.setdefault(key, (node, field))
                if met[0] is not node and not self._alike(*met, node, field):
                    raise _Unlike
                if node.selection_set is not None:
                    table.below.setdefault(key, []).append(self._selected_below(node, field))

    def _followed(self, names: frozenset[str]) -> Group:
        """The fragments of these names, and those that they lead to."""
        reached = dict.fromkeys(sorted(names))
        ahead = list(reached)
        while ahead:
            spreads = self._fragment(ahead.pop()).spreads
            self._take_steps(1 + len(spreads))
            new = [name for name in spreads if name not in reached]
            reached.update(dict.fromkeys(new))
            ahead += new
        return [self._fragment(name) for name in reached]

    def _fragment(self, name: str) -> _Selected:
        selected = self._fragments.get(name)
        if selected is None:
            node = self._definitions[name]
            type_ = self._schema.type_map[node.type_condition.name.value]
            selected = self._fragments[name] = _Selected(self._schema, node.selection_set, type_)
        return selected

    def _selected_below(self, node: FieldNode, field: Any) -> _Selected:
        selected = self._below.get(id(node))
        if selected is None:
            assert node.selection_set is not None
            selected = _Selected(self._schema, node.selection_set, get_named_type(field.type))
            self._below[id(node)] = selected
        return selected

    def _field(self, node: FieldNode, type_: Any) -> Any:
        """The field's definition; one with a directive that nobody knows here is like none."""
        field = self._schema.get_field(type_, node.name.value)
        if field is None or any(each.name.value not in HARMLESS for each in node.directives or ()):
            raise _Unlike
        return field

    def _alike(self, node: FieldNode, field: Any, other: FieldNode, other_field: Any) -> bool:
        return (
            node.name.value == other.name.value
            and field.type == other_field.type
            and self._printed(node) == self._printed(other)
        )

    def _printed(self, node: FieldNode) -> tuple[str, ...]:
        """The arguments, printed when they are first compared."""
        if not node.arguments:
            return ()
        printed = self._arguments.get(id(node))
        if printed is None:
            printed = tuple(sorted(print_ast(each) for each in node.arguments))
            self._arguments[id(node)] = printed
        return printed

    def _take_steps(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise _Unlike
