"""One websocket of graphql-transport-ws: what each message does, and which operations are open.

What is wrong with the protocol closes the socket with the code that the protocol gives it; what is wrong with an
operation is told to that operation and leaves its neighbours alone.
"""

import asyncio
from functools import partial
from typing import Any

from live.connections.connection import Connection
from live.connections.endpoint import Endpoint, Receive, Scope
from live.connections.operation import Operation, error_entry
from live.connections.send_queue import SendQueue
from live.connections.uvicorn_protocol import widen
from live.feed.hub import Hub
from live.policy import ConnectionPolicy
from live.protocol import transport_ws
from live.protocol.close_codes import CloseCode
from live.protocol.transport_ws import Complete, Init, InvalidMessage, Message, Ping, Subscribe
from runtime.token_bucket import TokenBucket
from storage import StorageError

LONGEST_REASON_BYTES = 123
"""Bytes that RFC 6455 leaves for a reason."""


class ProtocolError(Exception):
    """The client broke the protocol: the code and the reason to close with."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class WebSocket(Connection):
    """A websocket that has been accepted."""

    def __init__(
        self, scope: Scope, send_queue: SendQueue, endpoint: Endpoint, hub: Hub, policy: ConnectionPolicy
    ) -> None:
        super().__init__(scope, send_queue, endpoint, hub, policy)
        self._initialised = False
        self._heard_at = self._loop.time()
        self._pinged = False
        self._bucket = TokenBucket(policy.frames_per_second, policy.frame_burst, self._heard_at)
        self._patience = self._loop.call_later(
            policy.init_timeout,
            self.close,
            CloseCode.INITIALISATION_TIMEOUT,
            "Connection initialisation timeout",
        )

    async def serve(self, receive: Receive) -> None:
        """Do what the client says until the socket is closed."""
        try:
            await self._listen(receive)
        except ProtocolError as violation:
            self.close(violation.code, str(violation))
        finally:
            self._patience.cancel()
            self._stop()
        await self._send_queue.wait_flushed()

    def close(self, code: CloseCode, reason: str) -> None:
        """Close the socket at once."""
        super().close(code, reason.encode(errors="replace")[:LONGEST_REASON_BYTES].decode(errors="ignore"))

    def _keep_alive(self, now: float) -> None:
        """Ping a silent client, and close the socket of one that is gone."""
        silence = now - self._heard_at
        if self._pinged and silence >= self._policy.ping_interval + self._policy.pong_timeout:
            self.close(CloseCode.NO_PONG, "No answer to a ping")
        elif not self._pinged and self._client is not None and silence >= self._policy.ping_interval:
            self._pinged = True
            self._send_queue.push(transport_ws.PING)

    async def _listen(self, receive: Receive) -> None:
        while not self._send_queue.closed:
            frame = await receive()
            if frame["type"] == "websocket.disconnect":
                return
            self._hear()
            try:
                self._take(transport_ws.parse(frame.get("text")))
            except InvalidMessage as invalid:
                raise ProtocolError(CloseCode.BAD_REQUEST, str(invalid)) from None
            await self._send_queue.room()

    def _hear(self) -> None:
        self._heard_at = self._loop.time()
        self._pinged = False
        if not self._bucket.take(self._heard_at):
            raise ProtocolError(CloseCode.TOO_MANY_FRAMES, "Too many messages a second")

    def _take(self, message: Message) -> None:
        """Do what a message says. Of a pong it is enough to have heard it."""
        match message:
            case Init(payload):
                if self._initialised:
                    raise ProtocolError(
                        CloseCode.TOO_MANY_INITIALISATIONS, "Too many initialisation requests"
                    )
                self._initialised = True
                self._patience.cancel()
                self._run(asyncio.create_task(self._authenticate(payload)))
            case Subscribe(id_, payload):
                self._subscribe(id_, payload)
            case Complete(id_):
                operation = self._operations.get(id_)
                if operation is not None:
                    operation.stop()
                    self._forget(operation)
            case Ping(payload):
                self._send_queue.push(transport_ws.pong(payload))

    async def _authenticate(self, params: dict[str, Any]) -> None:
        try:
            client = await self._endpoint.authenticate(params, self.scope)
        except Exception as error:  # noqa: BLE001 - told by the code, and logged by the endpoint
            self._describe(error)
            if isinstance(error, StorageError):
                self.close(CloseCode.TRY_AGAIN_LATER, "Try again later")
            else:
                self.close(CloseCode.INTERNAL_ERROR, "Internal server error")
            return
        if self.admit(client):
            if client.session_id is not None:
                widen(self.scope)
            self._send_queue.push(transport_ws.ack(client.extensions))
        else:
            self.close(CloseCode.FORBIDDEN, "The session has ended")

    def _subscribe(self, id_: str, payload: dict[str, Any]) -> None:
        if self._client is None:
            raise ProtocolError(CloseCode.UNAUTHORIZED, "Unauthorized")
        if id_ in self._operations:
            raise ProtocolError(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {id_} already exists")
        self.leave()
        if self._ending is not None:
            return
        operation = Operation(id_, self._send_queue, self._ended)
        if len(self._operations) >= self._policy.operations:
            message = f"More than {self._policy.operations} operations are open on this socket."
            operation.refuse([error_entry("TOO_MANY_OPERATIONS", message)])
            return
        start = partial(self._endpoint.start, payload, self._client, self.scope)
        self._begin(operation, start, self._client)
