"""One subscriber's socket, made to cost as little as possible: frames are counted where they arrive, not decoded."""

import asyncio
import base64
import struct
from typing import Protocol, cast

import orjson

PROTOCOL = "graphql-transport-ws"
TEXT, CLOSE, PING = 0x81, 0x88, 0x89
MASKED = 0x80
"""Clients must mask. A mask of zeros is one, and leaves the bytes as they are."""
TWO_BYTES, EIGHT_BYTES = 126, 127
NEXT = b'"next"'
BEGINNING = 128
"""A message says within so many bytes that it is an event."""


class Audience(Protocol):
    """Who is told what the listeners hear."""

    def begun(self) -> None:
        """One more has subscribed, as far as it knows."""

    def heard(self) -> None:
        """One more event has arrived somewhere."""

    def lost(self, why: str) -> None:
        """A socket was closed, or said what it should not."""


class Listener(asyncio.Protocol):
    """Subscribes as soon as it is connected, and keeps the last event as it came.

    Without a subscription it speaks no protocol: whatever comes is an event.
    """

    __slots__ = ("_audience", "_bytes", "_open", "_subscription", "count", "last", "size", "transport")

    def __init__(self, audience: Audience, subscription: bytes | None) -> None:
        self._audience = audience
        self._subscription = subscription
        self._open = False
        self._bytes = b""
        self.count = 0
        self.size = 0
        self.last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a websocket."""
        self.transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(struct.pack("!QQ", id(self), 0)).decode()
        self.transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Count the events."""
        if self._bytes:
            data = self._bytes + data
        if not self._open:
            data = self._shake_hands(data)
        place, end = 0, len(data)
        while end - place >= 2:  # noqa: PLR2004 - a frame begins with two bytes
            length, start = data[place + 1], place + 2
            if length >= TWO_BYTES:
                start = place + (4 if length == TWO_BYTES else 10)
                if end < start:
                    break
                length = int.from_bytes(data[place + 2 : start])
            stop = start + length
            if stop > end:
                break
            self._take(data[place], data, start, stop)
            place = stop
        self._bytes = data[place:]

    def connection_lost(self, error: Exception | None) -> None:
        """Say so."""
        self._audience.lost(f"a socket was closed: {error}")

    def send(self, message: bytes, kind: int = TEXT) -> None:
        """Send a frame."""
        if len(message) < TWO_BYTES:
            header = struct.pack("!BB", kind, MASKED | len(message))
        else:
            header = struct.pack("!BBH", kind, MASKED | TWO_BYTES, len(message))
        self.transport.write(header + bytes(4) + message)

    def _shake_hands(self, data: bytes) -> bytes:
        head, blank, rest = data.partition(b"\r\n\r\n")
        if not blank:
            return data
        if not head.startswith(b"HTTP/1.1 101"):
            self._audience.lost(f"no websocket: {head[:80].decode(errors='replace')}")
            return b""
        self._open = True
        if self._subscription is None:
            self._audience.begun()
        else:
            self.send(b'{"type":"connection_init"}')
        return rest

    def _take(self, kind: int, data: bytes, start: int, stop: int) -> None:
        if kind == TEXT and (
            self._subscription is None or data.find(NEXT, start, min(stop, start + BEGINNING)) >= 0
        ):
            self.count += 1
            self.size += stop - start
            self.last = data[start:stop]
            self._audience.heard()
        else:
            self._answer(kind, data[start:stop])

    def _answer(self, kind: int, message: bytes) -> None:
        if kind == PING:
            self.send(message, kind=0x8A)
        elif kind == TEXT and self._subscription is not None:
            match orjson.loads(message)["type"]:
                case "connection_ack":
                    self.send(self._subscription)
                    self._audience.begun()
                case "ping":
                    self.send(b'{"type":"pong"}')
                case _:
                    self._audience.lost(f"heard {message[:200].decode()}")
        elif kind == CLOSE:
            self._audience.lost(f"closed with {message.decode(errors='replace')}")
