"""A column's values as JSON has them, the same from each database, and back."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

from tortoise.fields import BigIntField, BooleanField, CharField, Field, IntField, TextField

from models.fields import InstantField, rfc3339

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


class Kind(NamedTuple):
    """How values come out of a database into JSON, and how they go into SQLite and into PostgreSQL.

    The latter two raise ValueError, whose text goes on after "its … ".
    """

    dump: Callable[[Any], Any]
    to_sqlite: Callable[[Any], Any]
    to_postgresql: Callable[[Any], Any]


def kind_of(field: Field[Any]) -> Kind:
    """What is in a field's column."""
    if isinstance(field, InstantField):
        return Kind(_dumped_moment, _moment_text, _moment)
    if isinstance(field, BooleanField):
        return Kind(bool, _boolean, _boolean)
    if isinstance(field, IntField):
        number = partial(_number, bits=63 if isinstance(field, BigIntField) else 31)
        return Kind(_same, number, number)
    if isinstance(field, CharField | TextField):
        text = partial(_chosen, names=_names(field)) if _names(field) else _text
        return Kind(_same, text, text)
    raise TypeError(f"{field.model_field_name} is of a type that exports do not know: {type(field).__name__}")


def _names(field: Field[Any]) -> frozenset[str]:
    kind: type[Enum] | None = getattr(field, "enum_type", None)
    return frozenset(str(each.value) for each in kind) if kind else frozenset()


def _same(value: Any) -> Any:
    return value


def _dumped_moment(value: Any) -> str:
    return value if isinstance(value, str) else rfc3339(value)


def _number(value: Any, *, bits: int) -> int:
    if type(value) is not int or not -(2**bits) <= value < 2**bits:
        raise ValueError("is no number, or one that is too large")
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("is neither true nor false")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("is no text")
    return value


def _chosen(value: Any, *, names: frozenset[str]) -> str:
    if value not in names:
        raise ValueError(f"is none of {', '.join(sorted(names))}")
    return str(value)


def _moment(value: Any) -> datetime:
    if type(value) is not str or MOMENT.fullmatch(value) is None:
        raise ValueError("is no moment such as 2026-01-31T12:00:00.000000Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is a moment that there is not in any calendar") from None


def _moment_text(value: Any) -> str:
    _moment(value)
    return str(value)
