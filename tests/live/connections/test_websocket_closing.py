"""What closes an open websocket: silence, a session that ends, and a server that stops."""

import asyncio

import pytest

from live.connections.registry import ConnectionRegistry
from live.policy import ConnectionPolicy
from storage import Database
from tests.live.listening import eventually
from tests.live.speaking import INIT, event
from tests.live.tiny import Site, listening, site
from tests.live.writing import change, write


async def test_a_silent_client_is_pinged_and_stays_when_it_answers(sqlite_database: Database) -> None:
    assert sqlite_database
    policy = ConnectionPolicy(ping_interval=0.05, pong_timeout=0.2)
    async with site(policy) as tiny, tiny.speaker() as client:
        await client.init()
        for _ in range(6):
            assert await client.hear() == {"type": "ping"}
            await client.say({"type": "pong"})


async def test_many_clients_are_looked_after_in_slices(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_database
    monkeypatch.setattr("live.connections.registry.SLICE_CONNECTIONS", 1)
    policy = ConnectionPolicy(ping_interval=0.05, pong_timeout=5)
    async with site(policy) as tiny, tiny.speaker() as first, tiny.speaker() as second:
        await first.init()
        await second.init()
        assert [await first.hear(), await second.hear()] == [{"type": "ping"}] * 2


async def test_sockets_that_were_never_looked_after_can_be_closed(tiny: Site) -> None:
    await ConnectionRegistry().close()


async def test_a_client_that_does_not_answer_a_ping_is_closed(sqlite_database: Database) -> None:
    assert sqlite_database
    async with (
        site(ConnectionPolicy(ping_interval=0.05, pong_timeout=0.05)) as tiny,
        tiny.speaker() as client,
    ):
        await client.init()
        assert await client.hear() == {"type": "ping"}
        assert await client.closing() == (4432, "No answer to a ping")


async def test_a_revoked_session_closes_its_sockets_only(tiny: Site) -> None:
    async with tiny.speaker() as first, tiny.speaker() as second, tiny.speaker() as other:
        await first.init(token="7/70")
        await second.init(token="7/70")
        await other.init(token="7/71")
        await listening(first, tiny, "f")
        tiny.connections.close_sessions({70})
        assert await first.closing() == (4403, "The session has ended")
        assert await second.closing() == (4403, "The session has ended")
        assert await other.lives()


async def test_a_session_that_ends_while_it_connects_is_not_let_in(tiny: Site) -> None:
    async with tiny.speaker() as speaker:
        await speaker.say({**INIT, "payload": {"token": "slow"}})
        await eventually(lambda: len(tiny.connections) == 1)
        await asyncio.sleep(0.02)
        tiny.connections.close_sessions({99})
        tiny.connections.close_sessions({10})
        tiny.endpoint.gate.set()
        assert await speaker.closing() == (4403, "The session has ended")


async def test_signing_out_on_the_socket_is_answered_before_it_closes(tiny: Site) -> None:
    async with tiny.speaker() as client:
        await client.init(token="7/70")
        await client.start("out", "mutation { signOut }")
        assert await client.hear() == {"id": "out", "type": "next", "payload": {"data": {"signOut": True}}}
        assert await client.hear() == {"id": "out", "type": "complete"}
        assert await client.closing() == (4403, "The session has ended")


async def test_a_session_that_has_ended_hears_nothing_while_its_last_operation_runs(tiny: Site) -> None:
    async with tiny.speaker() as client:
        await client.init(token="7/70")
        await listening(client, tiny, "f")
        await client.start("w", "{ wait }")
        await eventually(lambda: tiny.endpoint.waiting == 1)
        tiny.connections.close_sessions({70})
        tiny.connections.close_sessions({70})
        await write(change(1))
        await client.start("late", "{ hello }")
        assert await client.closing() == (4403, "The session has ended")
    assert tiny.endpoint.cancelled == 1


async def test_draining_closes_every_socket_and_every_new_one(tiny: Site) -> None:
    async with tiny.speaker() as first, tiny.speaker() as second:
        await first.init()
        await listening(first, tiny, "f")
        await tiny.connections.drain(0, 1)
        assert await first.closing() == (1012, "Service restart")
        assert await second.closing() == (1012, "Service restart")
        assert len(tiny.connections) == 0
        async with tiny.speaker() as late:
            assert await late.closing() == (1012, "Service restart")


async def test_a_socket_whose_turn_comes_later_goes_on_and_leaves_when_it_asks_for_more(
    tiny: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.staggering.HARMLESS_PER_SECOND", 0.01)
    async with tiny.speaker() as first, tiny.speaker() as second:
        for client in (first, second):
            await client.init()
            await listening(client, tiny, "f")
        draining = asyncio.create_task(tiny.connections.drain(60, 60))
        await eventually(lambda: len(tiny.connections) == 1)
        await write(change(1))
        heard = await asyncio.gather(first.hear(), second.hear(), return_exceptions=True)
        (left,) = [
            client
            for client, frame in zip((first, second), heard, strict=True)
            if frame == event("f", "CommentAdded", 1)
        ]
        await left.start("late", "{ hello }")
        assert await left.closing() == (1012, "Service restart")
        draining.cancel()


async def test_draining_lets_running_operations_answer(tiny: Site) -> None:
    async with tiny.speaker() as client:
        await client.init()
        await client.start("w", "{ wait }")
        await eventually(lambda: tiny.endpoint.waiting == 1)
        draining = asyncio.create_task(tiny.connections.drain(0, 5))
        await asyncio.sleep(0.05)
        tiny.endpoint.gate.set()
        assert (await client.hear())["payload"] == {"data": {"wait": "waited"}}
        assert (await client.hear())["type"] == "complete"
        assert await client.closing() == (1012, "Service restart")
        await draining


async def test_draining_does_not_wait_for_ever(tiny: Site) -> None:
    async with tiny.speaker() as client:
        await client.init()
        await client.start("w", "{ wait }")
        await eventually(lambda: tiny.endpoint.waiting == 1)
        await tiny.connections.drain(0, 0.05)
        assert await client.closing() == (1012, "Service restart")
        assert tiny.endpoint.cancelled == 1


async def test_draining_nothing_takes_no_time(tiny: Site) -> None:
    async with asyncio.timeout(1):
        await tiny.connections.drain(60, 60)
