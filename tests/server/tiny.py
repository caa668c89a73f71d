"""The HTTP layer around a schema of a few ordinary fields, one of which has a bug."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import strawberry
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp

from compiler import Engine
from resolvers.policy import Policy
from server.http.compute_throttle import ComputeThrottle
from server.http.context import contexts
from server.http.error_formatting import format_error
from server.http.graphql import GraphQLOverHTTP
from server.http.origins import Origins
from server.http.request_log import RequestLog
from server.http.request_middleware import RequestMiddleware
from server.shutdown import Shutdown

BODY_LIMIT = 16_384


@dataclass
class Happened:
    """What the resolvers did, for tests to look at."""

    touched: int = 0
    cancelled: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)


happened = Happened()


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello {name}"

    @strawberry.field
    def number(self, value: int) -> int:
        return value

    @strawberry.field
    def address(self, info: strawberry.Info) -> str | None:
        address: str | None = info.context.address
        return address

    @strawberry.field
    def bug(self) -> str | None:
        raise RuntimeError("a detail that nobody outside may see")

    @strawberry.field
    async def slow(self) -> str:
        happened.started.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            happened.cancelled += 1
            raise
        return "at last"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def touch(self, pause: float = 0) -> int:
        happened.started.set()
        await asyncio.sleep(pause)
        happened.touched += 1
        return happened.touched


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> Any:
        yield 1


class NoDatabase:
    """These fields read no rows."""

    dialect = "sqlite"

    async def fetch_json(self, sql: str, parameters: Any) -> bytes | None:
        raise NotImplementedError

    def fetch_json_nowait(self, statements: Any) -> None:
        raise NotImplementedError


def tiny_app(
    *,
    cors_origins: tuple[str, ...] = (),
    graphiql: bool = True,
    compute_throttle: ComputeThrottle | None = None,
) -> ASGIApp:
    happened.__init__()  # type: ignore[misc]
    schema = strawberry.Schema(Query, Mutation)
    placeholders = {"id": "int", "now": "datetime"}
    engine = Engine(schema, NoDatabase(), placeholders=placeholders, describe=format_error)
    page = HTMLResponse("<h1>GraphiQL</h1>") if graphiql else None
    origins = Origins(cors_origins)
    endpoint = GraphQLOverHTTP(
        engine, contexts(Policy()), origins, BODY_LIMIT, page, compute_throttle=compute_throttle
    )
    return partial(RequestMiddleware(RequestLog(), Shutdown(patience=1, spread=0)).serve, endpoint)


def client_of(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://blog.example")
