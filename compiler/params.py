"""Placeholders: what stands in a statement for a value that is known only when the statement runs.

A plan is made once for many requests. What only feeds the statement (ids, strings, numbers, moments) becomes a
placeholder; what decides its shape (booleans, enums, null or not) stays a value and is part of the plan's key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple, NoReturn

from graphql import (
    GraphQLInputType,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from pypika_tortoise.context import SqlContext
from pypika_tortoise.terms import Parameterizer, Term

from compiler.errors import ContractError

PLACE = re.compile("\0([0-9]+)\0")
KINDS = ("text", "int", "float", "instant", "json")
_KIND_OF_TYPE: dict[type, str] = {str: "text", int: "int", float: "float", datetime: "instant"}


class RequestValues(NamedTuple):
    """The values of one request: coerced variables, and the viewer."""

    variables: dict[str, Any]
    viewer: Any


class Placeholder(Term):
    """A placeholder in a queryset or an expression; `value` fetches what it stands for from a request.

    Code that meets one passes it on to `.filter(...)`, and may test it against None and nothing else.

    Equal `source`s are sent once. `origins` are the sources that the value is made of: ("$", a variable's name, …) and
    ("viewer", an attribute's name) among them.
    """

    def __init__(
        self,
        kind: str,
        value: Callable[[RequestValues], Any],
        source: Hashable = None,
        origins: frozenset[Hashable] | None = None,
    ) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ContractError(f"A placeholder is one of {KINDS}, not {kind!r}")
        self.kind = kind
        self.value = value
        self.source = source if source is not None else object()
        self.origins = frozenset((self.source,)) if origins is None else origins

    def map(self, change: Callable[[Any], Any], kind: str | None = None) -> Placeholder:
        """A placeholder for what `change` makes of the value, when it is known."""
        value = self.value
        return Placeholder(
            kind or self.kind, lambda request_values: change(value(request_values)), origins=self.origins
        )

    def get_sql(self, ctx: SqlContext) -> str:
        """The placeholder's text in the statement that `ctx` renders."""
        if not isinstance(ctx.parameterizer, ParameterCollector):
            raise ContractError("A placeholder can only be rendered into a compiled statement")
        return ctx.parameterizer.place(self)

    def _refuse(self, *_: object) -> NoReturn:
        raise ContractError(
            "A placeholder has no value yet: put it into the queryset, test it only against None"
        )

    __bool__ = __str__ = __int__ = __float__ = __len__ = __iter__ = __getitem__ = _refuse
    __hash__ = Term.__hash__

    def _compare(self, other: Any, compare: Callable[[Any, Any], Any]) -> Any:
        """With a column it is a condition; with a value of Python's it would hold whatever the placeholder is."""
        return compare(self, other) if isinstance(other, Term) else self._refuse()

    def __eq__(self, other: object) -> Any:
        return self._compare(other, Term.__eq__)

    def __ne__(self, other: object) -> Any:
        return self._compare(other, Term.__ne__)

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, Term.__lt__)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, Term.__le__)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, Term.__gt__)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, Term.__ge__)

    def __sub__(self, other: Any) -> Any:
        """A moment a fixed time earlier is a placeholder, too."""
        if isinstance(other, timedelta) and self.kind == "instant":
            return self.map(lambda moment: moment - other)
        return super().__sub__(other)

    def __repr__(self) -> str:
        return f"Placeholder({self.kind}, {self.source!r})"


class ParameterCollector(Parameterizer):
    """Gathers the placeholders of one statement; each distinct one is sent once.

    They get their numbers when the statement is finished: not everything that is rendered ends up in it.
    """

    def __init__(self, placeholder: Callable[[int, str], str]) -> None:
        super().__init__()
        self._params: list[Placeholder] = []
        self._places: dict[Hashable, str] = {}
        self._placeholder = placeholder

    def should_parameterize(self, value: Any) -> bool:  # noqa: ARG002 - Tortoise's signature
        """Constants of the code stay in the statement, where the planner can use them."""
        return False

    def place(self, param: Placeholder) -> str:
        """What stands for the parameter until the statement is finished; no SQL has a NUL."""
        place = self._places.get(param.source)
        if place is None:
            place = self._places[param.source] = f"\0{len(self._params)}\0"
            self._params.append(param)
        return place

    def finish(self, sql: str) -> tuple[str, tuple[Placeholder, ...]]:
        """The statement with its final placeholders, and these in the order of their numbers."""
        numbers: dict[int, int] = {}

        def number(place: re.Match[str]) -> str:
            index = int(place[1])
            return self._placeholder(numbers.setdefault(index, len(numbers) + 1), self._params[index].kind)

        finished = PLACE.sub(number, sql)
        return finished, tuple(self._params[index] for index in numbers)


def kind_of(value: Any) -> str | None:
    """The placeholder kind for a coerced input value; None when it decides the statement's shape."""
    if type(value) in _KIND_OF_TYPE:
        return _KIND_OF_TYPE[type(value)]
    if value is None or isinstance(value, (bool, Enum)):
        return None
    return next((kind for type_, kind in _KIND_OF_TYPE.items() if isinstance(value, type_)), None)


def with_placeholders(
    value: Any, type_: GraphQLInputType, source: tuple[Any, ...], fetch: Callable[[RequestValues], Any]
) -> Any:
    """The value with every scalar that cannot change the statement's shape replaced by a placeholder."""
    if value is None or isinstance(value, Placeholder):
        return value
    type_ = type_.of_type if is_non_null_type(type_) else type_
    if is_list_type(type_):
        return _list_with_placeholders(value, source, fetch)
    if is_input_object_type(type_) and isinstance(value, dict):
        return {
            name: with_placeholders(
                item,
                type_.fields[name].type,
                (*source, name),
                lambda b, name=name: fetch(b)[name],  # type: ignore[misc]
            )
            for name, item in value.items()
        }
    kind = kind_of(value)
    return value if kind is None else Placeholder(kind, fetch, source)


def _list_with_placeholders(
    value: Any, source: tuple[Any, ...], fetch: Callable[[RequestValues], Any]
) -> Placeholder:
    """A list is one placeholder, however long; it may itself hold placeholders where a literal named variables."""
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, Placeholder) for item in items):
        origins = frozenset[Hashable]().union(
            *(item.origins for item in items if isinstance(item, Placeholder))
        )
        return Placeholder(
            "json", lambda b: [i.value(b) if isinstance(i, Placeholder) else i for i in items], None, origins
        )
    return Placeholder("json", fetch, source)


def shape(value: Any, type_: GraphQLInputType) -> Hashable:
    """What of a coerced value decides the statement: values of booleans and enums, null or not, members present."""
    if value is None:
        return None
    if type(value) in _KIND_OF_TYPE:  # a coerced value of a list's type is a list
        return _KIND_OF_TYPE[type(value)]
    if is_non_null_type(type_):
        type_ = type_.of_type
    if is_list_type(type_):
        return "list"
    if is_input_object_type(type_) and isinstance(value, dict):
        return tuple((name, shape(item, type_.fields[name].type)) for name, item in sorted(value.items()))
    if isinstance(value, (bool, Enum)):
        return value
    return kind_of(value)
