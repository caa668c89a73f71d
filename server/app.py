"""The application: one factory, one lifespan. What it opens it closes, in reverse order."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import schema
from compiler import Engine
from server import pages, policies
from server.context import contexts
from server.http import GraphQLOverHTTP
from server.mistakes import describe
from server.origins import Origins
from server.request_log import RequestLog
from server.settings import Settings
from storage import Database, DatabaseUnavailable, open_database


class Opened(TypedDict):
    """What the lifespan opens, for every request's `scope["state"]`."""

    database: Database
    graphql: ASGIApp


@dataclass(slots=True)
class Stop:
    """Whether the server is stopping, and when it must have stopped."""

    patience: float
    deadline: float | None = field(default=None)

    def begin(self) -> None:
        """Stop: from now on the server is not ready."""
        self.deadline = time.monotonic() + self.patience

    def time_left(self) -> float:
        """Seconds that may still be spent on finishing what runs; a second at least, for what is short."""
        if self.deadline is None:
            return self.patience
        return max(1.0, self.deadline - time.monotonic())


def create_app(settings: Settings) -> Starlette:
    """The application. Nothing is opened before its lifespan begins."""
    app = Starlette(
        routes=[Route("/graphql", _GraphQL()), *pages.routes(settings)],
        middleware=[Middleware(RequestLog)],
        lifespan=_lifespan(settings),
    )
    app.state.stop = Stop(settings.drain)
    return app


def build_engine(settings: Settings, database: Database) -> Engine:
    """The engine of the blog's schema on this database."""
    return Engine(
        schema.build(),
        database,
        placeholders=schema.PLACEHOLDERS,
        describe=describe,
        limits=policies.limits(settings),
        introspection=settings.introspection,
    )


async def open_for(settings: Settings) -> Database:
    """The database that the settings name."""
    return await open_database(
        settings.database, readers=settings.readers, statement_timeout=settings.statement_timeout
    )


async def make_ready(database: Database) -> None:
    """Migrate SQLite; refuse a PostgreSQL database that has not been migrated: others may be using it."""
    if database.dialect == "sqlite":
        await database.migrate()
    elif not await database.migrated():
        raise DatabaseUnavailable(
            f"{database.location.shown} has not been migrated: run causerie migrate first."
        )


def _lifespan(settings: Settings) -> Callable[[Starlette], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        policies.put_in_force(settings)
        async with AsyncExitStack() as stack:
            database = await open_for(settings)
            stack.push_async_callback(_close, database, app.state.stop)
            await make_ready(database)
            engine = build_engine(settings, database)
            graphql = GraphQLOverHTTP(
                engine,
                contexts(policies.writing_policy(settings)),
                Origins(settings.cors_origins),
                int(settings.body_limit),
                pages.graphiql(settings) if settings.graphiql else None,
            )
            yield dict(Opened(database=database, graphql=graphql))

    return lifespan


async def _close(database: Database, stop: Stop) -> None:
    await database.close(stop.time_left())


class _GraphQL:
    """Hands a request to what the lifespan made."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"]["graphql"](scope, receive, send)
