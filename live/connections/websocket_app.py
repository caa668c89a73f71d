"""The websockets of a process: an ASGI application for the upgrade requests of one path."""

from collections.abc import Callable

from live.connections.endpoint import Endpoint, Receive, Scope, Send
from live.connections.outdated_websocket import OLD_SUBPROTOCOL, REASON, OutdatedWebSocket
from live.connections.registry import ConnectionRegistry, TooManyConnections
from live.connections.send_queue import SendQueue
from live.connections.uvicorn_protocol import direct_transport_of
from live.connections.websocket import WebSocket
from live.feed.hub import Hub
from live.protocol.close_codes import CloseCode
from live.protocol.framing import WEBSOCKET

SUBPROTOCOL = "graphql-transport-ws"


class WebSocketApp:
    """Serves graphql-transport-ws; `admits` says of an upgrade request whether its page may make it."""

    def __init__(
        self,
        endpoint: Endpoint,
        hub: Hub,
        admits: Callable[[Scope], bool],
        connections: ConnectionRegistry,
    ) -> None:
        self._endpoint = endpoint
        self._hub = hub
        self._admits = admits
        self._connections = connections
        self._policy = connections.policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its upgrade request to its end."""
        await receive()
        if not self._admits(scope):
            await send({"type": "websocket.close"})  # before accept: HTTP 403
            return
        offered = scope["subprotocols"]
        spoken = next((each for each in (SUBPROTOCOL, OLD_SUBPROTOCOL) if each in offered), None)
        await send({"type": "websocket.accept", "subprotocol": spoken})
        account = self._connections.account_of(scope)
        send_queue = SendQueue(send, WEBSOCKET, self._policy.buffer, direct_transport_of(scope), account)
        kind = OutdatedWebSocket if spoken == OLD_SUBPROTOCOL else WebSocket
        socket = kind(scope, send_queue, self._endpoint, self._hub, self._policy)
        if spoken is None:
            socket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, REASON)
        try:
            with self._connections.holding(socket):
                await socket.serve(receive)
        except TooManyConnections as refused:
            socket.close(CloseCode.TOO_MANY_CONNECTIONS, str(refused))
            await socket.serve(receive)
