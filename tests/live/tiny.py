"""A tiny site to speak to over websockets and to ask for event streams, served by uvicorn with the hub behind it."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import orjson
import uvicorn
from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute,
    get_argument_values,
    get_operation_ast,
    get_variable_values,
    parse,
    validate,
)
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from live import (
    ConnectionPolicy,
    ConnectionRegistry,
    EventStream,
    FeedPolicy,
    Hub,
    OperationRejected,
    Source,
    Topic,
    WebSocketApp,
)
from live.connections.endpoint import Receive, Scope, Send
from live.connections.uvicorn_protocol import WebSocketProtocol
from live.feed.events import FeedEvent
from models import Role
from server.http.payload import request_from_payload
from server.protocol.http_protocol import HTTPProtocol
from storage import DatabaseUnavailable
from tests.live.listening import IMPATIENT, FakeViewer, eventually
from tests.live.speaking import FEED, Speaker
from tests.live.writing import change, write

SCHEMA = build_schema("""
    type Query { hello(name: String = "world"): String!, wait: String!, bug: String, long: String! }
    type Mutation { write(comment: Int!): Int!, signOut: Boolean! }
    type Subscription { feed(after: String, post: Int): Event!, broken: Event! }
    type Event { kind: String!, cursor: String!, comment: Int }
""")
LONG = "x" * 100_000


@dataclass
class Client:
    viewer: FakeViewer
    session_id: int | None = None
    extensions: dict[str, Any] = field(default_factory=dict)


@dataclass
class Tiny:
    """The endpoint. Tokens are `<user id>/<session id>`, or say what goes wrong."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    cancelled: int = 0
    rendered: int = 0
    described: list[str] = field(default_factory=list)
    connections: ConnectionRegistry | None = None

    async def authenticate(self, params: Mapping[str, Any], scope: Scope) -> Client:
        header = dict(scope["headers"]).get(b"authorization", b"").decode()
        token = str(params.get("token") or header.removeprefix("Bearer "))
        match token:
            case "":
                return Client(FakeViewer())
            case "slow":
                await self.gate.wait()
                return Client(FakeViewer(1, Role.READER), 10)
            case "database away":
                raise DatabaseUnavailable(token)
            case "bug":
                raise ZeroDivisionError(token)
            case "expired":
                return Client(FakeViewer(), extensions={"authentication": {"code": "INVALID_TOKEN"}})
        user, session = token.split("/")
        return Client(FakeViewer(int(user), Role.READER), int(session))

    async def start(self, payload: dict[str, Any], client: Client, scope: Scope) -> Awaitable[str] | Source:
        assert scope["path"] == "/graphql"
        request = request_from_payload(payload)
        try:
            document = parse(request.query or ("{ hello }" if request.extensions else ""))
        except GraphQLError as error:
            raise OperationRejected([dict(error.formatted)]) from None
        operation = get_operation_ast(document, request.operation_name)
        if errors := validate(SCHEMA, document):
            raise OperationRejected([dict(error.formatted) for error in errors])
        if operation is None:
            raise OperationRejected([{"message": "no such operation"}])
        values = get_variable_values(SCHEMA, operation.variable_definitions or (), request.variables or {})
        if isinstance(values, list):
            raise OperationRejected([dict(error.formatted) for error in values])

        async def run(root: object) -> str:
            result = execute(SCHEMA, document, root, client, request.variables, request.operation_name)
            if not isinstance(result, ExecutionResult):
                result = await result
            for error in result.errors or []:
                if error.original_error is not None:
                    raise error.original_error
            return orjson.dumps(result.formatted).decode()

        if operation.operation != OperationType.SUBSCRIPTION:
            return run(self)
        return self._source(operation, values, run)

    def describe(self, error: Exception, scope: Scope) -> dict[str, Any]:
        assert scope["path"] == "/graphql"
        self.described.append(type(error).__name__)
        return {"message": "masked"}

    def _source(
        self, operation: OperationDefinitionNode, values: Any, run: Callable[[object], Awaitable[str]]
    ) -> Source:
        (node,) = operation.selection_set.selections
        name = node.name.value  # type: ignore[attr-defined]
        fields = SCHEMA.subscription_type.fields  # type: ignore[union-attr]
        arguments = get_argument_values(fields[name], node, values)  # type: ignore[arg-type]

        async def render(event: FeedEvent) -> str:
            self.rendered += 1
            if name == "broken":
                raise ZeroDivisionError
            told = {"kind": type(event).__name__, "comment": None, **asdict(event)}
            return await run({name: {**told, "comment": told.get("comment_id")}})

        topic = Topic("feed", post_id=arguments.get("post"), after=arguments.get("after"))
        return Source(topic, (name, operation.loc and operation.loc.source.body), render)

    # resolvers

    def hello(self, _info: Any, name: str | None) -> str:
        return f"Hello {name}"

    async def wait(self, _info: Any) -> str:
        self.waiting += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.waiting -= 1
        return "waited"

    async def bug(self, _info: Any) -> str:
        raise ZeroDivisionError

    def long(self, _info: Any) -> str:
        return LONG

    async def write(self, _info: Any, comment: int) -> int:
        await write(change(comment))
        return comment

    async def signOut(self, info: Any) -> bool:  # noqa: N802
        assert self.connections is not None
        self.connections.close_sessions({info.context.session_id})
        await asyncio.sleep(0.01)
        return True


