"""The application: one factory, one lifespan. What it opens it closes, in reverse order."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

import schema
from compiler import Engine, proof
from live.bus.bus import Hint
from live.connections.registry import ConnectionRegistry
from live.connections.unread_bytes import Peers
from live.connections.websocket_app import WebSocketApp
from live.feed.hub import Hub
from resolvers.reads.posts import next_publication
from runtime import open_files
from server.background.bus import bus_of, connected
from server.background.scheduled_posts import watching
from server.background.session_watcher import SessionWatcher
from server.config import policies
from server.config.settings import Settings
from server.config.trusted_documents import trusted_documents
from server.http import pages
from server.http.body import headers_of
from server.http.context import client_network, contexts
from server.http.document_queue import DocumentQueue
from server.http.error_formatting import format_error
from server.http.event_streams import EventStreams
from server.http.fast_path import FastPath
from server.http.graphql import GraphQLOverHTTP
from server.http.live_operations import LiveOperations
from server.http.origins import Origins
from server.http.proxies import proxied
from server.http.request_log import RequestLog, note_origin
from server.http.request_memory import RequestMemory
from server.http.response_cache import ResponseCache
from server.http.schema_file import SchemaFile
from server.protocol.idle_connections import IdleConnections
from storage import Database, DatabaseUnavailable, open_database
from storage.memory import Budget

GRAPHQL_PATH = "/graphql"
SDL_PATH = "/graphql/schema.graphql"


class Opened(TypedDict):
    """What the lifespan opens, for every request's `scope["state"]`."""

    database: Database
    graphql: ASGIApp
    sockets: ASGIApp
    fast_path: FastPath
    idle_connections: IdleConnections
    peers: Peers


Drain = Callable[[float, float], Awaitable[None]]
"""Takes leave of open streams: the seconds to spread that over, and those after which nothing is waited for."""


@dataclass(slots=True)
class Shutdown:
    """How the server stops: it is no longer ready, finishes what runs, and has a deadline for that."""

    patience: float
    spread: float
    drains: list[Drain] = field(default_factory=list)
    """One for each kind of stream; they drain at the same time."""
    replaced: bool = False
    """Whether others serve at the same address: then requests are welcome there, whoever gets them."""
    deadline: float | None = None

    @property
    def ordered(self) -> bool:
        """Whether this process is to stop."""
        return self.deadline is not None

    @property
    def ready(self) -> bool:
        """Whether requests should be sent to the address."""
        return self.replaced or not self.ordered

    def order(self) -> None:
        """Begin to stop; may be called by a signal's handler."""
        if self.deadline is None:
            self.deadline = time.monotonic() + self.patience

    async def drain(self) -> None:
        """Take leave of all streams."""
        self.order()
        await asyncio.gather(*(drain(self.spread, self.time_left()) for drain in self.drains))

    def time_left(self) -> float:
        """Seconds that may still be spent on finishing what runs; one at least, for what is short."""
        if self.deadline is None:
            return self.patience
        return max(1.0, self.deadline - time.monotonic())


def create_app(settings: Settings) -> Starlette:
    """The application. Nothing is opened before its lifespan begins."""
    graphql, sockets = _Opened("graphql"), _Opened("sockets")
    app = Starlette(
        routes=[
            Route(GRAPHQL_PATH, graphql),
            WebSocketRoute(GRAPHQL_PATH, sockets),
            Route(SDL_PATH, SchemaFile(Origins(policies.origins(settings)), public=settings.introspection)),
            *pages.routes(settings),
        ],
        lifespan=_lifespan(settings),
    )
    stop = app.state.stop = Shutdown(settings.drain, settings.drain_spread)
    stack = app.build_middleware_stack()
    log = app.state.request_log = RequestLog(
        stack, direct={GRAPHQL_PATH: graphql}, sockets={GRAPHQL_PATH: sockets}, last=lambda: stop.ordered
    )
    app.middleware_stack = log
    return app


def build_engine(settings: Settings, database: Database) -> Engine:
    """The engine of the blog's schema on this database."""
    return Engine(
        schema.build(),
        database,
        placeholders=schema.PLACEHOLDERS,
        describe=format_error,
        limits=policies.limits(settings),
        introspection=settings.introspection,
        trusted=trusted_documents(settings.trusted_documents),
        subscription_memory=int(settings.subscription_memory),
    )


