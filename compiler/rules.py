"""The rules by which documents are valid: graphql-core's, with the text of September 2025 where it differs."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLNonNull,
    OperationDefinitionNode,
    VariablesInAllowedPositionRule,
    get_nullable_type,
    is_input_object_type,
    is_non_null_type,
    specified_rules,
    type_from_ast,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from compiler.graphql_core import allowed_variable_usage


class VariablesInAllowedPosition(VariablesInAllowedPositionRule):
    """All Variable Usages Are Allowed (section 5.8.5): a member of a OneOf input is a non-null position.

    graphql-core does not look into inputs that are required themselves; in others it refuses each nullable variable,
    also one with a default value, which that section allows.
    """

    def leave_operation_definition(self, operation: OperationDefinitionNode, *_args: Any) -> None:
        """Look at every place where the operation uses a variable."""
        for usage in self.context.get_recursive_variable_usages(operation):
            definition = self.var_def_map.get(usage.node.name.value)
            given = definition and type_from_ast(self.context.schema, definition.type)
            if definition is None or given is None or usage.type is None:
                continue  # which other rules tell
            expected, parent = usage.type, get_nullable_type(usage.parent_type)
            is_member = is_input_object_type(parent) and parent.is_one_of
            if is_member and not is_non_null_type(expected):
                expected = GraphQLNonNull(expected)  # type: ignore[arg-type]
            if not allowed_variable_usage(
                self.context.schema, given, definition.default_value, expected, usage.default_value
            ):
                place = f"as the one member of '{parent}'" if is_member else "in position"
                message = f"Variable '${usage.node.name.value}' of type '{given}' used {place} expecting type"
                self.report_error(GraphQLError(f"{message} '{expected}'.", [definition, usage.node]))


RULES = (
    *(rule for rule in specified_rules if rule is not VariablesInAllowedPositionRule),
    VariablesInAllowedPosition,
    MaybeNullValidationRule,
)
