"""Changing many comments by one statement, however many they are: databases bound the parameters of one."""

# ruff: noqa: S608 - the statements below are put together from texts of ours
import json
from collections.abc import Collection
from typing import TYPE_CHECKING

from models import Comment

if TYPE_CHECKING:
    from tortoise.backends.base.client import BaseDBAsyncClient

AMONG = {
    "sqlite": "id IN (SELECT value FROM json_each(?))",
    "postgres": "id IN (SELECT value::bigint FROM json_array_elements_text($1::json))",
}


async def change(ids: Collection[int], setting: str) -> None:
    """Change these comments as an UPDATE's SET says."""
    connection: BaseDBAsyncClient = Comment._meta.db  # noqa: SLF001 - Tortoise's way to the transaction at hand
    among = AMONG[connection.capabilities.dialect]
    await connection.execute_query(f"UPDATE comments SET {setting} WHERE {among}", [json.dumps([*ids])])
