"""What this room uses of graphql-core that has no public name: a new version of it is held against this module.

What `graphql` itself exports is imported where it is used.
"""

from __future__ import annotations

from typing import Any

from graphql import Lexer, ValidationContext
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValueSource
from graphql.language.block_string import dedent_block_string_lines, print_block_string
from graphql.language.lexer import is_punctuator_token_kind
from graphql.language.parser import MAX_NESTING_DEPTH, Parser, nested_too_deeply_error
from graphql.pyutils import RefMap
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage

__all__ = [
    "MAX_NESTING_DEPTH",
    "ExecutorThrowingOnIncremental",
    "FieldDetails",
    "FragmentDetails",
    "GraphQLVariableSignature",
    "IdentityContext",
    "Parser",
    "VariableValueSource",
    "allowed_variable_usage",
    "collect_fields",
    "collect_subfields",
    "counts_comments",
    "dedent_block_string_lines",
    "get_variable_signature",
    "is_punctuator_token_kind",
    "limit_comparisons",
    "nested_too_deeply_error",
    "print_block_string",
]


class IdentityContext(ValidationContext):
    """Knows nodes by what they are, and not by all that is in them, which would be read at each look."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._fragment_spreads: Any = RefMap()
        self._variable_usages: Any = RefMap()
        self._recursive_variable_usages: Any = RefMap()


def counts_comments(lexer: Lexer) -> bool:
    """Whether the lexer has been told how many comments a document may have."""
    return lexer._max_comments is not None


def limit_comparisons(most: int) -> None:
    """Bound the work of the search for fields that cannot be merged, in every validation of this process."""
    overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = most  # meant to be assigned
