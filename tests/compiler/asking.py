"""Asking the library: an engine on an open database, and the statements that it took."""

import json
from dataclasses import dataclass, field
from typing import Any

from compiler import Engine, Limits, Request
from storage import Database
from tests.compiler.library import PLACEHOLDERS, Visitor, build
from tests.compiler.rows import BEGINNING
from tests.counted import Counted

ANYBODY = Visitor(id=None, staff=False, now=BEGINNING)
ADA = Visitor(id=1, staff=False, now=BEGINNING)
STAFF = Visitor(id=None, staff=True, now=BEGINNING)


@dataclass
class Context:
    viewer: Visitor
    extensions: dict[str, Any] = field(default_factory=dict)


def describe(error: BaseException, _: Any) -> dict[str, Any]:
    """What a client learns: nothing; a test, which error it was."""
    return {"message": "masked", "extensions": {"code": type(error).__name__}}


class Library:
    """The engine, and the database under it."""

    def __init__(self, database: Database, **options: Any) -> None:
        self.database = Counted(database)
        self.engine = Engine(build(), self.database, placeholders=PLACEHOLDERS, describe=describe, **options)

    def limited(self, **limits: int) -> "Library":
        """Another engine on the same database."""
        return Library(self.database.real, limits=Limits(**limits))

    async def answer(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        visitor: Visitor = ANYBODY,
        operation_name: str | None = None,
    ) -> dict[str, Any]:
        """The whole answer: data and errors."""
        operation = self.engine.prepare(Request(query, operation_name))
        answer = await self.engine.execute(operation, variables, Context(visitor))
        decoded: dict[str, Any] = json.loads(answer.body)
        assert answer.errors is ("errors" in decoded)
        return decoded

    async def ask(self, query: str, visitor: Visitor = ANYBODY, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.answer(query, variables, visitor)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data
