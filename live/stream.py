"""One event stream: an HTTP response that goes on until its operation ends, or one of both sides goes.

It ends with `complete` only when the operation has. Where the server stops, the session ends or the client does not
read, it just ends: then clients connect again, and go on from the last event that they had.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from live import event_stream, log
from live.codes import CloseCode
from live.connection import Connection
from live.endpoint import Client, Endpoint, Receive, Scope, Send, Source, Started
from live.hub import Hub
from live.messages import Errors, OperationRequest
from live.operation import Operation
from live.outbox import Outbox, Wire
from live.payload import Payload
from live.policy import ConnectionPolicy
from live.transport import wire_of
from storage import StorageError
from storage.memory import Account

OK = 200
END = ""
"""The frame after which there are no others."""


class StreamWire(Wire, Protocol):
    """The server's end of a response."""

    def give_up_after(self, seconds: float) -> None:
        """Lose the connection when nothing that was sent has arrived for so long: the client cannot be asked."""


class StreamOutbox(Outbox):
    """Messages on their way out of an HTTP response."""

    __slots__ = ("_chunked", "ended")

    def __init__(
        self, send: Send, limit: int, wire: Wire | None, account: Account | None = None, *, chunked: bool
    ) -> None:
        super().__init__(send, limit, wire, account)
        self._chunked = chunked
        self.ended = False

    def end(self) -> None:
        """End the response behind what waits."""
        self.push(END)
        self.ended = True
        if self.stalled_since is None:
            self.abandon()

    def _message(self, frame: str) -> dict[str, Any]:
        return {"type": "http.response.body", "body": frame.encode(), "more_body": frame != END}

    def _last_message(self, code: int, reason: str) -> dict[str, Any]:
        del code
        body = event_stream.comment(reason).encode()
        return {"type": "http.response.body", "body": body, "more_body": False}

    def _text(self, head: bytes, payload: Payload) -> str:
        del head
        return payload.event()

    def _frame(self, head: bytes, payload: Payload) -> bytes:
        del head
        return payload.chunk() if self._chunked else payload.event().encode()

    def _must_kick(self, wire: Wire) -> bool:
        return self.ended or not wire.ready


class StreamOperation(Operation):
    """The one operation of a stream."""

    __slots__ = ()

    def _failed(self, errors: Errors) -> str:
        return event_stream.failed(errors) + event_stream.COMPLETE

    def _answered(self, text: str) -> str:
        return event_stream.next_message(text)

    def _complete(self) -> str:
        return event_stream.COMPLETE


class Stream(Connection):
    """A request to be answered by an event stream; it begins when it is served."""

    _outbox: StreamOutbox

    def __init__(
        self,
        scope: Scope,
        send: Send,
        endpoint: Endpoint,
        hub: Hub,
        policy: ConnectionPolicy,
        account: Account | None = None,
    ) -> None:
        wire = cast("StreamWire | None", wire_of(scope))
        if wire is not None:
            wire.give_up_after(policy.stall_timeout)
        chunked = scope.get("http_version") != "1.0"
        outbox = StreamOutbox(send, policy.buffer, wire, account, chunked=chunked)
        super().__init__(scope, outbox, endpoint, hub, policy)
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
        self._outbox.push(event_stream.retry(self._policy.retry * random.uniform(0.5, 1.5)))  # noqa: S311
        if self._ending is not None:
            self.close(*self._ending)
        else:
            operation = StreamOperation("", b"", self._outbox, self._ended)
            self._begin(operation, lambda: self._start(request, client, after), client)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._stop()
        await self._outbox.last_words()

    def close(self, code: CloseCode, reason: str) -> None:
        """End the stream at once, or as soon as it has begun."""
        if self._begun:
            super().close(code, reason)
        else:
            self._ending = self._ending or (code, reason)

    def _keep_alive(self, now: float) -> None:
        if self._begun and not self._outbox.ended and now - self._beaten_at >= self._policy.ping_interval:
            self._beaten_at = now
            self._outbox.push(event_stream.BEAT)

    async def _start(self, request: OperationRequest, client: Client, after: str | None) -> Started:
        """A subscription has a place in the feed from the beginning, so that a client can always come back to it."""
        started = await self._endpoint.start(request, client, self.scope)
        if not isinstance(started, Source):
            return started
        topic = started.topic
        after = after or topic.after
        if after is None:
            after = str(await log.current())
            self._outbox.push(event_stream.place(after))
        return replace(started, topic=replace(topic, after=after))

    def _describe(self, error: Exception) -> dict[str, Any]:
        """What passes by itself ends the stream, so that the client tries again."""
        if isinstance(error, StorageError):
            self.close(CloseCode.TRY_AGAIN_LATER, "Try again later")
        return super()._describe(error)

    def _ended(self, operation: Operation) -> None:
        super()._ended(operation)
        self._outbox.end()
