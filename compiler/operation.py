"""Operations: documents parsed and validated once, and the plans made for them so far."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from compiler.errors import RequestError
from compiler.limits import Limits, check_size
from compiler.params import Bindings, shape, symbolise

RULES = (*specified_rules, MaybeNullValidationRule)
PLANS_PER_OPERATION = 64

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """A mapping that keeps the most recently used entries, as far as the sum of their weights allows."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._weight = 0
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The entry, now the most recent; None when there is none."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, value: Value, weight: int = 1) -> None:
        """Keep the entry; the least recently used ones make room. One that is too heavy alone is not kept."""
        self._drop(key)
        if weight > self._capacity:
            return
        self._entries[key] = (value, weight)
        self._weight += weight
        while self._weight > self._capacity:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        self._weight -= entry[1] if entry else 0

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True)
class Operation:
    """One operation of a valid document."""

    source: str
    document: DocumentNode
    definition: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variable_types: dict[str, GraphQLInputType]
    plans: Recent[Any] = field(default_factory=lambda: Recent(PLANS_PER_OPERATION))

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.definition.operation.value

    @property
    def name(self) -> str | None:
        """The operation's name in the document."""
        return self.definition.name.value if self.definition.name else None

    def coerce(self, schema: GraphQLSchema, raw: dict[str, Any] | None) -> VariableValues:
        """The variables as the operation declares them.

        Raises:
            RequestError: a value does not fit its variable's type.
        """
        definitions = self.definition.variable_definitions or ()
        values = get_variable_values(schema, definitions, raw or {}, max_errors=20)
        if isinstance(values, list):
            raise RequestError.of(*values, code="BAD_USER_INPUT")
        return values

    def shape(self, values: VariableValues) -> Hashable:
        """What of the variables decides the plans."""
        return tuple(
            (name, shape(values.coerced[name], type_))
            for name, type_ in self.variable_types.items()
            if name in values.coerced
        )

    def symbolic(self, values: VariableValues) -> VariableValues:
        """The variables with placeholders for their scalars."""
        coerced = {
            name: symbolise(value, self.variable_types[name], ("$", name), _variable(name))
            for name, value in values.coerced.items()
        }
        return values._replace(coerced=coerced)


def _variable(name: str) -> Any:
    def fetch(bindings: Bindings) -> Any:
        return bindings.variables[name]

    return fetch


class Documents:
    """The documents seen lately, valid or not, by their text. Memory is bounded by the length of the texts."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, *, introspection: bool = True, capacity: int = 4 * 2**20
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._rules = RULES if introspection else (*RULES, NoSchemaIntrospectionCustomRule)
        self._known: Recent[dict[str | None, Operation] | RequestError] = Recent(capacity)

    def operation(self, source: str, name: str | None) -> Operation:
        """The operation called `name`, or the only one.

        Raises:
            RequestError: the document is malformed, invalid or too large, or has no such operation.
        """
        operations = self._known.get(source)
        if operations is None:
            operations = self._prepare(source)
            self._known.put(source, operations, len(source) + 1000)
        if isinstance(operations, RequestError):
            raise operations
        return _choose(operations, name)

    def _prepare(self, source: str) -> dict[str | None, Operation] | RequestError:
        try:
            document = parse(source, max_tokens=self._limits.tokens)
        except GraphQLError as error:
            return RequestError.of(error, code="GRAPHQL_PARSE_FAILED")
        if too_large := list(check_size(document, self._limits)):
            return RequestError.of(*too_large, code="LIMIT_EXCEEDED")
        if errors := validate(self._schema, document, self._rules, max_errors=20):
            return RequestError.of(*errors, code="GRAPHQL_VALIDATION_FAILED")
        return self._operations(source, document)

    def _operations(self, source: str, document: DocumentNode) -> dict[str | None, Operation]:
        fragments = {
            node.name.value: FragmentDetails(node)
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        operations = {}
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                types = {
                    d.variable.name.value: type_from_ast(self._schema, d.type)
                    for d in node.variable_definitions or ()
                }
                operation = Operation(source, document, node, fragments, types)  # type: ignore[arg-type]
                operations[operation.name] = operation
        return operations


def _choose(operations: dict[str | None, Operation], name: str | None) -> Operation:
    """Section 6.1 of the specification, GetOperation."""
    if name is None and len(operations) == 1:
        return next(iter(operations.values()))
    if name is None:
        names = ", ".join(sorted(str(each) for each in operations))
        message = (
            f'The document has several operations ({names}): pass "operationName"'
            if names
            else "The document has no operation"
        )
        raise RequestError.of(GraphQLError(message), code="OPERATION_RESOLUTION_FAILURE")
    if name not in operations:
        raise RequestError.of(
            GraphQLError(f'The document has no operation named "{name}"'), code="OPERATION_RESOLUTION_FAILURE"
        )
    return operations[name]
