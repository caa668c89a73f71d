"""Changing many rows by one statement, however many they are: databases bound the parameters of one."""

# ruff: noqa: S608 - the statements below are put together from texts of ours
import json
from collections.abc import Collection

from storage import dialect, execute

AMONG = {
    "sqlite": "{column} IN (SELECT value FROM json_each(?))",
    "postgresql": "{column} IN (SELECT value::bigint FROM json_array_elements_text($1::json))",
}


def among(column: str) -> str:
    """The condition that a column is one of the numbers in a parameter, which is their JSON."""
    return AMONG[dialect()].format(column=column)


def as_list(ids: Collection[int]) -> str:
    """The parameter of `among`."""
    return json.dumps([*ids])


async def change(ids: Collection[int], setting: str) -> None:
    """Change these comments as an UPDATE's SET says."""
    await execute(f"UPDATE comments SET {setting} WHERE {among('id')}", [as_list(ids)])
