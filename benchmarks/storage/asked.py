"""The statements that are measured: those that the four questions of the benchmarks are compiled to."""

from collections.abc import Sequence
from random import Random
from typing import Any, cast

from auth.viewer import anonymous
from benchmarks.questions import QUESTIONS, Question
from compiler import Request
from resolvers.policy import Policy
from server.app import build_engine
from server.config.environment import load_settings
from server.http.context import Context
from storage import Database, open_database

CALLS = 60
Asked = tuple[str, list[Sequence[Any]]]
"""A statement, and parameters for each of its calls."""
POST_IDS = Random(1).sample(range(1, 5001), CALLS)  # noqa: S311 - reproducible on purpose


class Listening:
    """A database that remembers what it was asked."""

    def __init__(self, database: Database) -> None:
        self.dialect = database.dialect
        self.data_version = database.data_version
        self.asked: list[tuple[str, Sequence[Any]]] = []
        self._database = database

    async def fetch_json(self, sql: str, parameters: Sequence[object]) -> bytes | None:
        """Ask, and remember."""
        self.asked.append((sql, list(parameters)))
        return await self._database.fetch_json(sql, parameters)


async def statements(url: str) -> dict[str, Asked]:
    """What the questions are compiled to."""
    database = await open_database(url)
    try:
        listening = Listening(database)
        engine = build_engine(load_settings(), cast("Database", listening), Policy())
        return {question.title: await _asked(engine, listening, question) for question in QUESTIONS}
    finally:
        await database.close()


async def _asked(engine: Any, listening: Listening, question: Question) -> Asked:
    listening.asked.clear()
    for number in POST_IDS:
        variables = {"id": f"post_{number}"} if question.kind == "post" else {}
        operation = engine.prepare(Request(question.document, question.operation, variables, None))
        await engine.execute(operation, variables, Context(anonymous(), None, None, Policy(), ""))
    return listening.asked[0][0], [parameters for _, parameters in listening.asked]
