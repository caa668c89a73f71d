"""Changing many comments by one statement, however many they are: databases bound the parameters of one."""

# ruff: noqa: S608 - the statements below are put together from texts of ours
import json
from collections.abc import Collection

from storage import dialect, execute

AMONG = {
    "sqlite": "id IN (SELECT value FROM json_each(?))",
    "postgresql": "id IN (SELECT value::bigint FROM json_array_elements_text($1::json))",
}


async def change(ids: Collection[int], setting: str) -> None:
    """Change these comments as an UPDATE's SET says."""
    await execute(f"UPDATE comments SET {setting} WHERE {AMONG[dialect()]}", [json.dumps([*ids])])
