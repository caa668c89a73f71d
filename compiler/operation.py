"""Operations: documents parsed and validated once, and the plans made for them so far."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    Visitor,
    is_non_null_type,
    is_scalar_type,
    parse,
    visit,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.language.parser import MAX_NESTING_DEPTH

from compiler.errors import RequestError
from compiler.limits import Limits, check_size, exceeded
from compiler.params import Bindings, shape, symbolise
from compiler.recent import Recent
from compiler.rules import RULES
from compiler.validation import violations

PLANS_PER_OPERATION = 4 * 2**20
"""How many bytes the plans of one operation may take, one for each shape of its variables and its viewer."""
WEIGHT = 4000
WEIGHT_OF_CHARACTER = 125
"""What a parsed document weighs by its text's length: measured, and mostly the places of its tokens."""
WEIGHT_OF_ERROR = 1000
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
    plans: Recent[Any]
    suggestions: bool = True
    """Whether errors may name what was perhaps meant."""

    @property
    def weight(self) -> int:
        """How many bytes of memory it takes, its document and its plans."""
        return _weight_of_document(self.source) + self.plans.weight

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

    def symbolic(self, values: VariableValues) -> VariableValues:
        """The variables with placeholders for their scalars."""
        coerced = {
            name: symbolise(value, self.signatures[name].type, ("$", name), _variable(name))
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


class _PageSizes(Visitor):
    """Finds the variables that a document uses as page sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value in ("first", "last") and isinstance(node.value, VariableNode):
            self.names[node.value.name.value] = None


def _variable(name: str) -> Any:
    def fetch(bindings: Bindings) -> Any:
        return bindings.variables[name]

    return fetch


class Documents:
    """The documents seen lately, valid or not, by their text, with their plans: `capacity` bytes of memory at most."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, *, introspection: bool = True, capacity: int = 32 * 2**20
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._introspection = introspection
        self._rules = RULES if introspection else (*RULES, NoSchemaIntrospectionCustomRule)
        self._known: Recent[dict[str | None, Operation] | RequestError] = Recent(capacity)

    def operation(self, source: str, name: str | None) -> Operation:
        """The operation called `name`, or the only one.

        Raises:
            RequestError: the document is malformed, invalid or too large, or has no such operation.
        """
        operations = self._prepared(source)
        if isinstance(operations, RequestError):
            raise RequestError(operations.errors)  # a new one: the kept one would grow with every traceback
        return _choose(operations, name)

    def refusal(self, source: str) -> RequestError | None:
        """Why no operation of the document can run; None when they can."""
        operations = self._prepared(source)
        return operations if isinstance(operations, RequestError) else None

    def _prepared(self, source: str) -> dict[str | None, Operation] | RequestError:
        operations = self._known.get(source)
        if operations is None:
            operations = self._prepare(source)
            self._known.put(source, operations, _weight(source, operations))
        return operations

    def _prepare(self, source: str) -> dict[str | None, Operation] | RequestError:
        try:
            document = parse(source, max_tokens=self._limits.tokens)
        except GraphQLError as error:
            return RequestError.of(self._limit_of_parser(error) or error, code="GRAPHQL_PARSE_FAILED")
        if too_large := list(check_size(document, self._limits)):
            return RequestError.of(*too_large, code="LIMIT_EXCEEDED")
        if errors := violations(self._schema, document, self._rules, suggestions=self._introspection):
            return RequestError.of(*errors, code="GRAPHQL_VALIDATION_FAILED")
        return self._operations(source, document)

    def _limit_of_parser(self, error: GraphQLError) -> GraphQLError | None:
        """Which limit made the parser give up, if one did: it only says so in words."""
        if not error.message.endswith("Parsing aborted."):
            return None
        name = "nesting" if "nested" in error.message else "tokens"
        limit = min(self._limits.nesting, MAX_NESTING_DEPTH) if name == "nesting" else self._limits.tokens
        refusal = exceeded(name, limit + 1, limit)
        return GraphQLError(
            refusal.message, source=error.source, positions=error.positions, extensions=refusal.extensions
        )

    def _operations(self, source: str, document: DocumentNode) -> dict[str | None, Operation]:
        fragments = {
            node.name.value: FragmentDetails(node)
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        page_sizes = _PageSizes()
        visit(document, page_sizes)
        operations = {}
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                found = [get_variable_signature(self._schema, d) for d in node.variable_definitions or ()]
                signatures = {each.name: each for each in found if not isinstance(each, GraphQLError)}
                plans: Recent[Any] = Recent(PLANS_PER_OPERATION, partial(self._known.add_weight, source))
                sizes = tuple(page_sizes.names)
                operation = Operation(
                    source, document, node, fragments, signatures, sizes, plans, self._introspection
                )
                operations[operation.name] = operation
        return operations


def _weight(source: str, operations: dict[str | None, Operation] | RequestError) -> int:
    if isinstance(operations, RequestError):
        return WEIGHT + 4 * (len(source) + len(str(operations))) + WEIGHT_OF_ERROR * len(operations.errors)
    return _weight_of_document(source)


def _weight_of_document(source: str) -> int:
    return WEIGHT + WEIGHT_OF_CHARACTER * len(source)


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
