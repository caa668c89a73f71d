"""Validation by the specification's rules, on documents whose size has been measured before, in one walk.

graphql-core's own `validate` gives documents up in which fragments lead further than 200 levels, and spends seconds
on some that are made for that. Here the depth is our limit's business, and the patience shorter; and the one rule
that is slow waits until all others are done, and is left out where it cannot find anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    ParallelVisitor,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    visit,
)

from compiler.graphql_core import IdentityContext, limit_comparisons
from compiler.merging import only_like_fields_meet
from compiler.refusals import Enough, Refusals

SUGGESTION = " Did you mean"
MOST_COMPARISONS = 100_000
"""How much work the search for fields that cannot be merged may be: a quarter of a second at the very most."""
TOO_MANY = "Too many validation errors: these are the first."
TOO_INTRICATE = "This document is too intricate to be validated."

limit_comparisons(MOST_COMPARISONS)


def violations(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: Collection[type[ASTValidationRule]],
    *,
    suggestions: bool = True,
) -> list[GraphQLError]:
    """Where the document breaks the rules, up to a number; `suggestions` name what was perhaps meant."""
    validation = _Validation(schema, document, rules, suggestions)
    try:
        return validation.errors()
    finally:
        validation.forget()


class _Place(NamedTuple):
    """A selection set that the slow rule has to look at, and how many errors there were before it."""

    before: int
    selections: SelectionSetNode
    parent: Any
    type: Any


class _Elsewhere(IdentityContext):
    """A context for a rule that looks at a selection set of this type after the walk."""

    type: Any = None
    signatures: Any = None

    def get_parent_type(self) -> Any:
        """The type whose fields are selected."""
        return self.type

    def get_fragment_signature_by_name(self) -> Any:
        """What finds fragments, as it was during the walk."""
        return self.signatures


class _Validation:
    """The validation of one document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        rules: Collection[type[ASTValidationRule]],
        suggestions: bool,
    ) -> None:
        self._schema = schema
        self._document = document
        self._suggestions = suggestions
        self._types = TypeInfo(schema)
        self._rules = rules
        self._length = len(document.loc.source.body) if document.loc else 0
        self._found = Refusals(self._length)
        self._places: list[_Place] = []
        self._signatures: Any = None
        self._parts: list[object] = []

    def errors(self) -> list[GraphQLError]:
        last = self._walk()
        if self._places and last != TOO_INTRICATE:
            if not self._found.errors and only_like_fields_meet(self._schema, self._document):
                return []
            last = self._look_at_places() or last
        return [*self._found.errors, *([GraphQLError(last)] if last else [])]

    def forget(self) -> None:
        """Let go of the document: its parts know each other, and long collections alone would find it behind them."""
        for part in (*self._parts, self):
            vars(part).clear()

    def _walk(self) -> str | None:
        """Apply all rules but the slow one; what to say if they were not applied to the end."""
        context = IdentityContext(
            self._schema, self._document, self._types, self._note, hide_suggestions=not self._suggestions
        )
        rules = [self._made(rule, context) for rule in self._rules]
        self._parts += [context, *rules]
        visitor = ParallelVisitor(rules)
        try:
            visit(self._document, TypeInfoVisitor(self._types, visitor))
        except Enough:
            return TOO_MANY
        except (RecursionError, GraphQLError):  # a rule gave up
            return TOO_INTRICATE
        return None

    def _look_at_places(self) -> str | None:
        """Apply the slow rule, and put its errors where it would have found them among those of the others."""
        context = _Elsewhere(self._schema, self._document, self._types, self._note)
        context.signatures = self._signatures
        rule = OverlappingFieldsCanBeMergedRule(context)
        self._parts += [context, rule]
        others, self._found = self._found.errors, Refusals(self._length)
        told = 0
        try:
            for place in self._places:
                self._take(others[told : place.before])
                told, context.type = place.before, place.type
                rule.enter_selection_set(place.selections, None, place.parent)
        except Enough:
            return TOO_MANY
        except (RecursionError, GraphQLError):  # see COMPARISONS
            return self._rest(others[told:]) or TOO_INTRICATE
        return self._rest(others[told:])

    def _rest(self, errors: list[GraphQLError]) -> str | None:
        try:
            self._take(errors)
        except Enough:
            return TOO_MANY
        return None

    def _take(self, errors: list[GraphQLError]) -> None:
        for error in errors:
            self._found.note(error)

    def _made(self, rule: type[ASTValidationRule], context: ValidationContext) -> ASTValidationRule:
        if rule is OverlappingFieldsCanBeMergedRule:
            return _Later(context, self._defer)
        return rule(context)

    def _defer(self, node: SelectionSetNode, parent: Any, context: ValidationContext) -> None:
        place = _Place(len(self._found.errors), node, parent, context.get_parent_type())
        self._places.append(place)
        self._signatures = context.get_fragment_signature_by_name()

    def _note(self, error: GraphQLError) -> None:
        if not self._suggestions:  # one of the rules makes its own all the same
            error.message = error.message.partition(SUGGESTION)[0]
        self._found.note(error)


class _Later(ASTValidationRule):
    """Stands for the slow rule during the walk."""

    context: ValidationContext

    def __init__(
        self, context: ValidationContext, defer: Callable[[SelectionSetNode, Any, ValidationContext], None]
    ) -> None:
        super().__init__(context)
        self._defer = defer

    def enter_selection_set(self, node: SelectionSetNode, _key: Any, parent: Any, *_: Any) -> None:
        """Note where the slow rule has to look."""
        self._defer(node, parent, self.context)
