"""Mutations as the server runs them, without the server."""

from dataclasses import dataclass, field
from typing import Any

import orjson

import schema
from auth.policy import AuthPolicy, HashCost
from auth.viewer import Viewer, anonymous
from compiler import Engine, Request
from models import User
from resolvers.policy import Policy
from storage import Database
from tests.resolvers.rows import viewing

POLICY = Policy(auth=AuthPolicy(hashing=HashCost(memory_kib=64, time_cost=1)))
FAILURE = "fragment failure on Error { __typename message ... on InvalidInput { fields { field message } } }"


@dataclass
class Context:
    """Like the server's."""

    viewer: Viewer = field(default_factory=anonymous)
    session_id: int | None = None
    address: str | None = "192.0.2.1"
    policy: Policy = POLICY
    extensions: dict[str, Any] = field(default_factory=dict)
    bugs: list[BaseException] = field(default_factory=list)


def note(error: BaseException, context: Any) -> dict[str, Any]:
    """What the server would log and mask."""
    context.bugs.append(error)
    return {"message": "masked"}


class Client:
    """Sends operations to an engine."""

    def __init__(self, database: Database) -> None:
        self.engine = Engine(
            schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=note, policy=POLICY
        )

    async def send(self, context: Context, text: str, variables: dict[str, Any] | None = None) -> Any:
        """The whole answer."""
        operation = self.engine.prepare(Request(text + (FAILURE if "...failure" in text else "")))
        return orjson.loads((await self.engine.execute(operation, variables, context)).body)

    async def do(self, by: User | None, text: str, variables: dict[str, Any] | None = None) -> Any:
        """What the one field of a mutation answers: the error, or the result, without its name if it is one thing."""
        answer = await self.send(Context(viewing(by)), text, variables)
        assert "errors" not in answer, answer
        (payload,) = answer["data"].values()
        if not isinstance(payload, dict) or "error" not in payload:
            return payload
        result = {name: value for name, value in payload.items() if name != "error"}
        if payload["error"] is not None:
            assert set(result.values()) == {None}, payload
            return payload["error"]
        return result if len(result) > 1 else next(iter(result.values()))
