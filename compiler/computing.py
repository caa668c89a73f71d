"""What Python makes of an answer when the database has answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.selection import Path

COMPUTED_MARKER = "compiler.computed"
"""The member that marks what stands in for a computed field, with the field's number; no GraphQL name has a dot."""


@dataclass(frozen=True)
class ComputedField:
    """A field of the answer that Python still has to make: at `path` stand the columns it needs."""

    path: Path
    key: str
    batch: Callable[..., Any]
    arguments: Mapping[str, Any]
    present: Callable[[Any], Any]
    """Makes JSON of a value of the function's."""
