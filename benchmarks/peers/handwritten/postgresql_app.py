"""The same limit on PostgreSQL: each question is one prepared statement through asyncpg's pool."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
from starlette.types import Receive, Scope, Send

from benchmarks.peers import asgi
from benchmarks.peers.handwritten.questions import NEWEST, statements

STATEMENTS = statements("postgresql")


def parameters(variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """The moment, and a post's id or where a page begins."""
    now = datetime.now(UTC)
    if "id" in variables:
        return now, int(variables["id"][5:])
    if variables["after"] is None:
        return now, datetime.fromisoformat(NEWEST[0]), NEWEST[1]
    moment, _, id_ = variables["after"].partition(",")
    return now, datetime.fromisoformat(moment), int(id_)


class App:
    """The application, and its pool once it runs."""

    pool: asyncpg.Pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one question, or open and close the pool."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = orjson.loads(await asgi.read(receive))
        statement = STATEMENTS[request["operationName"]]
        text = await self.pool.fetchval(statement, *parameters(request["variables"]))
        await asgi.answer(send, text.encode())

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.pool = await asyncpg.create_pool(os.environ["DATABASE"], min_size=10, max_size=10)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


app = App()
