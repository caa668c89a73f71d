"""Statements that are written out, for what a queryset costs too much for or cannot say.

Like Tortoise's own calls they find the unit of work that the caller is in; outside one each stands alone.
"""

from collections.abc import Sequence
from typing import Any, cast

from tortoise.context import get_current_context

from storage.errors import StorageError
from storage.location import Dialect
from storage.unit import open_client

PLACEHOLDER_MARKS = {"sqlite": "?", "postgresql": "$"}


async def execute(sql: str, parameters: list[Any] | None = None) -> Sequence[Any]:
    """Run a statement: the rows that it returned, whose columns have names and places."""
    _, rows = await open_client().execute_query(sql, parameters)
    return rows


async def execute_counted(sql: str, parameters: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
    """Run a statement: how many rows it changed or found, and what it returned."""
    return await open_client().execute_query(sql, parameters)


async def execute_update(sql: str, parameters: list[Any] | None = None) -> int:
    """Run a statement: how many rows it changed."""
    changed, _ = await open_client().execute_query(sql, parameters)
    return changed


def dialect() -> Dialect:
    """Which SQL the open database speaks: its connection is called after that."""
    context = get_current_context()
    if context is None:
        raise StorageError("No database is open")
    return cast(Dialect, context.default_connection)


def placeholder_mark() -> str:
    """What stands before a parameter's number in a statement for the open database."""
    return PLACEHOLDER_MARKS[dialect()]


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each of the rows of parameters: all of them or none."""
    await open_client().execute_many(sql, [list(row) for row in rows])
