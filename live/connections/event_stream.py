"""One event stream: an HTTP response that goes on until its operation ends, or one of both sides goes.

It ends with `complete` only when the operation has. Where the server stops, the session ends or the client does not
read, it just ends: then clients connect again, and go on from the last event that they had.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from live.connections.connection import Connection
from live.connections.endpoint import Client, Endpoint, Receive, Scope, Send, Source, Started
from live.connections.operation import Operation
from live.connections.send_queue import DirectTransport, SendQueue
from live.connections.uvicorn_protocol import direct_transport_of
from live.feed import event_log
from live.feed.hub import Hub
from live.policy import ConnectionPolicy
from live.protocol import sse
from live.protocol.close_codes import CloseCode
from live.protocol.payload import Payload
from live.protocol.transport_ws import Errors, OperationRequest
from storage import StorageError
from storage.memory import Account

OK = 200
LAST_FRAME = ""
"""The frame after which there are no others."""


class EventStreamTransport(DirectTransport, Protocol):
    """The server's end of a response."""

    def give_up_after(self, seconds: float) -> None:
        """Lose the connection when nothing that was sent has arrived for so long: the client cannot be asked."""


class EventStreamQueue(SendQueue):
    """Messages on their way out of an HTTP response."""

    __slots__ = ("_chunked", "ended")

    def __init__(
        self,
        send: Send,
        limit: int,
        transport: DirectTransport | None,
        account: Account | None = None,
        *,
        chunked: bool,
    ) -> None:
        super().__init__(send, limit, transport, account)
        self._chunked = chunked
        self.ended = False

    def end(self) -> None:
        """End the response behind what waits."""
        self.push(LAST_FRAME)
        self.ended = True
        if self.stalled_since is None:
            self.abandon()

    def _message(self, frame: str) -> dict[str, Any]:
        return {"type": "http.response.body", "body": frame.encode(), "more_body": frame != LAST_FRAME}

    def _close_message(self, code: int, reason: str) -> dict[str, Any]:
        del code
        body = sse.comment(reason).encode()
        return {"type": "http.response.body", "body": body, "more_body": False}

    def _text(self, head: bytes, payload: Payload) -> str:
        del head
        return payload.event()

    def _frame(self, head: bytes, payload: Payload) -> bytes:
        del head
        return payload.chunk() if self._chunked else payload.event().encode()

    def _must_abort(self, transport: DirectTransport) -> bool:
        return self.ended or not transport.ready


class EventStreamOperation(Operation):
    """The one operation of a stream."""

    __slots__ = ()

    def _failed(self, errors: Errors) -> str:
        return sse.failed(errors) + sse.COMPLETE

    def _answered(self, text: str) -> str:
        return sse.next_message(text)

    def _complete(self) -> str:
        return sse.COMPLETE


class EventStream(Connection):
    """A request to be answered by an event stream; it begins when it is served."""

    _send_queue: EventStreamQueue

    def __init__(
        self,
        scope: Scope,
        send: Send,
        endpoint: Endpoint,
        hub: Hub,
        policy: ConnectionPolicy,
        account: Account | None = None,
    ) -> None:
        transport = cast("EventStreamTransport | None", direct_transport_of(scope))
        if transport is not None:
            transport.give_up_after(policy.stall_timeout)
        chunked = scope.get("http_version") != "1.0"
        send_queue = EventStreamQueue(send, policy.buffer, transport, account, chunked=chunked)
        super().__init__(scope, send_queue, endpoint, hub, policy)
        self._send = send
        self._begun = False
        self._beaten_at = self._loop.time()

    async def serve(
        self,
        request: OperationRequest,
        client: Client,
        receive: Receive,
        headers: Sequence[tuple[bytes, bytes]],
        after: str | None,
    ) -> None:
        """Answer a request, to its end; a subscription begins `after` a cursor when there is one."""
        await self._send({"type": "http.response.start", "status": OK, "headers": headers})
        self._begun = True
        self._send_queue.push(sse.retry(self._policy.retry * random.uniform(0.5, 1.5)))  # noqa: S311
        if self._ending is not None:
            self.close(*self._ending)
        else:
            operation = EventStreamOperation("", b"", self._send_queue, self._ended)
            self._begin(operation, lambda: self._start(request, client, after), client)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._stop()
        await self._send_queue.wait_flushed()

    def close(self, code: CloseCode, reason: str) -> None:
        """End the stream at once, or as soon as it has begun."""
        if self._begun:
            super().close(code, reason)
        else:
            self._ending = self._ending or (code, reason)

    def _keep_alive(self, now: float) -> None:
        if self._begun and not self._send_queue.ended and now - self._beaten_at >= self._policy.ping_interval:
            self._beaten_at = now
            self._send_queue.push(sse.HEARTBEAT)

    async def _start(self, request: OperationRequest, client: Client, after: str | None) -> Started:
        """A subscription has a place in the feed from the beginning, so that a client can always come back to it."""
        started = await self._endpoint.start(request, client, self.scope)
        if not isinstance(started, Source):
            return started
        topic = started.topic
        after = after or topic.after
        if after is None:
            after = str(await event_log.current())
            self._send_queue.push(sse.place(after))
        return replace(started, topic=replace(topic, after=after))

    def _describe(self, error: Exception) -> dict[str, Any]:
        """What passes by itself ends the stream, so that the client tries again."""
        if isinstance(error, StorageError):
            self.close(CloseCode.TRY_AGAIN_LATER, "Try again later")
        return super()._describe(error)

    def _ended(self, operation: Operation) -> None:
        super()._ended(operation)
        self._send_queue.end()
