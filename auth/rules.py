"""Asking one row what a query asks of all: whether a Q holds for it.

So a rule is written once, as a Q, and serves the reads (in SQL) and the writes (on the row they have loaded).
"""

import operator
from collections.abc import Callable
from typing import Any

from tortoise.expressions import Q
from tortoise.models import Model

_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "": operator.eq,
    "not": operator.ne,
    "in": lambda value, choices: value in choices,
    "isnull": lambda value, wanted: (value is None) == wanted,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def matches(rule: Q, row: Model) -> bool:
    """Whether the row satisfies the rule, which names its own columns; one without conditions holds."""
    answers = [matches(child, row) for child in rule.children]
    answers += [_satisfies(row, name, value) for name, value in rule.filters.items()]
    answer = not answers or (all(answers) if rule.join_type == Q.AND else any(answers))
    return answer is not rule._is_negated  # noqa: SLF001 - a Q has no public way to say so


def _satisfies(row: Model, name: str, value: Any) -> bool:
    column, _, lookup = name.partition("__")
    return _LOOKUPS[lookup](getattr(row, column), value)
