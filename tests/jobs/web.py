"""A web of our own: servers on 127.0.0.1, and a table of names instead of the DNS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from jobs.fetch_policy import FetchPolicy
from jobs.fetcher import Fetcher
from runtime.background import cancel_and_wait

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]] | bytes
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def body(content: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "".join(
        f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers)
    )
    return head.encode() + b"\r\n" + content


class Server:
    """Answers by path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, Answer] = {"/": OK}
        self.requests: list[bytes] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.most_under_way = 0

    @property
    def paths(self) -> list[str]:
        return [request.split()[1].decode() for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self.most_under_way = max(self.most_under_way, len(self.tasks))
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._answer(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        self.tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line[:15] == b"content-length:"), 0)
        self.requests.append(head + await reader.readexactly(length))
        answer = self.answers[self.paths[-1].partition("?")[0]]
        if isinstance(answer, bytes):
            writer.write(answer)
        else:
            await answer(writer)
        await writer.drain()


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server that runs meanwhile."""
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await cancel_and_wait(*server.tasks)


class Names:
    """Where names are, as the DNS would say it; what it was asked."""

    def __init__(self, **addresses: Sequence[str]) -> None:
        self.addresses: Mapping[str, Sequence[str]] = addresses
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.addresses:
            raise OSError("Name or service not known")
        return self.addresses[host]


def fetching(
    *servers: Server, names: Names | None = None, tls: ssl.SSLContext | None = None, **limits: Any
) -> Fetcher:
    """A fetcher that may ask these servers, by the names `blog` and `other`, and nobody else that is private."""
    hosts = frozenset((name, server.port) for server in servers for name in ("blog", "other"))
    names = names or Names(blog=["127.0.0.1"], other=["127.0.0.1"], inside=["10.0.0.7"])
    return Fetcher(
        FetchPolicy("Causerie (+https://blog.example)", hosts=hosts, **limits), resolve=names, tls=tls
    )
