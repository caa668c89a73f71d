"""Readers that stop, at the level of TCP, on uvicorn."""

import asyncio
import base64
import os
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from live.policy import ConnectionPolicy
from storage import Database
from tests.live.listening import PATIENCE, eventually
from tests.live.tiny import LONG, Site, site
from tests.live.writing import change, write

CLOSE = b"\x88\x80" + bytes(4)
"""A close frame, with a mask that changes nothing."""
FEED = "subscription { feed { cursor comment } }"
PADDING = "a" * 4000
"""An operation's id and its aliases make each event some kilobytes long."""
WIDE = "subscription { feed { comment " + " ".join(f"c{number}: cursor" for number in range(300)) + " } }"


class RawReader:
    """A websocket client that reads only when it is told to, with a small buffer in its kernel."""

    def __init__(self, site: Site) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)
        self.site = site
        self.received = b""
        self.heard: list[int] = []
        self.completed: list[str] = []
        self.closing: tuple[int, str] | None = None

    async def start(self, query: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", self.site.port))
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{self.site.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        await loop.sock_sendall(self.socket, request.encode())
        while b"\r\n\r\n" not in self.received:
            self.received += await loop.sock_recv(self.socket, 1024)
        self.received = self.received.partition(b"\r\n\r\n")[2]
        await self.say({"type": "connection_init"})
        await self.read_until(lambda: b"connection_ack" in self.received)
        await self.say({"id": "1", "type": "subscribe", "payload": {"query": query}})
        await eventually(lambda: bool(self.site.hub._subscriptions))  # noqa: SLF001 - nothing says so on the wire

    async def say(self, message: object) -> None:
        payload = orjson.dumps(message)
        frame = struct.pack("!BBH", 0x81, 0x80 | 126, len(payload)) + bytes(4) + payload
        await asyncio.get_running_loop().sock_sendall(self.socket, frame)

    async def read_until(self, enough: object) -> None:
        assert callable(enough)
        async with asyncio.timeout(PATIENCE):
            while not enough():
                more = await asyncio.get_running_loop().sock_recv(self.socket, 65536)
                if not more:
                    raise EOFError
                self.received += more
                self._take()

    def _take(self) -> None:
        """Take whole frames out of what was received."""
        while len(self.received) >= 2:
            kind, length, start = self.received[0] & 15, self.received[1] & 127, 2
            if length == 126:
                start, length = 4, int.from_bytes(self.received[2:4])
            elif length == 127:
                start, length = 10, int.from_bytes(self.received[2:10])
            if len(self.received) < start + length:
                return
            payload = self.received[start : start + length]
            if kind == 1 and b"connection_ack" in payload:
                return
            self.received = self.received[start + length :]
            if kind == 1 and b'"type":"complete"' in payload:
                self.completed.append(orjson.loads(payload)["id"])
            elif kind == 1 and LONG.encode() not in payload:
                self.heard.append(orjson.loads(payload)["payload"]["data"]["feed"]["comment"])
            elif kind == 8:
                self.closing = int.from_bytes(payload[:2]), payload[2:].decode()

    def forget_ack(self) -> None:
        self.received = b""


@pytest.fixture
async def quick(sqlite_database: Database) -> AsyncIterator[Site]:
    """A site that loses patience with readers quickly."""
    assert sqlite_database
    async with site(ConnectionPolicy(stall_timeout=0.3, buffer=20_000)) as running:
        yield running


@pytest.fixture
async def patient(sqlite_database: Database) -> AsyncIterator[Site]:
    assert sqlite_database
    async with site(ConnectionPolicy(buffer=20_000)) as running:
        yield running


async def flood(site: Site, count: int) -> None:
    """So many events that no buffer on the way holds them."""
    for first in range(1, count + 1, 50):
        await write(*(change(number) for number in range(first, min(first + 50, count + 1))))


async def test_a_reader_that_pauses_catches_up_and_misses_nothing(patient: Site) -> None:
    reader = RawReader(patient)
    await reader.start(WIDE)
    reader.forget_ack()
    await flood(patient, 200)
    (connection,) = patient.connections
    await eventually(lambda: connection._send_queue.stalled_since is not None and connection._send_queue.full)  # noqa: SLF001
    assert connection._send_queue._size < 60_000  # noqa: SLF001
    await reader.read_until(lambda: len(reader.heard) == 200)
    assert reader.heard == list(range(1, 201))
    reader.socket.close()


async def test_a_reader_that_reads_nothing_is_closed_and_finds_out_why(quick: Site) -> None:
    reader = RawReader(quick)
    await reader.start(WIDE)
    reader.forget_ack()
    await flood(quick, 200)
    await eventually(lambda: len(quick.connections) == 0)
    await reader.read_until(lambda: reader.closing is not None)
    assert reader.closing == (4431, "Nothing was read for too long")
    assert reader.heard == list(range(1, len(reader.heard) + 1))
    reader.socket.close()


async def test_a_reader_that_never_reads_again_is_cut_off(
    quick: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.connections.uvicorn_protocol.CLOSE_SECONDS", 0.1)
    reader = RawReader(quick)
    await reader.start(WIDE)
    reader.forget_ack()
    await flood(quick, 200)
    await eventually(lambda: len(quick.connections) == 0)
    await asyncio.sleep(0.3)
    with pytest.raises((ConnectionResetError, EOFError)):
        await reader.read_until(lambda: False)
    reader.socket.close()


async def test_a_reader_that_never_reads_does_not_keep_the_server_from_stopping(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_database
    monkeypatch.setattr("live.connections.uvicorn_protocol.SHUTDOWN_SECONDS", 0.05)
    async with site(ConnectionPolicy(buffer=20_000)) as stopping:
        reader = RawReader(stopping)
        await reader.start(WIDE)
        reader.forget_ack()
        await flood(stopping, 200)
        (connection,) = stopping.connections
        await eventually(lambda: connection._send_queue.stalled_since is not None)  # noqa: SLF001
        protocol = connection._send_queue._transport  # noqa: SLF001
        assert protocol is not None
        await stopping.connections.drain(0, 0)
        protocol.abort_with(1012, "Once is enough")
    await asyncio.sleep(0.1)
    with pytest.raises((ConnectionResetError, EOFError)):
        await reader.read_until(lambda: False)
    reader.socket.close()


@pytest.mark.parametrize("goodbye", [CLOSE, b"\x83\x80" + bytes(4), b""])
async def test_a_reader_that_takes_its_leave_and_never_reads_is_cut_off(
    patient: Site, monkeypatch: pytest.MonkeyPatch, goodbye: bytes
) -> None:
    """By a close frame, by one that does not exist, or by the end of the stream."""
    monkeypatch.setattr("live.connections.uvicorn_protocol.CLOSE_SECONDS", 0.1)
    reader, protocol = await stalled(patient)
    await asyncio.get_running_loop().sock_sendall(reader.socket, goodbye)
    if not goodbye:
        reader.socket.shutdown(socket.SHUT_WR)
    await eventually(lambda: bool(protocol.disconnected))
    reader.socket.close()


async def test_a_reader_that_has_taken_its_leave_does_not_keep_the_server_from_stopping(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_database
    monkeypatch.setattr("live.connections.uvicorn_protocol.CLOSE_SECONDS", PATIENCE)
    monkeypatch.setattr("live.connections.uvicorn_protocol.SHUTDOWN_SECONDS", 0.05)
    async with site(ConnectionPolicy(buffer=20_000)) as stopping, stopping.speaker() as neighbour:
        await neighbour.init()
        reader, protocol = await stalled(stopping)
        await asyncio.get_running_loop().sock_sendall(reader.socket, CLOSE)
        await eventually(protocol.transport.is_closing)
        protocol.shutdown()
        await eventually(lambda: bool(protocol.disconnected))
        assert await neighbour.lives()
    reader.socket.close()


async def test_answers_that_wait_for_a_slow_reader_reach_it_before_the_server_stops(patient: Site) -> None:
    reader = RawReader(patient)
    await reader.start(FEED)
    reader.forget_ack()
    (connection,) = patient.connections
    asked = [str(number) for number in range(2, 12)]
    for id_ in asked:
        await reader.say({"id": id_, "type": "subscribe", "payload": {"query": "{ long }"}})
    await eventually(lambda: connection._send_queue.full)  # noqa: SLF001
    draining = asyncio.create_task(patient.connections.drain(0, PATIENCE))
    await eventually(lambda: connection._ending is not None)  # noqa: SLF001
    await reader.read_until(lambda: reader.closing is not None)
    assert reader.closing == (1012, "Service restart")
    assert set(reader.completed) == set(asked)
    reader.socket.close()
    await draining


async def stalled(site: Site) -> tuple[RawReader, Any]:
    """A reader that does not read, and its socket here, which has more for it than goes out."""
    reader = RawReader(site)
    await reader.start(WIDE)
    reader.forget_ack()
    await flood(site, 200)
    (connection,) = [each for each in site.connections if each._operations]  # noqa: SLF001
    await eventually(lambda: connection._send_queue.stalled_since is not None)  # noqa: SLF001
    return reader, connection._send_queue._transport  # noqa: SLF001


async def test_a_client_that_floods_without_reading_is_not_read(quick: Site) -> None:
    reader = RawReader(quick)
    await reader.start(FEED)

    async def flood_it() -> None:
        for _ in range(400):
            await reader.say({"type": "ping", "payload": {"a": PADDING}})

    flooding = asyncio.create_task(flood_it())
    await eventually(lambda: len(quick.connections) == 0)
    reader.socket.close()
    await asyncio.gather(flooding, return_exceptions=True)


async def test_pongs_that_nobody_reads_are_not_kept(patient: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.connections.uvicorn_protocol.FRAME_BURST", 100_000)
    reader = RawReader(patient)
    await reader.start(FEED)
    (connection,) = patient.connections
    protocol: Any = connection._send_queue._transport  # noqa: SLF001
    ping = b"\x89\xfd" + bytes(4)  # with a mask that changes nothing
    for first in range(0, 30_000, 100):
        pings = b"".join(ping + b"%0125d" % number for number in range(first, first + 100))
        await asyncio.get_running_loop().sock_sendall(reader.socket, pings)
    await eventually(lambda: protocol._pongs.endswith(b"%0125d" % 29_999))  # noqa: SLF001
    assert protocol.transport.get_write_buffer_size() < 500_000
    assert len(protocol._pongs) < 500_000  # noqa: SLF001
    reader.socket.close()
