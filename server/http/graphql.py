"""GraphQL over HTTP, to the letter of its specification (https://graphql.github.io/graphql-over-http/draft/).

Where the draft of August 2026 and the conformance suite of graphql-http differ, the suite is followed: what
fails before execution is answered 400 as application/graphql-response+json, and 200 as application/json.

It knows requests and answers as bytes; what they mean is the engine's business, whose they are the context's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from compiler import Engine, Operation, Request, RequestError, Response, RunInThread
from server.http.body import (
    ClientLeftError,
    headers_of,
    read_body,
    request_from_json,
    request_from_query_string,
)
from server.http.compute_throttle import ComputeThrottle
from server.http.context import Context, charge_database_to, client_network
from server.http.http_error import Headers, HTTPError, cross_site, errors_body
from server.http.media import EVENTS, HTML, JSON, RESPONSE, accepts_events, is_json, negotiate
from server.http.origins import Origins
from server.http.proxies import proxied
from server.http.request_log import trace_of
from server.http.request_memory import RequestMemory, overloaded, take_document
from server.http.response_cache import CachedResponse, DataVersion, ResponseCache
from server.http.responses import ALWAYS, respond, revalidated
from storage import MemoryBusy
from storage.reservation import SMALL_BYTES, Reservation, promise_answer

METHODS = b"GET, HEAD, POST, OPTIONS"
OK = 200
COST_HEADER = b"graphql-cost"
"""A request header with which the answer's extensions say what the operation costs and what it may cost."""
ENCODING_HEADER, IDENTITY = b"content-encoding", b"identity"
UNCOMPRESSED = (b"accept-encoding", IDENTITY)
WATCH_AFTER_SECONDS = 0.05
"""Seconds until an operation under way begins to watch whether its client is still there."""

NO_STREAM = (
    "Subscriptions are served at this address over websockets (graphql-transport-ws) "
    "and as event streams (Accept: text/event-stream)."
)

Contexts = Callable[[Scope, Mapping[bytes, bytes]], Awaitable[Context]]
Streams = Callable[[Request, Mapping[bytes, bytes], Headers, Scope, Receive, Send], Awaitable[None]]


