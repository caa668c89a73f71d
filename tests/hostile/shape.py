"""What a shape of hostile documents is, and how one is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOKENS = 10_000
CHARACTERS = 2**20 - 2_000


@dataclass(frozen=True)
class Hostile:
    """A request: a document, the operation that it names, and its variables."""

    query: str
    operation: str | None = None
    variables: dict[str, Any] | None = None

    @property
    def body(self) -> bytes:
        """The same as a client posts it."""
        members = {"query": self.query, "operationName": self.operation, "variables": self.variables}
        return json.dumps(members).encode()


Make = Callable[[int, int], str]
SHAPES: dict[str, Callable[[int, int], Hostile]] = {}


def shape(name: str, make: Make, operation: str | None = None, variables: Any = None) -> None:
    """Enter a shape: `make(tokens, characters)` is its document, `variables(tokens, characters)` what comes with it."""

    def hostile(tokens: int, characters: int) -> Hostile:
        given = variables(tokens, characters) if variables else None
        return Hostile(make(tokens, characters), operation, given)

    assert name not in SHAPES
    SHAPES[name] = hostile


def hostile(name: str, part: float = 1) -> Hostile:
    """The shape, with a part of what it may have: its body has at most that part of CHARACTERS."""
    tokens, characters = int(TOKENS * part), int(CHARACTERS * part)
    made = SHAPES[name](tokens, characters)
    if len(made.body) > characters + 20_000:  # its characters take more in JSON
        made = SHAPES[name](tokens, characters * characters // len(made.body))
    return made


def many(text: str, count: int) -> str:
    """So many of a text, with its number at each `#`."""
    return " ".join(text.replace("#", str(number)) for number in range(count))


def long(name: str, length: int) -> str:
    """A name that is so long."""
    return name + "x" * max(0, length - len(name))
