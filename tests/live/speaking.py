"""A client of graphql-transport-ws that says exactly what it is told to, and what it often says."""

import asyncio
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.live.listening import PATIENCE

INIT = {"type": "connection_init"}
FEED = "subscription { feed { kind comment } }"


class Speaker:
    """A client that says exactly what it is told to."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, *messages: object) -> None:
        for message in messages:
            text = message if isinstance(message, str | bytes) else orjson.dumps(message).decode()
            await self.socket.send(text)

    async def hear(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            frame = await self.socket.recv()
        assert isinstance(frame, str)
        return orjson.loads(frame)

    async def closing(self) -> tuple[int, str]:
        """The code and the reason, when the server closes now."""
        try:
            heard = await self.hear()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
        raise AssertionError(f"not closed, but heard {heard}")

    async def init(self, **payload: object) -> None:
        """Connect up to the acknowledgement."""
        await self.say({"type": "connection_init", "payload": payload})
        assert (await self.hear())["type"] == "connection_ack"

    async def start(self, id_: str, query: str, **variables: object) -> None:
        await self.say({"id": id_, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    async def lives(self) -> bool:
        """Whether it can still be spoken with, and hears nothing that it did not ask for."""
        await self.say({"type": "ping", "payload": {"still": "there"}})
        return bool(await self.hear() == {"type": "pong", "payload": {"still": "there"}})


def event(id_: str, kind: str, comment: int) -> dict[str, Any]:
    return {"id": id_, "type": "next", "payload": {"data": {"feed": {"kind": kind, "comment": comment}}}}
