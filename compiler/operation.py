"""Operations: one of a valid document each, its variables, and the plans made for it so far."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableValues,
    get_variable_values,
    is_non_null_type,
    is_scalar_type,
)

from compiler.errors import RequestError
from compiler.graphql_core import FragmentDetails, GraphQLVariableSignature, VariableValueSource
from compiler.limits import Limits, exceeded, more_values
from compiler.params import RequestValues, shape, with_placeholders
from compiler.source import stripped
from runtime.lru import WeightedLRU

OPERATION_BYTES = 4000
BYTES_PER_CHARACTER = 125
"""What a parsed document weighs by its text's length: measured, and mostly the places of its tokens."""
ABSENT = "absent"


@dataclass(frozen=True)
class Operation:
    """One operation of a valid document."""

    source: str
    document: DocumentNode
    definition: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    signatures: dict[str, GraphQLVariableSignature]
    sizes: tuple[str, ...]
    """The variables that are page sizes: with the shape they decide how many rows the answer can have."""
    plans: WeightedLRU[Any]
    suggestions: bool = True
    """Whether errors may name what was perhaps meant."""
    most_values: int = Limits.tokens
    """How many values its variables may have all in all."""

    @property
    def weight(self) -> int:
        """How many bytes of memory it takes, its document and its plans."""
        return weight_of_document(self.source) + self.plans.weight

    @cached_property
    def plain(self) -> str:
        """Its document without blanks and comments, which says the same."""
        return stripped(self.source)

    @cached_property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.definition.operation.value

    @cached_property
    def name(self) -> str | None:
        """The operation's name in the document."""
        return self.definition.name.value if self.definition.name else None

    def coerce(self, schema: GraphQLSchema, raw: dict[str, Any] | None) -> VariableValues:
        """The variables as the operation declares them.

        Raises:
            RequestError: a value does not fit its variable's type.
        """
        if (quick := self._coerce_plain(raw or {})) is not None:
            return quick
        given = [raw[name] for name in self.signatures if name in raw] if raw else []
        if more_values(given, self.most_values):
            raise RequestError.of(
                exceeded("values", self.most_values + 1, self.most_values, self.definition),
                code="LIMIT_EXCEEDED",
            )
        definitions = self.definition.variable_definitions or ()
        try:
            values = get_variable_values(
                schema, definitions, raw or {}, max_errors=20, hide_suggestions=not self.suggestions
            )
        except ValueError:  # Python writes no number of thousands of digits, not even into a message
            values = [GraphQLError("A number among the variables has too many digits", list(definitions))]
        if isinstance(values, list):
            raise RequestError.of(*values, code="BAD_USER_INPUT")
        return values

    @cached_property
    def _plain(self) -> tuple[tuple[str, GraphQLVariableSignature, type, bool], ...] | None:
        """The variables when all are plain: each with what its values are and whether it may go without one."""
        plain = [_plainly(name, signature) for name, signature in self.signatures.items()]
        return None if None in plain else tuple(each for each in plain if each is not None)

    def _coerce_plain(self, raw: dict[str, Any]) -> VariableValues | None:
        """The variables when they are what their built-in types take as they are; None otherwise."""
        if self._plain is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, type_, optional in self._plain:
            value: Any = raw.get(name, Undefined)
            if type(value) is not type_ or (type_ is int and value not in INT):
                if not optional or (value is not None and value is not Undefined):
                    return None
                if value is Undefined:
                    sources[name] = VariableValueSource(signature)
                    continue
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = value
        return VariableValues(sources, coerced)

    def shape(self, values: VariableValues) -> Hashable:
        """What of the variables decides the plans."""
        coerced = values.coerced
        return tuple(
            [
                shape(coerced[name], signature.type) if name in coerced else ABSENT
                for name, signature in self.signatures.items()
            ]
        )

    def page_sizes(self, values: VariableValues) -> Hashable:
        """The values of those variables that are page sizes."""
        return tuple(values.coerced.get(name) for name in self.sizes)

    def with_placeholders(self, values: VariableValues) -> VariableValues:
        """The variables with placeholders for their scalars."""
        coerced = {
            name: with_placeholders(value, self.signatures[name].type, ("$", name), _variable(name))
            for name, value in values.coerced.items()
        }
        return values._replace(coerced=coerced)


INT = range(-(2**31), 2**31)
PLAIN = {"ID": str, "String": str, "Int": int, "Boolean": bool}
"""What the built-in types take as it is; a number may be too large still."""


def _plainly(
    name: str, signature: GraphQLVariableSignature
) -> tuple[str, GraphQLVariableSignature, type, bool] | None:
    """The variable, what its values are, and whether it may be null or absent; None when its type is not plain."""
    optional = not is_non_null_type(signature.type)
    named: GraphQLInputType = signature.type.of_type if is_non_null_type(signature.type) else signature.type
    if not is_scalar_type(named) or named.name not in PLAIN or signature.default is not None:
        return None
    return name, signature, PLAIN[named.name], optional


def _variable(name: str) -> Any:
    def fetch(request_values: RequestValues) -> Any:
        return request_values.variables[name]

    return fetch


def weight_of_document(source: str) -> int:
    """What a parsed document weighs."""
    return OPERATION_BYTES + BYTES_PER_CHARACTER * len(source)