@dataclass
class Streams:
    """Event streams for requests in JSON."""

    endpoint: Tiny
    hub: Hub
    connections: ConnectionRegistry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = orjson.loads((await receive())["body"])
        stream = EventStream(scope, send, self.endpoint, self.hub, self.connections.policy)
        with self.connections.holding(stream):
            client = await self.endpoint.authenticate({}, scope)
            assert stream.admit(client)
            after = dict(scope["headers"]).get(b"last-event-id")
            start = partial(self.endpoint.start, body, client, scope)
            await stream.serve(start, client, receive, [], after and after.decode())


@dataclass
class Site:
    port: int
    endpoint: Tiny
    hub: Hub
    connections: ConnectionRegistry

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    @contextlib.asynccontextmanager
    async def speaker(
        self,
        subprotocols: list[str] | None = None,
        origin: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> AsyncIterator[Speaker]:
        offered = ["graphql-transport-ws"] if subprotocols is None else subprotocols
        async with connect(
            self.url,
            subprotocols=[Subprotocol(each) for each in offered] or None,
            origin=None if origin is None else Origin(origin),
            additional_headers=headers,
            ping_interval=None,
            compression=None,
            close_timeout=1,
            proxy=None,
        ) as connection:
            yield Speaker(connection)


async def listening(speaker: Speaker, tiny: Site, id_: str, query: str = FEED, **variables: object) -> None:
    """Subscribe, and be sure that the hub knows."""
    before = sum(len(group.members) for group in tiny.hub._subscriptions)  # noqa: SLF001 - nothing says so on the wire
    await speaker.start(id_, query, **variables)
    await eventually(lambda: sum(len(group.members) for group in tiny.hub._subscriptions) > before)  # noqa: SLF001


def _admits(scope: Scope) -> bool:
    return (b"origin", b"https://elsewhere.example") not in scope["headers"]


async def _stop(server: uvicorn.Server) -> None:
    """uvicorn's own way takes a tenth of a second at least."""
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    async with asyncio.timeout(5):
        while server.server_state.tasks:
            await asyncio.wait(server.server_state.tasks)


@contextlib.asynccontextmanager
async def site(
    policy: ConnectionPolicy | None = None,
    *,
    feed: FeedPolicy = IMPATIENT,
    protocol: Any = WebSocketProtocol,
    http: Any = HTTPProtocol,
    client_network: Callable[[Scope], str | None] = lambda _: None,
    largest_frame: int = 64 * 1024,
) -> AsyncIterator[Site]:
    """The tiny site, on the database at hand."""
    endpoint, hub = Tiny(), Hub(feed)
    connections = endpoint.connections = ConnectionRegistry(policy, client_network)
    sockets = WebSocketApp(endpoint, hub, _admits, connections)
    config = uvicorn.Config(
        Starlette(
            routes=[
                WebSocketRoute("/graphql", sockets),
                Route("/graphql", Streams(endpoint, hub, connections), methods=["POST"]),
            ]
        ),
        ws=protocol,
        http=http,
        ws_max_size=largest_frame,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)  # so that slow readers are soon felt
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    hub.open()
    connections.open()
    await server.startup(sockets=[listener])
    try:
        yield Site(listener.getsockname()[1], endpoint, hub, connections)
    finally:
        await _stop(server)
        await connections.close()
        await hub.close()
