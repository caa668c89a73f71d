"""The composition: what the application is made of. What is opened is closed in reverse order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import strawberry
from starlette.types import Scope

import schema
from compiler import Engine, Limits, proof
from live.bus.bus import Hint
from live.connections.registry import ConnectionRegistry
from live.connections.slow_readers import Peers
from live.connections.websocket_app import WebSocketApp
from live.feed.hub import Hub
from media.places import store_at
from resolvers.archive_months import keep_archive
from resolvers.policy import Policy
from resolvers.reads.posts import next_publication
from runtime import open_files
from server.application import GRAPHQL_PATH, Application, Parts
from server.background.job_worker import working
from server.background.scheduled_posts import watching
from server.background.search_indexing import indexing
from server.background.session_watcher import SessionWatcher
from server.background.wakeup_bus import bus_of, connected
from server.config import policies
from server.config.settings import Settings
from server.config.trusted_documents import trusted_documents
from server.http import pages
from server.http.body import headers_of
from server.http.compute_throttle import ComputeThrottle
from server.http.context import client_network, contexts
from server.http.document_queue import DocumentQueue
from server.http.error_formatting import format_error
from server.http.event_streams import EventStreams
from server.http.fast_path import FastPath
from server.http.feeds import Feeds
from server.http.former_addresses import FormerAddresses
from server.http.graphql import GraphQLOverHTTP
from server.http.kept_feeds import KeptFeeds
from server.http.live_operations import LiveOperations
from server.http.media_files import MediaFiles
from server.http.origins import Origins
from server.http.proxies import proxied
from server.http.request_log import RequestLog, note_origin
from server.http.request_memory import RequestMemory
from server.http.response_cache import ResponseCache
from server.http.uploads import Uploads
from server.protocol.idle_connections import IdleConnections
from server.protocol.parts import ProtocolParts
from server.shutdown import Shutdown
from server.site.application import SiteApplication
from server.site.kept_pages import KeptPages
from server.site.session_graphql import SessionGraphQL
from storage import Database, DatabaseUnavailable, open_database
from storage.memory import Budget

OWN_ROWS = 10_000_000
"""Rows that an operation of the server's own may ask for at most: all categories to some depth are a million, counted
as if each had hundreds of others in it."""


def create_app(settings: Settings) -> Application:
    """The application. Nothing is opened before it runs."""
    return Application(settings, partial(open_parts, settings))


def build_engine(
    settings: Settings, database: Database, policy: Policy, built: strawberry.Schema | None = None
) -> Engine:
    """The engine of the blog's schema, which may have been built already, on this database."""
    return Engine(
        built or schema.build(),
        database,
        placeholders=schema.PLACEHOLDERS,
        describe=format_error,
        limits=policies.limits(settings),
        introspection=settings.introspection,
        trusted=trusted_documents(settings.trusted_documents),
        policy=policy,
        subscription_memory=int(settings.subscription_memory),
    )


def build_own_engine(database: Database, policy: Policy, built: strawberry.Schema) -> Engine:
    """The engine for what the server asks itself, whichever documents clients may send and however large ones."""
    return Engine(
        built,
        database,
        placeholders=schema.PLACEHOLDERS,
        describe=format_error,
        limits=Limits(rows=OWN_ROWS),
        policy=policy,
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


@asynccontextmanager
async def open_parts(settings: Settings, shutdown: Shutdown, log: RequestLog) -> AsyncIterator[Parts]:
    """Everything that serves requests."""
    policy = policies.policy(settings)
    async with AsyncExitStack() as opened:
        database = await open_for(settings)
        opened.push_async_callback(_close, database, shutdown)
        await make_ready(database)
        await keep_archive(policy.site.timezone)
        await opened.enter_async_context(working(settings, database))
        built = schema.build()
        engine = build_engine(settings, database, policy, built)
        own_engine = build_own_engine(database, policy, built)
        memory = Budget(int(settings.inflight_limit), acquire_timeout=settings.connection_wait)
        hub, connections = await opened.enter_async_context(_live(settings, database, memory))
        shutdown.drains.append(connections.drain)
        compute_throttle = ComputeThrottle(settings.connection_wait)
        document_queue = DocumentQueue(settings.connection_wait, compute_throttle)
        opened.callback(document_queue.close)
        request_memory = RequestMemory(memory, int(settings.answer_limit))
        live_operations = LiveOperations(engine, policy, document_queue.do, request_memory, compute_throttle)
        origins, body_limit = Origins(policies.origins(settings)), policies.largest_body(settings)
        responses, store = _responses(settings, database), store_at(settings.media)
        graphql = GraphQLOverHTTP(
            engine,
            contexts(policy),
            origins,
            body_limit,
            pages.graphiql(settings) if settings.graphiql else None,
            responses,
            EventStreams(live_operations, hub, connections),
            document_queue.do,
            request_memory,
            compute_throttle,
        )
        room = open_files.room()
        connections.most = room * 3 // 4
        yield Parts(
            database,
            graphql,
            WebSocketApp(live_operations, hub, _admitting(settings), connections),
            Uploads(contexts(policy), origins, policy, store, request_memory),
            MediaFiles(store),
            SiteApplication(
                own_engine,
                policy,
                FormerAddresses(policy.site),
                body_limit,
                responses,
                request_memory,
                compute_throttle,
                store,
                is_whole=settings.site,
            ),
            SessionGraphQL(graphql, GRAPHQL_PATH, policy.site),
            Feeds(own_engine, policy, responses, document_queue.do, request_memory, compute_throttle),
            ProtocolParts(
                Peers(memory, client_network, settings.stall_timeout),
                FastPath(
                    GRAPHQL_PATH, engine, origins, body_limit, responses, log, shutdown, compute_throttle
                ),
                ()
                if responses is None
                else (
                    KeptFeeds(responses, log, shutdown, compute_throttle),
                    KeptPages(responses, log, shutdown, compute_throttle, policy.site.language),
                ),
                IdleConnections(policies.request_policy(settings), log, settings.trusted_proxies, room),
            ),
        )


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


async def _close(database: Database, shutdown: Shutdown) -> None:
    await database.close(shutdown.time_left())


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
            indexing(),
        ):
            yield hub, connections
    finally:
        await connections.close()
        await hub.close()
