"""The websockets of a process: an ASGI application for the upgrade requests of one path."""

from collections.abc import Callable

from live.codes import CloseCode
from live.connections import Connections, TooManyConnections
from live.endpoint import Endpoint, Receive, Scope, Send
from live.hub import Hub
from live.outbox import Outbox
from live.outdated import OLD_SUBPROTOCOL, REASON, OutdatedSocket
from live.socket import Socket
from live.transport import wire_of

SUBPROTOCOL = "graphql-transport-ws"


class Sockets:
    """Serves graphql-transport-ws; `admits` says of an upgrade request whether its page may make it."""

    def __init__(
        self,
        endpoint: Endpoint,
        hub: Hub,
        admits: Callable[[Scope], bool],
        connections: Connections,
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
        outbox = Outbox(send, self._policy.buffer, wire_of(scope), account)
        kind = OutdatedSocket if spoken == OLD_SUBPROTOCOL else Socket
        socket = kind(scope, outbox, self._endpoint, self._hub, self._policy)
        if spoken is None:
            socket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, REASON)
        try:
            with self._connections.holding(socket):
                await socket.serve(receive)
        except TooManyConnections as refused:
            socket.close(CloseCode.TOO_MANY_CONNECTIONS, str(refused))
            await socket.serve(receive)
