"""Feeds over HTTP: each is one operation of the API, for an anonymous reader, written in another form.

So who sees what, what it costs the database and what it may cost are the API's. What was written is kept as answers
are, as long as nobody has written anything, and a reader that has it already is told so.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from auth.viewer import anonymous
from compiler import Engine, Operation, Request, RequestError, Response, RunInThread
from resolvers import feed_ids
from resolvers.feeds import FeedKind
from resolvers.policy import Policy
from server.http.authentication import Identity
from server.http.body import headers_of
from server.http.compute_throttle import ComputeThrottle
from server.http.context import Context, charge_database_to, client_network, context_of
from server.http.feed_address import FeedAddress, feed_at
from server.http.feed_content import FeedContent
from server.http.feed_documents import DOCUMENTS, page_size
from server.http.feed_response import ANYBODY, FeedResponse, Lines, response_of
from server.http.former_addresses import KEPT_FOR
from server.http.http_error import HTTPError, refused_by_engine
from server.http.refusals import LATER, refusal_of
from server.http.request_log import trace_of
from server.http.request_memory import RequestMemory
from server.http.response_cache import DataVersion, ResponseCache
from server.http.responses import send_whole
from storage import StorageError
from storage.reservation import SMALL_BYTES, Reservation

METHODS = b"GET, HEAD, OPTIONS"
LONG_BYTES = 256 * 1024
"""Bytes of an answer that takes so long to write in another form that it is done in a thread."""
MISSING = {
    FeedKind.CATEGORY: "There is no such category.",
    FeedKind.TAG: "There is no such tag.",
    FeedKind.USER: "There is nobody of this name.",
    FeedKind.POST: "There is no such post, or it is not published.",
    FeedKind.THREAD: "There is no such comment, or it is not shown.",
}
PREFLIGHT = [
    (b"allow", METHODS),
    (b"access-control-allow-methods", METHODS),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
]
WORDS = (b"content-type", b"text/plain; charset=utf-8")


class FeedMovedError(Exception):
    """What the feed is of is called otherwise now."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Feeds:
    """An ASGI application for all addresses of feeds."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        responses: ResponseCache | None,
        run_in_thread: RunInThread,
        request_memory: RequestMemory,
        compute_throttle: ComputeThrottle,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._responses = responses
        self._run_in_thread = run_in_thread
        self._request_memory = request_memory
        self._compute_throttle = compute_throttle
        self._prefix: str | None = None

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        with self._request_memory.by(scope) as reservation:
            status, headers, body = await self._answered(scope, reservation)
            await send_whole(send, status, headers, body)

    async def _answered(self, scope: Scope, reservation: Reservation) -> tuple[int, Lines, bytes]:
        try:
            address = _asked(scope)
            if address is None:
                return 204, [*ANYBODY, *PREFLIGHT], b""
            charge_database_to(scope)
            feed = await self._compute_throttle.do(
                client_network(scope), lambda: self._response(scope, address, reservation)
            )
        except FeedMovedError as moved:
            return _sent_on(moved.address)
        except (HTTPError, RequestError, StorageError) as error:
            return _refusal(refusal_of(error))
        return feed.answer(headers_of(scope))

    async def _response(self, scope: Scope, address: FeedAddress, reservation: Reservation) -> FeedResponse:
        """The feed as it is kept, or read now."""
        if reservation.crowded:
            await reservation.admit()
        prefix = await self._prefix_of_ids()
        found = None if self._responses is None else self._responses.look(address)
        if isinstance(found, FeedResponse):
            trace_of(scope).operation = found.operation
            feed = found
        else:
            feed = await self._read(scope, address, prefix, found)
        if len(feed.body) > SMALL_BYTES:
            await reservation.wait(len(feed.body))
        return feed

    async def _read(self, scope: Scope, address: FeedAddress, prefix: str, found: Any) -> FeedResponse:
        operation = self._engine.prepare(Request(DOCUMENTS[address.kind]))
        context = context_of(Identity(anonymous(), None, {}), scope, self._policy)
        trace_of(scope).operation = operation.name
        answer = await self._execute(operation, address, context)
        content = FeedContent(self._policy.site, prefix, address)

        def written() -> FeedResponse:
            return response_of(content.feed(_found(answer, content)), address.format, operation.name)

        feed: FeedResponse = (
            written() if len(answer.body) <= LONG_BYTES else await self._run_in_thread(written)
        )
        if isinstance(found, DataVersion) and self._responses is not None:
            await self._responses.keep(address, feed, address.size, found, context.viewer.now)
        return feed

    async def _execute(self, operation: Operation, address: FeedAddress, context: Context) -> Response:
        variables = {"first": page_size(address.kind), "after": address.after}
        if address.name:
            variables["name"] = address.name
        return await self._engine.execute(operation, variables, context)

    async def _prefix_of_ids(self) -> str:
        """Asked for before anything is read that is to be kept: the first time it is written."""
        if self._prefix is None:
            self._prefix = await feed_ids.prefix(self._policy.site, anonymous().now)
        return self._prefix


def _asked(scope: Scope) -> FeedAddress | None:
    """The feed that is asked for; None when a browser asks what may be asked."""
    if scope["method"] == "OPTIONS":
        return None
    if scope["method"] not in ("GET", "HEAD"):
        raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use GET.", [(b"allow", METHODS)])
    address = feed_at(scope["path"], scope["query_string"])
    if address is None:
        raise HTTPError(404, "NOT_FOUND", "There is no such feed.")
    return address


def _found(answer: Response, content: FeedContent) -> Mapping[str, Any]:
    """What was asked for, if it is there, and is there by this very name."""
    told = orjson.loads(answer.body)
    if answer.errors:
        raise refused_by_engine(told["errors"][0], LATER)
    data: Mapping[str, Any] = told["data"]
    address, listed = content.address, data.get("list")
    if not address.name:
        return data
    if listed is None:
        raise HTTPError(404, "NOT_FOUND", MISSING[address.kind])
    if listed["name"] != address.name:
        here = content.site.url + address.path(name=listed["name"], after=address.after)
        raise FeedMovedError(here)
    return data


def _refusal(error: HTTPError) -> tuple[int, Lines, bytes]:
    headers = [*ANYBODY, *error.headers, (b"cache-control", b"no-store"), WORDS]
    return error.status, headers, f"{error.message}\n".encode()


def _sent_on(address: str) -> tuple[int, Lines, bytes]:
    headers = [*ANYBODY, (b"location", address.encode()), (b"cache-control", KEPT_FOR.encode()), WORDS]
    return 301, headers, f"It is at {address} now.\n".encode()
