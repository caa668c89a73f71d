"""Validation by the specification's rules, on documents whose size has been measured before.

graphql-core's own `validate` gives documents up in which fragments lead further than 200 levels, and spends seconds
on some that are made for that. Here the depth is our limit's business, and the patience shorter; and the one rule
that is slow is left out where it cannot find anything.
"""

from __future__ import annotations

from collections.abc import Collection

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    visit,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from compiler.merging import only_like_fields_meet

MOST_ERRORS = 20
SUGGESTION = " Did you mean"
COMPARISONS = 200_000
"""How much work the search for fields that cannot be merged may be: half a second at the very most."""

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = COMPARISONS  # meant to be assigned


class _Enough(Exception):  # noqa: N818 - no error of ours
    """There are more errors than anybody wants to be told."""


def violations(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: Collection[type[ASTValidationRule]],
    *,
    suggestions: bool = True,
) -> list[GraphQLError]:
    """Where the document breaks the rules, up to a number; `suggestions` name what was perhaps meant."""
    quick = [rule for rule in rules if rule is not OverlappingFieldsCanBeMergedRule]
    if not _broken(schema, document, quick, suggestions) and only_like_fields_meet(schema, document):
        return []
    return _broken(schema, document, rules, suggestions)


def _broken(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: Collection[type[ASTValidationRule]],
    suggestions: bool,
) -> list[GraphQLError]:
    errors: list[GraphQLError] = []

    def note(error: GraphQLError) -> None:
        if len(errors) == MOST_ERRORS:
            raise _Enough
        if not suggestions:  # one of the rules makes its own all the same
            error.message = error.message.partition(SUGGESTION)[0]
        errors.append(error)

    types = TypeInfo(schema)
    context = ValidationContext(schema, document, types, note, hide_suggestions=not suggestions)
    visitor = ParallelVisitor([rule(context) for rule in rules])
    try:
        visit(document, TypeInfoVisitor(types, visitor))
    except _Enough:
        errors.append(GraphQLError("Too many validation errors: these are the first."))
    except (RecursionError, GraphQLError):  # a rule gave up: see COMPARISONS
        errors.append(GraphQLError("This document is too intricate to be validated."))
    return errors
