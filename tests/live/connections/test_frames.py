"""Websocket frames that no client library would send, and those that few do."""

import asyncio
import logging
import os
import struct

import pytest
from websockets.exceptions import ConnectionClosed

from storage import Database
from tests.live.listening import eventually
from tests.live.speaking import Speaker
from tests.live.tiny import Site, site

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FIN, MASK = 0x80, 0x80
HELLO = b'{"type":"ping","payload":{"name":"\xc3\xa9\xf0\x9f\x92\xac"}}'
ANSWER = {"type": "pong", "payload": {"name": "é💬"}}


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, reserved: int = 0) -> bytes:
    """A frame as clients send it: RFC 6455, section 5.2."""
    first = (FIN if fin else 0) | reserved | opcode
    if len(data) < 126:
        head = struct.pack("!BB", first, MASK | len(data))
    else:
        head = struct.pack("!BBH", first, MASK | 126, len(data))
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


def long_frame(data: bytes) -> bytes:
    """A text of more than 64 KiB in one frame, masked by nothing."""
    return struct.pack("!BBQ", FIN | TEXT, MASK | 127, len(data)) + bytes(4) + data


async def send(client: Speaker, *frames: bytes) -> None:
    """Put bytes on the wire, past the client's library."""
    client.socket.transport.write(b"".join(frames))


@pytest.mark.parametrize("size", [1, 7, 36, 37, 50])
async def test_a_message_may_come_in_pieces(client: Speaker, size: int) -> None:
    """Also where a character is broken apart, and with control frames in between."""
    pieces = [HELLO[start : start + size] for start in range(0, len(HELLO), size)]
    frames = [frame(TEXT if number == 0 else CONT, piece, fin=False) for number, piece in enumerate(pieces)]
    await send(client, *[each + frame(PONG, b"?") for each in frames], frame(CONT))
    assert await client.hear() == ANSWER
    assert await client.lives()


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([frame(TEXT, b"\xff\xff")], 1007),
        ([frame(TEXT, b'{"type":"ping","payload":{"a":"\xed\xa0\x80"}}')], 1007),
        ([frame(TEXT, HELLO[:37], fin=False), frame(CONT, b'"}}')], 1007),
        ([frame(TEXT, b"x" * 40_000, fin=False), frame(CONT, b"x" * 40_000)], 1009),
        ([frame(BINARY, HELLO)], 4400),
        ([frame(BINARY, HELLO[:10], fin=False), frame(CONT, HELLO[10:])], 4400),
        ([frame(CONT, b"x")], 1002),
        ([frame(TEXT, b"x", fin=False), frame(TEXT, HELLO)], 1002),
        ([frame(TEXT, HELLO, reserved=0x40)], 1002),
        ([frame(3, HELLO)], 1002),
        ([frame(PING, b"x" * 126)], 1002),
        ([frame(PING, b"x", fin=False)], 1002),
        ([b"\x81\x02{}"], 1002),
        ([frame(TEXT, b"\xff\xff"), frame(CLOSE, b"\x03\xe8")], 1000),
        ([frame(TEXT, HELLO), frame(CLOSE, b"\x03\xe8")], 1000),
        ([frame(PING)] * 600 + [frame(CLOSE, b"\x03\xe8")], 1000),
        ([frame(CONT, fin=False)] * 600 + [frame(CLOSE, b"\x03\xe8")], 1002),
        ([b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"], 1009),
    ],
)
async def test_what_is_no_frame_of_a_text_closes(
    client: Speaker, frames: list[bytes], code: int, caplog: pytest.LogCaptureFixture
) -> None:
    await send(client, *frames)
    assert (await client.closing())[0] == code
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_half_a_frame_leaves_nothing_behind(tiny: Site) -> None:
    async with tiny.speaker() as client:
        await client.init()
        await send(client, frame(TEXT, HELLO)[:20])
        client.socket.transport.abort()
    await eventually(lambda: len(tiny.connections) == 0)


@pytest.mark.parametrize("opcode", [PING, PONG, CONT])
async def test_a_flood_of_frames_that_are_no_messages_closes(sqlite_database: Database, opcode: int) -> None:
    assert sqlite_database
    async with site() as tiny, tiny.speaker() as client:
        await client.init()
        await send(client, frame(TEXT, b"x", fin=False))
        await send(client, *[frame(opcode, fin=opcode != CONT)] * 2000)
        assert await client.closing() == (4430, "Too many frames a second")


async def test_a_ping_of_the_websocket_is_answered(client: Speaker) -> None:
    async with asyncio.timeout(10):
        await (await client.socket.ping(b"are you there"))
    assert await client.lives()


async def fits(speaker: Speaker, size: int) -> bool:
    """Whether a message of about so many bytes is taken."""
    await speaker.say({"type": "ping", "payload": {"a": "x" * size}})
    try:
        return bool((await speaker.hear())["type"] == "pong")
    except ConnectionClosed as closed:
        return closed.rcvd is None or closed.rcvd.code != 1009


async def test_only_who_is_signed_in_may_send_long_messages(sqlite_database: Database) -> None:
    """Each socket's could be in memory, and anybody may open some hundreds of them."""
    assert sqlite_database
    async with site(largest_frame=2**20) as tiny, tiny.speaker() as stranger, tiny.speaker() as author:
        await stranger.init()
        await author.init(token="1/10")
        assert await fits(stranger, 65_000)
        assert await fits(author, 1_000_000)
        assert not await fits(stranger, 66_000)
        assert not await fits(author, 1_048_577)
