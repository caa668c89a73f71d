"""The blog behind Strawberry's own ASGI application; orjson reads and writes the JSON."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.routing import Mount
from strawberry.asgi import GraphQL
from tortoise.contrib.starlette import RegisterTortoise

from benchmarks.peers.plain_strawberry.loaders import Context
from benchmarks.peers.plain_strawberry.schema import schema


class Endpoint(GraphQL[Context, None]):
    """Loaders for each request."""

    async def get_context(self, request: Any, response: Any) -> Context:
        """A new context."""
        del request, response
        return Context()

    def decode_json(self, data: str | bytes) -> object:
        """Read with orjson."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        """Write with orjson."""
        return orjson.dumps(data)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open and close the database."""
    url = f"sqlite://{os.environ['DATABASE']}?journal_mode=WAL"
    async with RegisterTortoise(app, db_url=url, modules={"models": ["models"]}):
        yield


def serve(endpoint: Endpoint) -> Starlette:
    """The application around a schema's endpoint."""
    return Starlette(routes=[Mount("/", endpoint)], lifespan=lifespan)


app = serve(Endpoint(schema, graphql_ide=None))
