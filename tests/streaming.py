"""A client of event streams on a bare connection, which sees every byte."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

EVENTS = {"Accept": "text/event-stream"}
PATIENCE = 30


class Stream:
    """A response, read a message at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.writer = writer
        self._reader = reader
        self._text = b""

    async def ask(self, request: bytes) -> None:
        """Send a request and read the head of its answer."""
        self.writer.write(request)
        await self.writer.drain()
        async with asyncio.timeout(PATIENCE):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode().rstrip()
        first, *lines = head.split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    async def body(self) -> Any:
        """A plain answer's JSON."""
        return json.loads(await self._reader.readexactly(int(self.headers["content-length"])))

    async def hear(self) -> str:
        """The next message, as it stands between blank lines."""
        async with asyncio.timeout(PATIENCE):
            while b"\n\n" not in self._text:
                if not (chunk := await self._chunk()):
                    raise EOFError(f"The stream has ended behind {self._text!r}.")
                self._text += chunk
        message, _, self._text = self._text.partition(b"\n\n")
        return message.decode()

    async def answer(self) -> Any:
        """What a `next` message says."""
        event, *lines = (await self.hear()).split("\n")
        assert event == "event: next", event
        return json.loads("\n".join(line[6:] for line in lines if line.startswith("data: ")))

    async def begun(self) -> str:
        """The first message."""
        name, _, value = (await self.hear()).partition(": ")
        assert name == "retry"
        return value

    async def rest(self) -> list[str]:
        """The messages up to the end of the response, as HTTP ends one."""
        async with asyncio.timeout(PATIENCE):
            while chunk := await self._chunk():
                self._text += chunk
        assert self._text.endswith(b"\n\n") or not self._text
        messages, self._text = self._text.decode().split("\n\n")[:-1], b""
        return messages

    async def _chunk(self) -> bytes:
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        return (await self._reader.readexactly(size + 2))[:-2]


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Stream]:
    """A connection to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Stream(reader, writer)
    finally:
        writer.close()


def request(method: str, target: str, body: object = None, **headers: str) -> bytes:
    """A request for an event stream; underscores in the headers' names are hyphens."""
    sent = b"" if body is None else json.dumps(body).encode()
    fields = {"Host": "blog.example", **EVENTS, **{k.replace("_", "-"): v for k, v in headers.items()}}
    if body is not None:
        fields |= {"Content-Type": "application/json", "Content-Length": str(len(sent))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + sent


@asynccontextmanager
async def asking(
    port: int, query: str, variables: dict[str, Any] | None = None, **headers: str
) -> AsyncIterator[Stream]:
    """The answer to an operation, which is posted."""
    body = {"query": query, "variables": variables or {}}
    async with connected(port) as stream:
        await stream.ask(request("POST", "/graphql", body, **headers))
        yield stream
