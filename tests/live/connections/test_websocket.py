"""A websocket's messages, to the letter: what is answered how, and what closes the socket."""

import json
from typing import Any

import pytest

from live.feed import event_log
from live.policy import ConnectionPolicy
from storage import Database
from tests.live.listening import eventually
from tests.live.speaking import INIT, Speaker, event
from tests.live.tiny import Site, listening, site
from tests.live.writing import change, write

MUTATION = "mutation { write(comment: 7) }"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b'{"type":"ping"}', "Messages are text frames"),
        ("", "The message is not valid JSON"),
        ("{", "The message is not valid JSON"),
        ('{"type":"ping"} {}', "The message is not valid JSON"),
        ('{"type":"ping","payload":{"a":NaN}}', "The message is not valid JSON"),
        ('{"type":"ping","payload":{"a":"\\ud800"}', "The message is not valid JSON"),
        ('{"type":"ping","payload":' + '{"a":' * 5000 + "1" + "}" * 5001, "The message is not valid JSON"),
        ("[" * 30_000, "The message is not valid JSON"),
        ('{"type":"ping","payload":{"a":' + "9" * 5000 + "}}", "The message is not valid JSON"),
        ("null", "The message is not a JSON object"),
        ("7", "The message is not a JSON object"),
        ('"ping"', "The message is not a JSON object"),
        ('[{"type":"ping"}]', "The message is not a JSON object"),
        ("{}", "The message has no type"),
        ({"type": None}, "The message has no type"),
        ({"type": 7}, "The message has no type"),
        ({"type": ["ping"]}, "The message has no type"),
        ({"type": "start"}, "Clients send no message of type 'start'"),
        ({"type": "next", "id": "1", "payload": {}}, "Clients send no message of type 'next'"),
        ({"type": "connection_ack"}, "Clients send no message of type 'connection_ack'"),
        ({"type": "x" * 9999}, f"Clients send no message of type '{'x' * 40}'"),
        ({"type": "ping", "payload": "text"}, "The message's payload is not an object"),
        ({"type": "pong", "payload": 7}, "The message's payload is not an object"),
        ({"type": "connection_init", "payload": []}, "The message's payload is not an object"),
        ({"type": "subscribe", "id": "1", "payload": "{ hello }"}, "The message's payload is not an object"),
        ({"type": "subscribe", "id": "1", "payload": [{}]}, "The message's payload is not an object"),
        ({"type": "subscribe", "id": "1", "payload": None}, "The message has no payload"),
        ({"type": "subscribe", "id": "1"}, "The message has no payload"),
        ({"type": "subscribe", "payload": {}}, "The message's id is not a non-empty string"),
        ({"type": "subscribe", "id": None, "payload": {}}, "The message's id is not a non-empty string"),
        ({"type": "subscribe", "id": 7, "payload": {}}, "The message's id is not a non-empty string"),
        ({"type": "subscribe", "id": "", "payload": {}}, "The message's id is not a non-empty string"),
        ({"type": "subscribe", "id": {}, "payload": {}}, "The message's id is not a non-empty string"),
        (
            {"type": "subscribe", "id": "1" * 257, "payload": {}},
            "The message's id is longer than 256 characters",
        ),
        ({"type": "complete"}, "The message's id is not a non-empty string"),
        ({"type": "complete", "id": 7}, "The message's id is not a non-empty string"),
    ],
)
async def test_a_message_that_is_not_in_the_protocol_closes_the_socket(
    client: Speaker, message: object, reason: str
) -> None:
    await client.say(message)
    assert await client.closing() == (4400, reason)


async def test_one_clients_nonsense_leaves_the_others_alone(tiny: Site) -> None:
    async with tiny.speaker() as good, tiny.speaker() as bad:
        await good.init()
        await listening(good, tiny, "1")
        await bad.say("[" * 60_000)
        assert (await bad.closing())[0] == 4400
        await write(change(1))
        assert await good.hear() == event("1", "CommentAdded", 1)


async def test_half_a_surrogate_pair_is_echoed_as_it_came(client: Speaker) -> None:
    pong = {"type": "pong", "payload": {"a": "Nice \ud83d"}}
    await client.say('{"type":"ping","payload":{"a":"Nice \\ud83d"}}')
    assert json.loads(await client.socket.recv()) == pong


async def test_a_frame_that_is_too_large_closes(client: Speaker) -> None:
    await client.say({"type": "ping", "payload": {"a": "x" * 70_000}})
    assert (await client.closing())[0] == 1009


@pytest.mark.parametrize("payload", [{}, {"payload": {}}, {"payload": {"a": [1, "é"]}}])
async def test_a_ping_is_answered_with_its_payload(speaker: Speaker, payload: dict[str, Any]) -> None:
    await speaker.say({"type": "ping", **payload})
    assert await speaker.hear() == {"type": "pong", **payload}


async def test_a_pong_needs_no_answer(client: Speaker) -> None:
    await client.say({"type": "pong"}, {"type": "pong", "payload": {"a": 1}})
    assert await client.lives()


async def test_nothing_is_done_behind_a_message_that_closes_the_socket(client: Speaker, tiny: Site) -> None:
    await client.say("nonsense", {"id": "1", "type": "subscribe", "payload": {"query": MUTATION}})
    assert (await client.closing())[0] == 4400
    await eventually(lambda: len(tiny.connections) == 0)
    assert await event_log.read_after(0, 10) == []


async def test_too_many_frames_close(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(frames_per_second=1, frame_burst=20)) as tiny, tiny.speaker() as client:
        await client.say(*[{"type": "pong"}] * 20)
        await client.say({"type": "pong"})
        assert await client.closing() == (4430, "Too many messages a second")


async def test_a_server_without_a_direct_transport_closes_with_the_same_codes(
    sqlite_database: Database,
) -> None:
    assert sqlite_database
    async with site(protocol="websockets-sansio") as tiny:
        async with tiny.speaker() as client:
            await client.init()
            await client.say(INIT)
            assert await client.closing() == (4429, "Too many initialisation requests")
        async with tiny.speaker() as client:
            await client.init()
            await tiny.connections.drain(0, 1)
            assert await client.closing() == (1012, "Service restart")
