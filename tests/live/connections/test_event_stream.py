"""Event streams: exact messages, resuming, and every way in which one ends."""

import asyncio
import re
import socket
from typing import Any

import pytest

from live.feed import event_log
from live.policy import ConnectionPolicy
from storage import Database, DatabaseUnavailable
from tests.live.listening import eventually
from tests.live.tiny import LONG, Site, site
from tests.live.writing import change, write
from tests.streaming import Stream, asking, connected, request

FEED = "subscription { feed { kind comment } }"
RESUMING = "subscription ($after: String) { feed(after: $after) { kind comment } }"
WIDE = "subscription { feed { comment " + " ".join(f"c{number}: cursor" for number in range(300)) + " } }"
COMPLETE = "event: complete\ndata: "
NOWHERE = "999-00000000"


async def listening(stream: Stream) -> str:
    """Wait for a subscription to have its place in the feed: its cursor."""
    await stream.begun()
    return (await stream.hear()).removeprefix("id: ")


async def joined(tiny: Site, count: int = 1) -> None:
    """Wait for so many to be told what happens from now on."""
    await eventually(lambda: sum(len(group.members) for group in tiny.hub._subscriptions) == count)  # noqa: SLF001


async def places(count: int) -> list[str]:
    """The cursors of the last events of the log."""
    return [event.cursor for event in await event_log.read_after(0, 1000)][-count:]


def event(cursor: str, kind: str, comment: int) -> str:
    data = f'{{"data":{{"feed":{{"kind":"{kind}","comment":{comment}}}}}}}'
    return f"event: next\nid: {cursor}\ndata: {data}"


# Operations.


async def test_a_query_is_answered_and_completed_and_the_connection_goes_on(tiny: Site) -> None:
    body = {"query": "query ($name: String) { hello(name: $name) }", "variables": {"name": "Ada"}}
    async with connected(tiny.port) as stream:
        for _ in range(2):
            await stream.ask(request("POST", "/graphql", body))
            assert stream.status == 200
            assert re.fullmatch(r"[1-3]\d\d\d", await stream.begun())
            assert await stream.rest() == ['event: next\ndata: {"data":{"hello":"Hello Ada"}}', COMPLETE]


async def test_a_mutation_is_answered_and_completed(tiny: Site) -> None:
    async with asking(tiny.port, "mutation { write(comment: 7) }") as stream:
        await stream.begun()
        assert await stream.rest() == ['event: next\ndata: {"data":{"write":7}}', COMPLETE]


async def test_an_operation_that_is_refused_is_told_so_on_the_stream(tiny: Site) -> None:
    async with asking(tiny.port, "{ nonsense }") as stream:
        await stream.begun()
        answer = await stream.answer()
        assert await stream.rest() == [COMPLETE]
    assert set(answer) == {"errors"}
    assert "nonsense" in answer["errors"][0]["message"]


async def test_a_bug_is_masked(tiny: Site) -> None:
    async with asking(tiny.port, "{ bug }") as stream:
        await stream.begun()
        assert await stream.rest() == ['event: next\ndata: {"errors":[{"message":"masked"}]}', COMPLETE]


async def test_a_subscription_hears_events_with_their_places(tiny: Site) -> None:
    async with asking(tiny.port, FEED) as stream:
        assert await listening(stream) == str(await event_log.current())
        await joined(tiny)
        await write(change(1), change(2))
        first, second = await places(2)
        assert await stream.hear() == event(first, "CommentAdded", 1)
        assert await stream.hear() == event(second, "CommentAdded", 2)


async def test_sockets_and_streams_share_what_is_rendered(tiny: Site) -> None:
    async with tiny.speaker() as client, asking(tiny.port, FEED) as one, asking(tiny.port, FEED) as other:
        await client.init()
        await client.start("f", FEED)
        for stream in (one, other):
            await listening(stream)
        await joined(tiny, 3)
        await write(change(1))
        (cursor,) = await places(1)
        assert await one.hear() == await other.hear() == event(cursor, "CommentAdded", 1)
        assert (await client.hear())["payload"]["data"]["feed"]["comment"] == 1
    assert tiny.endpoint.rendered == 1


async def test_a_subscription_that_cannot_be_served_ends(tiny: Site) -> None:
    async with asking(tiny.port, "subscription { broken { kind } }") as stream:
        await listening(stream)
        await joined(tiny)
        await write(change(1))
        answer = await stream.answer()
        assert answer["errors"][0]["extensions"] == {"code": "INTERNAL_ERROR"}
        assert await stream.rest() == [COMPLETE]


async def test_a_long_answer_arrives_whole(tiny: Site) -> None:
    async with asking(tiny.port, "{ long }") as stream:
        await stream.begun()
        assert await stream.answer() == {"data": {"long": LONG}}
        assert await stream.rest() == [COMPLETE]


# Resuming.


async def test_a_stream_resumes_behind_the_last_event_that_was_had(tiny: Site) -> None:
    """What the browser says goes before what the page said when it began."""
    start = str(await event_log.current())
    await write(*(change(number) for number in range(1, 301)))
    seen, *missed = await places(300)
    async with asking(tiny.port, RESUMING, {"after": start}, Last_Event_ID=seen) as stream:
        await stream.begun()
        heard = [await stream.hear() for _ in missed]
        await write(change(301))
        (new,) = await places(1)
        assert await stream.hear() == event(new, "CommentAdded", 301)
    assert heard == [event(cursor, "CommentAdded", number) for number, cursor in enumerate(missed, 2)]


async def test_who_has_heard_nothing_yet_can_come_back_to_where_it_began(tiny: Site) -> None:
    async with asking(tiny.port, FEED) as stream:
        place = await listening(stream)
    await write(change(1))
    async with asking(tiny.port, FEED, Last_Event_ID=place) as stream:
        await stream.begun()
        assert await stream.hear() == event((await places(1))[0], "CommentAdded", 1)


async def test_a_place_that_is_lost_is_told_and_gone_on_from(tiny: Site) -> None:
    await write(change(1))
    async with asking(tiny.port, RESUMING, Last_Event_ID=NOWHERE) as stream:
        await stream.begun()
        now = str(await event_log.current())
        data = '{"data":{"feed":{"kind":"FeedReset","comment":null}}}'
        assert await stream.hear() == f"event: next\nid: {now}\ndata: {data}"
        await joined(tiny)
        await write(change(2))
        assert await stream.hear() == event((await places(1))[0], "CommentAdded", 2)


async def test_a_cursor_that_never_was_one_is_refused(tiny: Site) -> None:
    async with asking(tiny.port, RESUMING, {"after": "x"}) as stream:
        await stream.begun()
        answer = await stream.answer()
        assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
        assert await stream.rest() == [COMPLETE]


# Keeping.


async def test_a_silent_stream_is_kept_alive(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(ping_interval=0.05)) as tiny, asking(tiny.port, FEED) as stream:
        await listening(stream)
        assert [await stream.hear() for _ in range(3)] == [":"] * 3


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


# Endings.


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


async def test_a_server_without_a_direct_transport_closes_with_the_same_codes(
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


# Readers that stop.


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