class GraphQLOverHTTP:
    """An ASGI application for one path; `page` is what a browser gets that asks for HTML."""

    def __init__(
        self,
        engine: Engine,
        contexts: Contexts,
        origins: Origins,
        body_limit: int,
        page: ASGIApp | None,
        responses: ResponseCache | None = None,
        streams: Streams | None = None,
        run_in_thread: RunInThread | None = None,
        request_memory: RequestMemory | None = None,
        compute_throttle: ComputeThrottle | None = None,
    ) -> None:
        self._engine = engine
        self._contexts = contexts
        self._origins = origins
        self._body_limit = body_limit
        self._page = page
        self._responses = responses
        self._streams = streams
        self._run_in_thread = run_in_thread
        self._request_memory = request_memory or RequestMemory()
        self._compute_throttle = compute_throttle or ComputeThrottle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        with self._request_memory.by(scope) as reservation:
            await self._serve(scope, receive, send, reservation)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, reservation: Reservation) -> None:
        headers = headers_of(scope)
        cors = self._origins.answer_headers(headers)
        media = JSON
        more: Headers = ()
        try:
            if scope["method"] == "OPTIONS":
                await respond(send, 204, None, b"", self._origins.options_headers(headers, METHODS))
                return
            media = self._negotiate(scope, headers)
            if media == HTML and self._page is not None:
                await self._page(scope, receive, send)
                return
            answer = await self._compute_throttle.do(
                client_network(scope), lambda: self._answer(scope, headers, receive, media, reservation)
            )
            if isinstance(answer, Request):
                assert self._streams is not None  # noqa: S101 - nothing would be offered
                await self._streams(answer, headers, [*ALWAYS, *cors], scope, receive, send)
                return
            status, body, good = answer
            if good and scope["method"] != "POST":
                status, body, more = revalidated(headers, body)
        except HTTPError as http_error:
            status, body, more = http_error.status, http_error.body, http_error.headers
        except RequestError as error:  # it had no turn
            status, body = _status(error, media), errors_body(*error.errors)
        except MemoryBusy:
            busy = overloaded()
            status, body, more = busy.status, busy.body, busy.headers
        except ClientLeftError:
            return
        await respond(send, status, media, body, [*cors, *more])

    def _negotiate(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        if scope["method"] not in ("GET", "HEAD", "POST"):
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries.", [(b"allow", METHODS)])
        html = self._page is not None and scope["method"] != "POST"
        events = self._streams is not None and scope["method"] != "HEAD"
        media = negotiate(headers.get(b"accept", b"").decode("latin-1"), html=html, events=events)
        if media != HTML and not self._origins.admits(headers, proxied=proxied(scope)):
            raise cross_site()
        if media is None:
            raise HTTPError(406, "NOT_ACCEPTABLE", f"Accept {RESPONSE} or {JSON}.")
        return media

    async def _answer(
        self,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        receive: Receive,
        media: str,
        reservation: Reservation,
    ) -> tuple[int, bytes, bool] | Request:
        """The status and the body of an operation's answer, and whether it is one without errors.

        A request whose answer is a stream comes back as it is.
        """
        sent = await self._sent(scope, headers, receive, reservation)
        if reservation.crowded:
            await reservation.admit()
        if media == EVENTS:
            return _request_of(scope, sent)
        key = (scope["method"], sent)
        found = self._look(key, headers)
        if isinstance(found, CachedResponse):
            trace_of(scope).operation = found.operation
            if len(found.body) > SMALL_BYTES:
                await reservation.wait(len(found.body))
            return OK, found.body, True
        request = _request_of(scope, sent)
        try:
            operation = await self._prepared(request, scope)
            trace_of(scope).operation = operation.name
            take_document(operation)
            if self._goes_on(operation, scope["method"], headers):
                return request
            context = await self._contexts(scope, headers)
            if COST_HEADER in headers:
                context.extensions["cost"] = self._engine.cost(operation, request.variables)
            answer = await self._execute(operation, request, context, receive)
        except RequestError as error:
            return _status(error, media), errors_body(*error.errors), False
        if found is not None and self._responses is not None and _may_be_kept(operation, answer, context):
            kept = CachedResponse(answer.body, operation.name)
            await self._responses.keep(key, kept, len(sent), found, context.viewer.now)
        return OK, answer.body, not answer.errors

    async def _prepared(self, request: Request, scope: Scope) -> Operation:
        if self._run_in_thread is None:
            return self._engine.prepare(request)
        charge_database_to(scope)
        return await self._engine.prepare_in_thread(request, self._run_in_thread)

    def _goes_on(self, operation: Operation, method: str, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the answer is a stream, as those to subscriptions are; refuses what is not answered in this way."""
        if operation.kind == "mutation" and method != "POST":
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "Mutations need POST.", [(b"allow", b"POST")])
        if operation.kind != "subscription":
            return False
        accept = headers.get(b"accept", b"").decode("latin-1")
        if self._streams is None or method == "HEAD" or not accepts_events(accept):
            raise HTTPError(400, "SUBSCRIPTION_NEEDS_WEBSOCKET", NO_STREAM)
        return True

    async def _sent(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, reservation: Reservation
    ) -> bytes:
        """What names the operation: the body, or the address's query."""
        if scope["method"] != "POST":
            query_string: bytes = scope["query_string"]
            return query_string
        if not is_json(headers.get(b"content-type", b"").decode("latin-1")):
            raise HTTPError(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the request as {JSON}, in UTF-8.")
        if headers.get(ENCODING_HEADER, IDENTITY).strip().lower() not in (IDENTITY, b""):
            raise HTTPError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request uncompressed.", [UNCOMPRESSED])
        return await read_body(receive, self._body_limit, headers.get(b"content-length"), reservation.take)

    def _look(self, key: Hashable, headers: Mapping[bytes, bytes]) -> CachedResponse | DataVersion | None:
        """A kept response for an anonymous request; or what to keep this one's with; None when it is not to be kept."""
        if self._responses is None or b"authorization" in headers or COST_HEADER in headers:
            return None
        return self._responses.look(key)

    async def _execute(
        self, operation: Operation, request: Request, context: Context, receive: Receive
    ) -> Response:
        """Execute it; a query is given up when its client has gone."""
        if operation.kind == "mutation":
            promise_answer()
            return await self._engine.execute(operation, request.variables, context)
        async with _DisconnectWatch(receive):
            return await self._engine.execute(operation, request.variables, context)


def _status(error: RequestError, media: str) -> int:
    if error.errors[0]["extensions"]["code"] == "UNAVAILABLE":
        return 503
    return 400 if media == RESPONSE else OK


def _request_of(scope: Scope, sent: bytes) -> Request:
    return request_from_json(sent) if scope["method"] == "POST" else request_from_query_string(sent)


def _may_be_kept(operation: Operation, answer: Response, context: Context) -> bool:
    """Only what every anonymous client would be told, until the data change."""
    return operation.kind == "query" and not answer.errors and not context.extensions


class _DisconnectWatch:
    """Ends its body with ClientLeftError when the client disconnects; nearly free before WATCH_AFTER_SECONDS."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watcher: asyncio.Task[None] | None = None
        self._client_left = False

    async def __aenter__(self) -> None:
        self._task = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, self._start)

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._client_left and self._task is not None and self._task.uncancel() == 0:
            raise ClientLeftError

    def _start(self) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._client_left = True
        if self._task is not None:
            self._task.cancel()
