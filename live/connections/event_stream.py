"""One event stream: an HTTP response that goes on until its operation ends, or one of both sides goes.

It ends with `complete` only when the operation has. Where the server stops, the session ends or the client does not
read, it just ends: then clients connect again, and go on from the last event that they had.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from live.connections.connection import Connection
from live.connections.endpoint import Client, Endpoint, Receive, Scope, Send, Source, Start, Started
from live.connections.operation import Operation
from live.connections.send_queue import DirectTransport, SendQueue
from live.connections.uvicorn_protocol import direct_transport_of
from live.feed import event_log
from live.feed.hub import Hub
from live.policy import ConnectionPolicy
from live.protocol import sse
from live.protocol.close_codes import CloseCode
from live.protocol.framing import EVENT_STREAM, EVENT_STREAM_CHUNKED
from storage import StorageError
from storage.memory import Account

OK = 200


class EventStreamTransport(DirectTransport, Protocol):
    """The server's end of a response."""

    def give_up_after(self, seconds: float) -> None:
        """Lose the connection when nothing that was sent has arrived for so long: the client cannot be asked."""


class EventStream(Connection):
    """A request to be answered by an event stream; it begins when it is served."""

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
        framing = EVENT_STREAM if scope.get("http_version") == "1.0" else EVENT_STREAM_CHUNKED
        send_queue = SendQueue(send, framing, policy.buffer, transport, account)
        super().__init__(scope, send_queue, endpoint, hub, policy)
        self._send = send
        self._begun = False
        self._beaten_at = self._loop.time()

    async def serve(
        self,
        start: Start,
        client: Client,
        receive: Receive,
        headers: Sequence[tuple[bytes, bytes]],
        after: str | None,
    ) -> None:
        """Answer an operation, to its end; a subscription begins `after` a cursor when there is one."""
        await self._send({"type": "http.response.start", "status": OK, "headers": headers})
        self._begun = True
        self._send_queue.push(sse.retry(self._policy.retry * random.uniform(0.5, 1.5)))  # noqa: S311
        if self._ending is not None:
            self.close(*self._ending)
        else:
            operation = Operation("", self._send_queue, self._ended)
            self._begin(operation, lambda: self._start(start, after), client)
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

    async def _start(self, start: Start, after: str | None) -> Started:
        """A subscription has a place in the feed from the beginning, so that a client can always come back to it."""
        started = await start()
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
