"""Documents: parsed and validated once for all requests with the same text, valid or not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from compiler.errors import RequestError, RunInThread
from compiler.graphql_core import MAX_NESTING_DEPTH, FragmentDetails, get_variable_signature
from compiler.limits import Limits, check_size, exceeded, fragments_of
from compiler.operation import OPERATION_BYTES, Operation, weight_of_document
from compiler.refusals import Enough, Refusals
from compiler.rules import RULES
from compiler.source import parsed
from compiler.validation import violations
from runtime.lru import WeightedLRU

PLANS_PER_OPERATION = 4 * 2**20
"""How many bytes the plans of one operation may take, one for each shape of its variables and its viewer."""
WEIGHT_OF_ERROR = 1000
SHORT_CHARACTERS = 1024
"""A document of this length takes a millisecond or two, ten at the very worst: it is not worth handing on."""
MOST_NAMES_TOLD = 20
"""How many operations are named to somebody who has named none."""


class _PageSizes(Visitor):
    """Finds the variables that a document uses as page sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value in ("first", "last") and isinstance(node.value, VariableNode):
            self.names[node.value.name.value] = None


class DocumentCache:
    """The documents seen lately, valid or not, by their text, with their plans: `capacity` bytes of memory at most."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, *, introspection: bool = True, capacity: int = 32 * 2**20
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._introspection = introspection
        self._rules = RULES if introspection else (*RULES, NoSchemaIntrospectionCustomRule)
        self._known: WeightedLRU[dict[str | None, Operation] | RequestError] = WeightedLRU(capacity)
        self._under_way: dict[str, asyncio.Future[dict[str | None, Operation] | RequestError]] = {}

    def operation(self, source: str, name: str | None) -> Operation:
        """The operation called `name`, or the only one.

        Raises:
            RequestError: the document is malformed, invalid or too large, or has no such operation.
        """
        return _of(self._prepared(source), name)

    def is_cached(self, source: str) -> bool:
        """Whether the document is known, or so short that it is known at once."""
        return len(source) <= SHORT_CHARACTERS or self._known.get(source) is not None

    async def operation_in_thread(
        self, source: str, name: str | None, run_in_thread: RunInThread
    ) -> Operation:
        """As `operation`, with the work done `run_in_thread`, once for all who ask for the same meanwhile.

        Raises:
            RequestError: as there, or the work cannot be done now.
        """
        task = self._under_way.get(source)
        if task is None:
            task = self._under_way[source] = asyncio.ensure_future(self._learn(source, run_in_thread))
            task.add_done_callback(lambda done: self._over(source, done))
        return _of(await asyncio.shield(task), name)

    async def _learn(
        self, source: str, run_in_thread: RunInThread
    ) -> dict[str | None, Operation] | RequestError:
        operations: dict[str | None, Operation] | RequestError = await run_in_thread(
            partial(self._prepare, source)
        )
        self._known.put(source, operations, _weight(source, operations))
        return operations

    def _over(self, source: str, done: asyncio.Future[Any]) -> None:
        del self._under_way[source]
        if not done.cancelled():
            done.exception()  # which those hear who wait, if anybody still does

    def plain(self, operation: Operation) -> Operation:
        """The same operation in a document without blanks and comments, however it was written."""
        source = operation.plain
        if source == operation.source:
            return operation
        operations = self._known.get(source)
        if operations is None or isinstance(operations, RequestError):
            document = parsed(source, self._limits.tokens)
            operations = self._operations(source, document)  # it is as valid as the other
            self._known.put(source, operations, _weight(source, operations))
        return operations[operation.name]

    async def cache_plain(self, operation: Operation, run_in_thread: RunInThread) -> None:
        """Have `plain` at hand, with the work done `run_in_thread`.

        Raises:
            RequestError: the work cannot be done now.
        """
        if len(operation.source) <= SHORT_CHARACTERS:
            return
        source = await run_in_thread(lambda: operation.plain)
        if source != operation.source and not isinstance(self._known.get(source), dict):
            operations = await run_in_thread(
                lambda: self._operations(source, parsed(source, self._limits.tokens))
            )
            self._known.put(source, operations, _weight(source, operations))

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
            document = parsed(source, self._limits.tokens)
        except GraphQLError as error:
            return RequestError.of(self._limit_of_parser(error) or error, code="GRAPHQL_PARSE_FAILED")
        if too_large := _first(check_size(document, self._limits), len(source)):
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
        fragments = {name: FragmentDetails(node) for name, node in fragments_of(document).items()}
        page_sizes = _PageSizes()
        visit(document, page_sizes)
        operations = {}
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                found = [get_variable_signature(self._schema, d) for d in node.variable_definitions or ()]
                signatures = {each.name: each for each in found if not isinstance(each, GraphQLError)}
                plans: WeightedLRU[Any] = WeightedLRU(
                    PLANS_PER_OPERATION, partial(self._known.add_weight, source)
                )
                sizes = tuple(page_sizes.names)
                operation = Operation(
                    source,
                    document,
                    node,
                    fragments,
                    signatures,
                    sizes,
                    plans,
                    self._introspection,
                    self._limits.tokens,
                )
                operations[operation.name] = operation
        return operations


def _first(errors: Iterable[GraphQLError], length: int) -> list[GraphQLError]:
    """The first errors of a document of that length."""
    refusals = Refusals(length)
    try:
        for error in errors:
            refusals.note(error)
    except Enough:
        refusals.errors.append(GraphQLError("Too many limits are exceeded: these are the first."))
    return refusals.errors


def _weight(source: str, operations: dict[str | None, Operation] | RequestError) -> int:
    if isinstance(operations, RequestError):
        return (
            OPERATION_BYTES
            + 4 * (len(source) + len(str(operations)))
            + WEIGHT_OF_ERROR * len(operations.errors)
        )
    return weight_of_document(source)


def _of(operations: dict[str | None, Operation] | RequestError, name: str | None) -> Operation:
    if isinstance(operations, RequestError):
        raise RequestError(operations.errors)  # a new one: the kept one would grow with every traceback
    return _choose(operations, name)


def _choose(operations: dict[str | None, Operation], name: str | None) -> Operation:
    """Section 6.1 of the specification, GetOperation."""
    if name is None and len(operations) == 1:
        return next(iter(operations.values()))
    if name is None:
        names = ", ".join(sorted(str(each) for each in operations)[:MOST_NAMES_TOLD])
        names += ", …" if len(operations) > MOST_NAMES_TOLD else ""
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