async def open_for(settings: Settings) -> Database:
    """The database that the settings name."""
    return await open_database(
        settings.database,
        readers=settings.readers,
        statement_timeout=settings.statement_timeout,
        busy_timeout=settings.lock_timeout,
        idle_timeout=settings.idle_in_transaction_timeout,
        acquire_timeout=settings.connection_wait,
        largest_answer=int(settings.answer_limit),
        proof=proof(),
    )


async def make_ready(database: Database) -> None:
    """Migrate SQLite; refuse a PostgreSQL database that has not been migrated: others may be using it."""
    if await database.migrated():
        return
    if database.dialect == "sqlite":
        await database.migrate()
    else:
        raise DatabaseUnavailable(
            f"{database.location.shown} has not been migrated: run causerie migrate first."
        )


def _lifespan(settings: Settings) -> Callable[[Starlette], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        policies.put_in_force(settings)
        stop: Shutdown = app.state.stop
        policy = policies.writing_policy(settings)
        async with AsyncExitStack() as opened:
            database = await open_for(settings)
            opened.push_async_callback(_close, database, stop)
            await make_ready(database)
            engine = build_engine(settings, database)
            memory = Budget(int(settings.inflight_limit), acquire_timeout=settings.connection_wait)
            largest = int(settings.answer_limit)
            hub, connections = await opened.enter_async_context(_live(settings, database, memory))
            stop.drains.append(connections.drain)
            line = DocumentQueue(settings.connection_wait)
            opened.callback(line.close)
            request_memory = RequestMemory(memory, largest)
            operations = LiveOperations(engine, policy, line.do, request_memory)
            sockets = WebSocketApp(operations, hub, _admitting(settings), connections)
            origins, body_limit = Origins(policies.origins(settings)), policies.largest_body(settings)
            responses = _responses(settings, database)
            graphql = GraphQLOverHTTP(
                engine,
                contexts(policy),
                origins,
                body_limit,
                pages.graphiql(settings) if settings.graphiql else None,
                responses,
                EventStreams(operations, hub, connections),
                line.do,
                request_memory,
            )
            fast_path = FastPath(GRAPHQL_PATH, engine, origins, body_limit, responses, app.state.request_log)
            idle_connections = IdleConnections(
                policies.request_policy(settings), app.state.request_log, settings.trusted_proxies
            )
            idle_connections.room = open_files.room()
            connections.most = idle_connections.room * 3 // 4
            yield dict(
                Opened(
                    database=database,
                    graphql=graphql,
                    sockets=sockets,
                    fast_path=fast_path,
                    idle_connections=idle_connections,
                    peers=Peers(memory, client_network, settings.stall_timeout),
                )
            )

    return lifespan


def _admitting(settings: Settings) -> Callable[[Scope], bool]:
    """Who may open a socket; the log hears of pages that may not."""
    setting = "CAUSERIE_WEBSOCKET_ORIGINS" if settings.websocket_origins else "CAUSERIE_CORS_ORIGINS"
    origins = Origins(policies.socket_origins(settings))

    def admits(scope: Scope) -> bool:
        admitted = origins.admits(headers_of(scope), proxied=proxied(scope))
        if not admitted:
            note_origin(scope, setting)
        return admitted

    return admits


def _responses(settings: Settings, database: Database) -> ResponseCache | None:
    if not settings.answer_cache:
        return None
    return ResponseCache(database, next_publication, int(settings.answer_cache))


async def _close(database: Database, stop: Shutdown) -> None:
    await database.close(stop.time_left())


@asynccontextmanager
async def _live(
    settings: Settings, database: Database, memory: Budget
) -> AsyncIterator[tuple[Hub, ConnectionRegistry]]:
    """The feed and the connections it goes out of; those of a session that ends are closed."""
    hub = Hub(policies.feed_policy(settings))
    connections = ConnectionRegistry(policies.connection_policy(settings), client_network, memory)
    hub.open()
    connections.open()
    try:
        async with (
            SessionWatcher(connections, database.data_version) as ended,
            connected(bus_of(settings, database), {Hint.FEED: hub.wake, Hint.SESSIONS: ended.look}),
            watching(database.data_version),
        ):
            yield hub, connections
    finally:
        await connections.close()
        await hub.close()


class _Opened:
    """Hands a request to a part that the lifespan opened."""

    def __init__(self, part: str) -> None:
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"][self._part](scope, receive, send)
