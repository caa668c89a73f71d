"""One visitor of a server: an address of its own on this machine, and requests as bytes."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Visitor:
    """Who comes from an address; all of 127.0.0.0/8 are this machine's on Linux."""

    address: str
    port: int

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Streams]:
        """A connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def request(self, body: bytes, *, accept: str = "application/json", length: int | None = None) -> bytes:
        """A POST of this body, or of the beginning of a longer one."""
        head = f"{self.head}Content-Type: application/json\r\nAccept: {accept}\r\n"
        return f"{head}Content-Length: {length or len(body)}\r\n\r\n".encode() + body

    @property
    def head(self) -> str:
        """The beginning of a request."""
        return f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"

    async def ask(self, streams: Streams, body: bytes) -> None:
        """Send a request, and read its answer to the end without keeping it."""
        reader, writer = streams
        writer.write(self.request(body))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        left = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while left and (some := await reader.read(min(left, 2**16))):
            left -= len(some)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        """A socket that may subscribe."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            local_addr=(self.address, 0),
            max_size=None,
            compression=None,
            open_timeout=60,
        ) as socket:
            await socket.send('{"type": "connection_init"}')
            await socket.recv()
            yield socket


def body(query: str, **variables: Any) -> bytes:
    """A request."""
    return json.dumps({"query": query, "variables": variables}).encode()


def subscribe(id_: str, query: str, **variables: Any) -> str:
    """The message that opens a subscription."""
    payload = {"query": query, "variables": variables}
    return json.dumps({"type": "subscribe", "id": id_, "payload": payload})


async def insisting(visit: Any) -> None:
    """Come again whenever the server, or anything else, has ended a visit."""
    while True:
        with contextlib.suppress(Exception):
            await visit()
        await asyncio.sleep(0.05)
