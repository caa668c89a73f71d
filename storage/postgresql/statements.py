"""What runs on a connection: each function is one job of Tortoise's or of the compiler's."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

CHANGES = ("INSERT", "UPDATE", "DELETE")


STEP_BYTES = 2**20
SHORT_BYTES = 16 * 1024
"""Characters of a statement whose text is worth remembering: making it anew, it would be hashed and compared anew."""


def _bounded(sql: str, limit: int) -> str:
    return (
        f"SELECT CASE WHEN octet_length(a) <= {limit} THEN a END, octet_length(a)"  # noqa: S608 - the compiler's own
        f" FROM (SELECT a::text AS a FROM ({sql}) AS value(a) OFFSET 0) AS made"  # OFFSET: it is made once
    )


_remembered = lru_cache(maxsize=256)(_bounded)


async def text(connection: Any, *, sql: str, parameters: Sequence[Any], limit: int) -> tuple[str | None, int]:
    """The first column of the first row, if it has no more bytes than the limit; and how many it has.

    The server keeps what is larger to itself: asyncpg takes whatever it sends, several times over.
    """
    if limit > STEP_BYTES:  # a few texts, which are prepared once each
        limit += -limit % STEP_BYTES
    asked = (_remembered if len(sql) <= SHORT_BYTES else _bounded)(sql, limit)
    row = await connection.fetchrow(asked, *parameters)
    return (None, 0) if row is None else (row[0], row[1] or 0)


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
