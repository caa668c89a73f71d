"""Requests for `text/event-stream`: graphql-sse, "distinct connections", one stream for each operation.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md: what is wrong with the request is a plain HTTP
answer, and what is wrong with its operation is told on the stream. What happens there is the business of
`live.connections.event_stream`.
"""

from collections.abc import Mapping
from functools import partial

from starlette.types import Receive, Scope, Send

from compiler import Request, RequestError
from live import ConnectionRegistry, EventStream, Hub, NoRoomForConnections, TooManyConnections
from live.feed.cursor import MalformedCursor, parse
from server.http.authentication import Identity
from server.http.http_error import Headers, HTTPError
from server.http.live_operations import LiveOperations
from server.http.media import EVENTS
from storage.reservation import release_reservation

_HEADERS = [
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    (b"cache-control", b"no-store, no-transform"),  # a proxy that compresses would wait for more to compress
    (b"x-accel-buffering", b"no"),
]
RETRY_AFTER_SECONDS = 30
"""Seconds after which an address that has too many connections may have fewer."""


class EventStreams:
    """Serves each request until its stream ends."""

    def __init__(self, operations: LiveOperations, hub: Hub, connections: ConnectionRegistry) -> None:
        self._operations = operations
        self._hub = hub
        self._connections = connections

    async def __call__(
        self,
        request: Request,
        headers: Mapping[bytes, bytes],
        more: Headers,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Answer one request; `more` are headers of the answer.

        Raises:
            HTTPError: before the stream has begun.
        """
        after = _resumed(headers)
        policy, account = self._connections.policy, self._connections.account_of(scope)
        stream = EventStream(scope, send, self._operations, self._hub, policy, account)
        try:
            with self._connections.holding(stream):
                client = await self._admitted(stream, request)
                release_reservation()  # a stream lasts, and its operation holds what it needs by itself
                start = partial(self._operations.start_request, request, client, scope)
                await stream.serve(start, client, receive, [*_HEADERS, *more], after)
        except TooManyConnections as refused:
            later = [(b"retry-after", str(RETRY_AFTER_SECONDS).encode())]
            status = 503 if isinstance(refused, NoRoomForConnections) else 429
            raise HTTPError(status, "TOO_MANY_CONNECTIONS", f"{refused}.", later) from None

    async def _admitted(self, stream: EventStream, request: Request) -> Identity:
        """Who asks. Refuses what no stream should begin for."""
        client = await self._operations.authenticate({}, stream.scope)
        if not stream.admit(client):
            raise _signed_out("INVALID_TOKEN", "The session has ended: please sign in again.")
        kind = await self._kind(request, stream.scope)
        if kind == "mutation" and stream.scope["method"] != "POST":
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "Mutations need POST.", [(b"allow", b"POST")])
        if kind == "subscription" and client.extensions:
            raise _signed_out(**client.extensions["authentication"])
        return client

    async def _kind(self, request: Request, scope: Scope) -> str | None:
        try:
            return (await self._operations.prepare(request, scope)).kind
        except RequestError:
            return None  # which the stream will tell


def _resumed(headers: Mapping[bytes, bytes]) -> str | None:
    """The cursor of the last event that an EventSource had before it connected again."""
    text = headers.get(b"last-event-id", b"").decode("latin-1").strip()
    if not text:
        return None
    try:
        return str(parse(text))
    except MalformedCursor as error:
        raise HTTPError(400, "BAD_USER_INPUT", f"Last-Event-ID: {error}") from None


def _signed_out(code: str, message: str) -> HTTPError:
    """Subscribers share their texts, so none can be told; and who is told 401 does not come back at once."""
    return HTTPError(401, code, message, [(b"www-authenticate", b"Bearer")])
