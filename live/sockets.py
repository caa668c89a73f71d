"""The websockets of a process: an ASGI application for the upgrade requests of one path, and their keeper."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from live.codes import CloseCode
from live.connection import Connection, Verdict
from live.endpoint import Endpoint, Receive, Scope, Send
from live.hub import Hub
from live.outbox import Outbox
from live.policy import SocketPolicy
from live.transport import wire_of

SUBPROTOCOL = "graphql-transport-ws"
ROUNDS = 5
"""Rounds of the keeper in the time in which anything may be due."""
LEEWAY = 0.5
"""Seconds that sockets have to close after their time is up."""
SLICE = 500
"""Connections that are looked after before others may run."""


class Sockets:
    """Serves graphql-transport-ws; `admits` says by a request's headers whether its origin is allowed."""

    def __init__(
        self,
        endpoint: Endpoint,
        hub: Hub,
        admits: Callable[[Mapping[bytes, bytes]], bool],
        policy: SocketPolicy | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._hub = hub
        self._admits = admits
        self._policy = policy or SocketPolicy()
        self._connections: set[Connection] = set()
        self._draining = False
        self._left = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """How many are open."""
        return len(self._connections)

    def open(self) -> None:
        """Begin to look after the connections."""
        self._keeper = asyncio.create_task(self._keep())

    async def drain(self, patience: float) -> None:
        """Close every socket with 1012, once its running operations have answered or `patience` is over."""
        self._draining = True
        for connection in list(self._connections):
            connection.finish(CloseCode.SERVICE_RESTART, "Service restart", patience)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience + LEEWAY):
                while self._connections:
                    self._left.clear()
                    await self._left.wait()

    async def close(self) -> None:
        """Look after the connections no longer."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    def sessions(self) -> set[int]:
        """The sessions of those who are connected."""
        signed_in = {connection.session_id for connection in self._connections}
        return {session for session in signed_in if session is not None}

    def close_session(self, session_id: int) -> None:
        """The session has ended: close its sockets with 4403."""
        self._judge(lambda client: client.session_id == session_id)

    def close_user(self, user_id: int, except_session: int | None = None) -> None:
        """The user's sessions have ended, but for one: close their sockets with 4403."""
        self._judge(lambda client: client.viewer.id == user_id and client.session_id != except_session)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its upgrade request to its end."""
        await receive()
        if not self._admits(dict(scope["headers"])):
            await send({"type": "websocket.close"})  # before accept: HTTP 403
            return
        spoken = SUBPROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if spoken else None})
        outbox = Outbox(send, self._policy.buffer, wire_of(scope))
        connection = Connection(scope, outbox, self._endpoint, self._hub, self._policy)
        if not spoken:
            connection.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, f"Speak {SUBPROTOCOL}")
        elif self._draining:
            connection.close(CloseCode.SERVICE_RESTART, "Service restart")
        self._connections.add(connection)
        try:
            await connection.serve(receive)
        finally:
            self._connections.discard(connection)
            self._left.set()

    def _judge(self, verdict: Verdict) -> None:
        for connection in list(self._connections):
            connection.judge(verdict)

    async def _keep(self) -> None:
        policy = self._policy
        pause = min(policy.ping_interval, policy.pong_timeout, policy.stall_timeout) / ROUNDS
        while True:
            await asyncio.sleep(pause)
            for count, connection in enumerate(list(self._connections), 1):
                connection.look_after()
                if count % SLICE == 0:
                    await asyncio.sleep(0)
