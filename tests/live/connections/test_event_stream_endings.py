"""Every way in which an event stream is kept alive, ends, or is cut off."""

import asyncio
import socket
from typing import Any

import pytest

from live.policy import ConnectionPolicy
from storage import Database, DatabaseUnavailable
from tests.live.connections.streams import (
    COMPLETE,
    FEED,
    WIDE,
    event,
    joined,
    listening,
    places,
)
from tests.live.listening import eventually
from tests.live.tiny import Site, site
from tests.live.writing import change, write
from tests.streaming import Stream, asking, connected, request


async def test_a_silent_stream_is_kept_alive(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(ping_interval=0.05)) as tiny, asking(tiny.port, FEED) as stream:
        await listening(stream)
        heard = [await stream.hear() for _ in range(4)]  # the position may come after the first of them
        assert heard.count(":") >= 3


async def test_a_client_that_leaves_is_noticed_without_speaking_to_it(tiny: Site) -> None:
    async with asking(tiny.port, FEED) as following, asking(tiny.port, "{ wait }") as waiting:
        await listening(following)
        await waiting.begun()
        await joined(tiny)
        await eventually(lambda: tiny.endpoint.waiting == 1)
    await eventually(lambda: len(tiny.connections) == 0)
    assert tiny.endpoint.cancelled == 1
    assert not list(tiny.hub._subscriptions)  # noqa: SLF001 - nothing says so on the wire


async def test_a_client_that_vanishes_without_a_word_is_given_up(tiny: Site) -> None:
    """Whose machine has lost its network says nothing any more; what was sent is not acknowledged, then."""
    async with asking(tiny.port, FEED) as stream:
        await listening(stream)
        (connection,) = tiny.connections
        protocol: Any = connection._send_queue._transport  # noqa: SLF001
        kernel = protocol.transport.get_extra_info("socket")
        assert kernel.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


async def test_a_session_that_ends_takes_its_streams_along(tiny: Site) -> None:
    ended = asking(tiny.port, FEED, Authorization="Bearer 7/70")
    kept = asking(tiny.port, FEED, Authorization="Bearer 7/71")
    async with ended as one, kept as other:
        await listening(one)
        await listening(other)
        await joined(tiny, 2)
        tiny.connections.close_sessions({70})
        assert await one.rest() == [": The session has ended"]
        await write(change(1))
        assert await other.hear() == event((await places(1))[0], "CommentAdded", 1)


async def test_a_session_that_ends_before_its_stream_begins_is_not_let_in(tiny: Site) -> None:
    body = {"query": FEED, "variables": {}}
    async with connected(tiny.port) as stream:
        asked = asyncio.create_task(
            stream.ask(request("POST", "/graphql", body, Authorization="Bearer slow"))
        )
        await eventually(lambda: len(tiny.connections) == 1)
        tiny.connections.close_sessions({10})
        tiny.endpoint.gate.set()
        await asked
        assert stream.status == 500  # the tiny site has no better answer


async def test_signing_out_is_answered_before_the_stream_ends(tiny: Site) -> None:
    async with asking(tiny.port, "mutation { signOut }", Authorization="Bearer 7/70") as stream:
        await stream.begun()
        assert await stream.rest() == ['event: next\ndata: {"data":{"signOut":true}}', COMPLETE]


async def test_draining_ends_streams_so_that_they_are_asked_for_again(tiny: Site) -> None:
    async with asking(tiny.port, FEED) as stream:
        await listening(stream)
        await joined(tiny)
        await tiny.connections.drain(0, 1)
        assert await stream.rest() == [": Service restart"]
    async with asking(tiny.port, FEED) as late:
        await late.begun()
        assert await late.rest() == [": Service restart"]


