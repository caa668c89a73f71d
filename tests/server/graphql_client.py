"""How tests talk to a server: signing in, and frames on a socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.server.running import Server

PROTOCOL = Subprotocol("graphql-transport-ws")
DEMO = "a quiet conversation"


async def sign_in(client: httpx.AsyncClient, email: str, password: str = DEMO) -> str:
    """The token of an account of the sample blog."""
    query = """
        mutation ($email: String!, $password: String!) {
          signIn(input: {email: $email, password: $password}) { token }
        }
    """
    variables = {"email": email, "password": password}
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    token: str = response.json()["data"]["signIn"]["token"]
    return token


class Socket:
    """A client of graphql-transport-ws, a frame at a time."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(self.connection.recv(), 5))
        return message

    async def init(self, **params: Any) -> dict[str, Any]:
        await self.say(type="connection_init", payload=params)
        return await self.hear()

    async def ask(self, payload: dict[str, Any], id_: str = "1") -> dict[str, Any]:
        """The one answer of a query or a mutation, or the message that refuses it."""
        await self.say(type="subscribe", id=id_, payload=payload)
        message = await self.hear()
        if message["type"] == "next":
            assert await self.hear() == {"id": id_, "type": "complete"}
        return message

    async def closed(self) -> int | None:
        """The code that the server closes with, whatever it sends before."""
        try:
            while True:
                await self.hear()
        except ConnectionClosed:
            return self.connection.close_code


@asynccontextmanager
async def socket(server: Server, **headers: str) -> AsyncIterator[Socket]:
    async with connect(server.socket, subprotocols=[PROTOCOL], additional_headers=headers) as connection:
        yield Socket(connection)
