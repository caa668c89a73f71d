"""Placeholders for those Pythons that take ?1 for a name: 3.12.0 to 3.12.3, of which Ubuntu 24.04 has the last.

Their sqlite3 warns of each value that is bound to one by position (gh-117995). Nobody sees that where warnings are
hidden, but making them up takes a short read half as long again. So there ?1, ?2 … become ? where each stands once and
in order, which costs nothing, and :1, :2 … with a dictionary elsewhere.
"""

import re
import sqlite3
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

STATEMENTS_REMEMBERED = 1024
NUMBERED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\?(\d+)""")
"""A string, a name in quotes, or a numbered placeholder."""


class NamedPlaceholders(sqlite3.Connection):
    """A connection that is given ?1 and never shows it to sqlite3."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As sqlite3 does it."""
        if not parameters:
            return super().execute(sql)
        text, names = unnumbered(sql)
        return super().execute(text, parameters if names is None else _named(names, parameters))


@lru_cache(STATEMENTS_REMEMBERED)
def unnumbered(sql: str) -> tuple[str, tuple[str, ...] | None]:
    """The statement without numbered placeholders, and the names that they have in it; None where position will do."""
    numbers = [int(match[1]) for match in NUMBERED.finditer(sql) if match[1]]
    if numbers == list(range(1, len(numbers) + 1)):
        return NUMBERED.sub(lambda match: "?" if match[1] else match[0], sql), None
    names = tuple(str(number) for number in range(1, max(numbers) + 1))
    return NUMBERED.sub(lambda match: f":{match[1]}" if match[1] else match[0], sql), names


def connection_class(version: Sequence[Any] = sys.version_info) -> type[sqlite3.Connection]:
    """What connections are made of on a Python."""
    return NamedPlaceholders if (3, 12, 0) <= tuple(version[:3]) <= (3, 12, 3) else sqlite3.Connection


def _named(names: tuple[str, ...], parameters: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, parameters, strict=False))  # a statement need not use the last ones
