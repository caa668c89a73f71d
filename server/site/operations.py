"""The site's operations: the files of `web/operations/`, asked of the engine as whoever visits."""

from functools import cache
from typing import Any

import orjson

import web
from compiler import Engine, Operation, Request
from server.http.context import Context
from server.http.http_error import refused_by_engine
from server.http.refusals import LATER

FRAGMENTS = "fragments"
"""The folder of the fragments that all operations may spread; each gets those that it needs."""


class Operations:
    """Prepared when they are first needed; `engine` is the server's own, without a client's limits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._prepared: dict[str, Operation] = {}

    async def run(self, name: str, variables: dict[str, Any], context: Context) -> dict[str, Any]:
        """The data of the operation's answer. An answer that has errors is raised.

        Raises:
            HTTPError: what clients are told of the error.
        """
        operation = self._operation(name)
        answer = self._engine.execute_nowait(operation, variables, context.viewer)
        if answer is None:
            answer = await self._engine.execute(operation, variables, context)
        told = orjson.loads(answer.body)
        if answer.errors:
            raise refused_by_engine(told["errors"][0], LATER)
        data: dict[str, Any] = told["data"]
        return data

    def _operation(self, name: str) -> Operation:
        if name not in self._prepared:
            self._prepared[name] = self._engine.prepare(Request(document(name)))
        return self._prepared[name]


def document(name: str) -> str:
    """The text of an operation, with the fragments that it spreads, and those that these spread."""
    text = (web.OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")
    added: set[str] = set()
    while needed := {each for each in _fragments() if f"...{each}\n" in text} - added:
        text += "".join(_fragments()[each] for each in sorted(needed))
        added |= needed
    return text


@cache
def _fragments() -> dict[str, str]:
    folder = web.OPERATIONS / FRAGMENTS
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.graphql"))}