async def test_draining_lets_running_operations_answer(tiny: Site) -> None:
    async with asking(tiny.port, "{ wait }") as stream:
        await stream.begun()
        await eventually(lambda: tiny.endpoint.waiting == 1)
        draining = asyncio.create_task(tiny.connections.drain(0, 5))
        await asyncio.sleep(0)
        tiny.endpoint.gate.set()
        assert await stream.rest() == ['event: next\ndata: {"data":{"wait":"waited"}}', COMPLETE]
        await draining


async def test_draining_does_not_wait_for_ever(tiny: Site) -> None:
    async with asking(tiny.port, "{ wait }") as stream:
        await stream.begun()
        await eventually(lambda: tiny.endpoint.waiting == 1)
        await tiny.connections.drain(0, 0.05)
        assert await stream.rest() == [": Service restart"]
    assert tiny.endpoint.cancelled == 1


async def test_a_database_that_is_away_asks_to_try_again(tiny: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> Any:
        raise DatabaseUnavailable("away")

    async with asking(tiny.port, "{ hello }") as stream:
        await stream.rest()
    monkeypatch.setattr("live.connections.event_stream.event_log.current", away)
    async with asking(tiny.port, FEED) as stream:
        await stream.begun()
        assert await stream.rest() == [": Try again later"]
    assert tiny.endpoint.described[-1] == "DatabaseUnavailable"


async def test_a_server_without_a_direct_transport_serves_streams_too(
    sqlite_database: Database,
) -> None:
    assert sqlite_database
    async with site(http="h11") as tiny, asking(tiny.port, FEED) as stream:
        await listening(stream)
        await joined(tiny)
        await write(change(1))
        assert await stream.hear() == event((await places(1))[0], "CommentAdded", 1)
        await tiny.connections.drain(0, 1)
        assert await stream.rest() == [": Service restart"]


async def flood(count: int) -> None:
    """So many events that no buffer on the way holds them."""
    for first in range(1, count + 1, 50):
        await write(*(change(number) for number in range(first, min(first + 50, count + 1))))


async def reluctant(port: int) -> Stream:
    """A client with a small buffer in its kernel and another in its reader."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=1024)
    stream = Stream(reader, writer)
    await stream.ask(request("POST", "/graphql", {"query": WIDE, "variables": {}}))
    await listening(stream)
    return stream


async def hear_numbers(stream: Stream, heard: list[int], count: int = 1_000_000) -> None:
    """Keep the numbers of so many comments as they come."""
    while len(heard) < count:
        heard.append((await stream.answer())["data"]["feed"]["comment"])


async def test_a_reader_that_pauses_catches_up_and_misses_nothing(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(buffer=20_000)) as tiny:
        stream = await reluctant(tiny.port)
        await joined(tiny)
        await flood(200)
        (connection,) = tiny.connections
        send_queue = connection._send_queue  # noqa: SLF001
        await eventually(lambda: send_queue.stalled_since is not None and send_queue.full)
        assert send_queue._size < 60_000  # noqa: SLF001
        heard: list[int] = []
        await hear_numbers(stream, heard, 200)
        stream.writer.close()
    assert heard == list(range(1, 201))


async def test_a_reader_that_reads_nothing_is_cut_off(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(buffer=20_000, stall_timeout=0.3)) as tiny:
        stream = await reluctant(tiny.port)
        await joined(tiny)
        await flood(200)
        await eventually(lambda: len(tiny.connections) == 0)
        assert not list(tiny.hub._subscriptions)  # noqa: SLF001
        heard: list[int] = []
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await hear_numbers(stream, heard)
        assert heard == list(range(1, len(heard) + 1))
        stream.writer.close()


async def test_a_reader_that_reads_nothing_does_not_keep_the_server_from_stopping(
    sqlite_database: Database,
) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(buffer=20_000)) as tiny:
        stream = await reluctant(tiny.port)
        await joined(tiny)
        await flood(200)
        (connection,) = tiny.connections
        await eventually(lambda: connection._send_queue.stalled_since is not None)  # noqa: SLF001
        await tiny.connections.drain(0, 5)
        assert len(tiny.connections) == 0
        stream.writer.close()
