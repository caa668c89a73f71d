"""What runs on a connection: each function is one errand of Tortoise's or of the compiler's."""

from collections.abc import Sequence
from typing import Any

CHANGES = ("INSERT", "UPDATE", "DELETE")


async def text(connection: Any, *, sql: str, parameters: Sequence[Any]) -> str | None:
    """The first column of the first row."""
    found: str | None = await connection.fetchval(sql, *parameters)
    return found


async def rows(connection: Any, *, sql: str, parameters: Sequence[Any]) -> tuple[int, list[Any]]:
    """How many rows were changed or, by a statement that changes nothing, found; and what it returned."""
    if sql.lstrip()[:6].upper() in CHANGES and " RETURNING " not in sql.upper():
        status = await connection.execute(sql, *parameters)
        return int(status.rsplit(" ", 1)[-1]), []
    found = await connection.fetch(sql, *parameters)
    return len(found), found


async def insert(connection: Any, *, sql: str, parameters: Sequence[Any]) -> Any:
    """The columns of the row that the database made up, such as its key."""
    return await connection.fetchrow(sql, *parameters)


async def many(connection: Any, *, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
    """The statement once for each of the parameters."""
    await connection.executemany(sql, parameters)


async def script(connection: Any, *, sql: str) -> None:
    """Several statements."""
    await connection.execute(sql)
