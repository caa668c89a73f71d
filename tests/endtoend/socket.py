"""A client of graphql-transport-ws that tells its operations apart."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.server.running import Server

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE = 10


class Socket:
    """One connection; what it hears is kept by operation until somebody asks."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._heard: defaultdict[str | None, asyncio.Queue[dict[str, Any]]] = defaultdict(asyncio.Queue)

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, id_: str, query: str, variables: dict[str, Any] | None = None) -> None:
        await self.say(type="subscribe", id=id_, payload={"query": query, "variables": variables})

    async def hear(self, id_: str | None = None) -> dict[str, Any]:
        """The next message of an operation; of none, of the connection itself."""
        return await asyncio.wait_for(self._heard[id_].get(), PATIENCE)

    async def closed(self) -> int | None:
        """The code that the server closes with."""
        await asyncio.wait_for(self.connection.wait_closed(), PATIENCE)
        return self.connection.close_code

    async def listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self.connection:
                message = json.loads(text)
                self._heard[message.get("id")].put_nowait(message)


@asynccontextmanager
async def opened(server: Server, **params: Any) -> AsyncIterator[Socket]:
    """A socket, acknowledged."""
    async with connect(server.socket, subprotocols=[PROTOCOL]) as connection:
        socket = Socket(connection)
        listening = asyncio.create_task(socket.listen())
        await socket.say(type="connection_init", payload=params)
        assert (await socket.hear())["type"] == "connection_ack"
        try:
            yield socket
        finally:
            listening.cancel()
