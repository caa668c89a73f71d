"""Many rows of a table at once, with keys that are known before they are written.

Rows are lists of columns' values as the database has them. Keys come in the order of the rows, so that the same file
makes the same keys, however it is cut into units of work.
"""

# ruff: noqa: S608 - the statements below are put together from names of ours
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from models.fields import rfc3339
from storage import dialect, execute, execute_many

AMONG = {
    "sqlite": "IN (SELECT value FROM json_each(?{place}))",
    "postgresql": "IN (SELECT value::{type} FROM json_array_elements_text(${place}::json))",
}
_LAST = "SELECT MAX(seq) FROM sqlite_sequence WHERE name = ?"
_NEXT = "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2::int)"


SQLITE_SETTINGS = ("cache_size = -32768", "wal_autocheckpoint = 16384", "synchronous = NORMAL")
"""32 MiB, and 64: many indexes are written to in many places, and what does not stay is read and written again. If the
power fails, the last portions may be lost as a whole: an import can be repeated.
"""


async def prepare_for_many() -> None:
    """Make this process's connection fit for writing many rows."""
    if dialect() == "sqlite":
        for setting in SQLITE_SETTINGS:
            await execute(f"PRAGMA {setting}")


def among(place: int, type_: str = "bigint") -> str:
    """The condition that a column has one of many values; `as_list` makes the parameter of them."""
    return AMONG[dialect()].format(place=place, type=type_)


def as_list(values: Collection[object]) -> str:
    """The parameter of `among`."""
    return orjson.dumps([*values]).decode()


async def next_ids(table: str, count: int) -> list[int]:
    """Keys for so many rows that are written in this unit of work."""
    if dialect() == "postgresql":
        return [row[0] for row in await execute(_NEXT, [table, count])]
    ((last,),) = await execute(_LAST, [table])
    first = (last or 0) + 1
    return list(range(first, first + count))


async def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write the rows; SQLite does it by one statement, which leaves this process to its other work meanwhile."""
    if not rows:
        return
    into, numbers = f"INSERT INTO {table} ({', '.join(columns)})", range(len(columns))
    if dialect() == "sqlite":
        values = ", ".join(f"value->>{number}" for number in numbers)
        await execute(f"{into} SELECT {values} FROM json_each(?)", [orjson.dumps(rows).decode()])
    else:
        await execute_many(f"{into} VALUES ({', '.join(f'${number + 1}' for number in numbers)})", rows)


async def change(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run an UPDATE or a DELETE, whose places are written :1, :2 and so on, for each of the rows."""
    if rows:
        await execute_many(marked(sql), rows)


async def select(sql: str, *parameters: Any) -> Sequence[Any]:
    """The rows of a SELECT, whose places are written :1, :2 and so on."""
    return await execute(marked(sql), list(parameters))


def marked(sql: str) -> str:
    """The statement with the database's own marks of places."""
    return sql.replace(" :", " ?" if dialect() == "sqlite" else " $")


def moment_writer() -> Callable[[datetime], Any]:
    """What makes a column's value of a moment in UTC."""
    return _text if dialect() == "sqlite" else _itself


def _text(moment: datetime) -> str:
    if moment.tzinfo is UTC and moment.year >= 1000:  # noqa: PLR2004 - four digits, as RFC 3339 has them
        return moment.isoformat(timespec="microseconds")[:26] + "Z"
    return rfc3339(moment)


def _itself(moment: datetime) -> datetime:
    return moment
