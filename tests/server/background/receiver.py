"""Pages that take webmentions and pingbacks, each after some milliseconds, and remember who told them what."""

import asyncio
import json
import os
import random
import time
import xmlrpc.client
from collections import defaultdict
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from tests.jobs.web import body

LONGEST_THOUGHT_SECONDS = 0.02


class Receiver:
    """What it was told, by source and target: of each time, when that was and when it had answered."""

    def __init__(self) -> None:
        self.told: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._chance = random.Random(2)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, _ = head.decode().split(" ", 2)
        if path == "/account":
            writer.write(body(json.dumps(self.told).encode()))
        elif method == "GET":
            writer.write(_page(int(path.rpartition("/")[2])))
        else:
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            await self._take(path, await reader.readexactly(length), writer)
        await writer.drain()

    async def _take(self, path: str, sent: bytes, writer: asyncio.StreamWriter) -> None:
        source, target = _read(path, sent)
        received = time.monotonic()
        await asyncio.sleep(self._chance.uniform(0, LONGEST_THOUGHT_SECONDS))
        answer = xmlrpc.client.dumps(("Thanks",), methodresponse=True).encode()
        writer.write(body(answer, status="202 Accepted" if path == "/told" else "200 OK"))
        self.told[f"{source.rpartition('/')[2]} {urlsplit(target).path}"].append((received, time.monotonic()))


def _page(number: int) -> bytes:
    """Every other one takes pingbacks."""
    header = "Link: </told>; rel=webmention" if number % 2 else "X-Pingback: /xmlrpc"
    return body(b"<p>Hello", header, "Content-Type: text/html")


def _read(path: str, sent: bytes) -> tuple[str, str]:
    if path == "/told":
        form = parse_qs(sent.decode())
        return form["source"][0], form["target"][0]
    source, target = xmlrpc.client.loads(sent)[0]
    return str(source), str(target)


async def receive(telling: int) -> None:
    """Serve until the process ends; its port is written to the pipe."""
    listening = await asyncio.start_server(Receiver().serve, "127.0.0.1", 0)
    os.write(telling, str(listening.sockets[0].getsockname()[1]).encode())
    await listening.serve_forever()
