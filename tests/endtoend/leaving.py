"""Clients that give up: operations completed at once, sockets cut, requests left in the middle, timeouts."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.endtoend.asking import document
from tests.endtoend.socket import PROTOCOL
from tests.endtoend.writing import PAGE, Target

FEED = "subscription { commentFeed { cursor } }"
SIZES = (5, 5, 10, 10, 40)
Way = Callable[[int], Awaitable[None]]


@dataclass
class Leaver:
    """Gives up again and again; `written` are the bodies that may have become rows, or not."""

    url: str
    token: str
    target: Target
    random: Random
    written: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def leave(self, times: int) -> None:
        """Give up so many times, in every way."""
        ways: list[tuple[Way, int, int]] = [
            # how often, and how many operations at once
            (self._complete, 1, 50),
            (self._cut_a_socket, 2, 5),
            (self._hang_up, 10, 1),
            (self._hang_up_in_the_body, 5, 1),
            (self._run_out_of_patience, 10, 1),
        ]
        while times > 0:
            ((way, _, most),) = self.random.choices(ways, [often for _, often, _ in ways])
            number = min(times, most)
            await way(number)
            times -= number
            await asyncio.sleep(self.random.uniform(0, 0.1))

    async def _complete(self, times: int) -> None:
        """One socket, many operations, each completed a moment after it was subscribed to."""
        async with self._socket() as socket:
            for number in range(times):
                await _say(socket, type="subscribe", id=str(number), payload=self._operation())
                await self._moment()
                await _say(socket, type="complete", id=str(number))

    async def _cut_a_socket(self, times: int) -> None:
        """Several operations at once on a socket that is cut without a close."""
        async with self._socket() as socket:
            for number in range(times):
                await _say(socket, type="subscribe", id=str(number), payload=self._operation())
            await self._moment()
            socket.transport.abort()

    async def _hang_up(self, _: int) -> None:
        """A request whose client is gone before the answer."""
        body = json.dumps(self._request()).encode()
        await self._send(self._head(len(body)) + body)

    async def _hang_up_in_the_body(self, _: int) -> None:
        body = json.dumps(self._request()).encode()
        await self._send(self._head(len(body)) + body[: self.random.randrange(len(body))])

    async def _run_out_of_patience(self, _: int) -> None:
        """A client's own timeout."""
        headers = {"authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(verify=False) as client:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.random.uniform(0.001, 0.02)):
                    await client.post(f"{self.url}/graphql", json=self._request(), headers=headers)

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[ClientConnection]:
        address = f"{self.url.replace('http', 'ws')}/graphql"
        socket = await connect(address, subprotocols=[PROTOCOL], close_timeout=1)
        await _say(socket, type="connection_init", payload={"token": self.token})
        await socket.recv()
        reading = asyncio.create_task(_forget(socket))
        try:
            yield socket
        finally:
            if self.random.random() < 0.5:
                socket.transport.abort()
            await socket.close()
            await reading

    async def _send(self, request: bytes) -> None:
        host, port = self.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        await self._moment()
        writer.transport.abort()

    def _head(self, length: int) -> bytes:
        return (
            f"POST /graphql HTTP/1.1\r\nHost: blog\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        ).encode()

    async def _moment(self) -> None:
        """Nothing at all, a turn of the loop, or up to three hundredths of a second."""
        match self.random.randrange(4):
            case 0:
                return
            case 1:
                await asyncio.sleep(0)
            case _:
                await asyncio.sleep(self.random.uniform(0, 0.03))

    def _operation(self) -> dict[str, Any]:
        """What a socket is asked: a subscription, too."""
        return {"query": FEED} if self.random.random() < 0.25 else self._request()

    def _request(self) -> dict[str, Any]:
        """A query, a comment or a post."""
        choice = self.random.random()
        if choice < 0.6:
            size = self.random.choice(SIZES)
            return {"query": PAGE, "variables": {"posts": size, "comments": size}}
        body = f"{self.token[:8]} gave up {next(self._numbers)}"
        self.written.append(body)
        if choice < 0.9:
            return _mutation("addComment", post=self.target.post, body=body)
        return _mutation("createPost", title=body, body=body, category=self.target.category)


def _mutation(name: str, **given: str) -> dict[str, Any]:
    return {"query": document(name, given), "variables": {"given": given}}


async def _say(socket: ClientConnection, **message: Any) -> None:
    with contextlib.suppress(ConnectionClosed):
        await socket.send(json.dumps(message))


async def _forget(socket: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass
