"""A client that is answered while it still sends: what it reads is the answer, and no connection reset."""

import asyncio

import httpx
import pytest

from tests.server.running import Server

MEGABYTE = bytes(2**20)
UPLOAD = b"POST /uploads HTTP/1.1\r\nHost: blog.example\r\nContent-Type: image/png\r\n"


@pytest.mark.parametrize(
    "header", [b"Connection: close\r\n", b"", b"Connection: keep-alive\r\n"], ids=["close", "default", "kept"]
)
async def test_who_has_sent_everything_reads_the_answer(sqlite_site: Server, header: bytes) -> None:
    """As proxies do that open a connection for each request: they read when they have sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(sqlite_site.url).port)
    writer.write(UPLOAD + header + b"Content-Length: %d\r\n\r\n" % (8 * len(MEGABYTE)))
    for _ in range(8):
        writer.write(MEGABYTE)
        await writer.drain()
        await asyncio.sleep(0.01)
    heard = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    assert heard.startswith(b"HTTP/1.1 401 ")
    assert (b"connection: close" in heard) == (b"close" in header)
    writer.close()


async def test_what_comes_behind_such_an_answer_is_nothing_to_anybody(sqlite_site: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(sqlite_site.url).port)
    writer.write(UPLOAD + b"Connection: close\r\nContent-Length: 100000\r\n\r\n")
    heard = await asyncio.wait_for(reader.readuntil(b"UNAUTHENTICATED"), 10)
    writer.write(bytes(100_000) + UPLOAD + b"Content-Length: 0\r\n\r\n")
    heard += await asyncio.wait_for(reader.read(), 10)
    assert heard.count(b"HTTP/1.1 ") == 1
    writer.close()
