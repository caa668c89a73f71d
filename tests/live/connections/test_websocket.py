"""graphql-transport-ws to the letter: exact messages and close codes, and what leaves the neighbours alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from live.connections.registry import ConnectionRegistry
from live.feed import event_log
from live.policy import ConnectionPolicy
from storage import Database
from tests.live.listening import eventually
from tests.live.tiny import LONG, Site, Speaker, site
from tests.live.writing import change, write


@pytest.fixture
async def tiny(sqlite_database: Database) -> AsyncIterator[Site]:
    assert sqlite_database
    async with site() as running:
        yield running


@pytest.fixture
async def speaker(tiny: Site) -> AsyncIterator[Speaker]:
    """A client that has not said anything yet."""
    async with tiny.speaker() as speaker:
        yield speaker


@pytest.fixture
async def client(speaker: Speaker) -> Speaker:
    """A client that has been acknowledged."""
    await speaker.init()
    return speaker


INIT = {"type": "connection_init"}
FEED = "subscription { feed { kind comment } }"
MUTATION = "mutation { write(comment: 7) }"


def event(id_: str, kind: str, comment: int) -> dict[str, Any]:
    return {"id": id_, "type": "next", "payload": {"data": {"feed": {"kind": kind, "comment": comment}}}}


async def listening(speaker: Speaker, tiny: Site, id_: str, query: str = FEED, **variables: object) -> None:
    """Subscribe, and be sure that the hub knows."""
    before = sum(len(group.members) for group in tiny.hub._subscriptions)  # noqa: SLF001 - nothing says so on the wire
    await speaker.start(id_, query, **variables)
    await eventually(lambda: sum(len(group.members) for group in tiny.hub._subscriptions) > before)  # noqa: SLF001


# The connection.


@pytest.mark.parametrize(
    "init", [INIT, {**INIT, "payload": {}}, {**INIT, "payload": None}, {**INIT, "id": 7}]
)
async def test_a_connection_is_acknowledged(speaker: Speaker, init: dict[str, Any]) -> None:
    await speaker.say(init)
    assert await speaker.hear() == {"type": "connection_ack"}


async def test_an_expired_token_connects_and_is_told_so(speaker: Speaker) -> None:
    await speaker.say({**INIT, "payload": {"token": "expired"}})
    extensions = {"authentication": {"code": "INVALID_TOKEN"}}
    assert await speaker.hear() == {"type": "connection_ack", "payload": {"extensions": extensions}}


async def test_the_upgrade_request_may_authenticate(tiny: Site) -> None:
    async with tiny.speaker(headers={"Authorization": "Bearer 7/70"}) as speaker:
        await speaker.init()
        tiny.connections.close_sessions({70})
        assert await speaker.closing() == (4403, "The session has ended")


async def test_a_client_that_does_not_initialise_is_closed(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(init_timeout=0.05)) as tiny, tiny.speaker() as speaker:
        assert await speaker.closing() == (4408, "Connection initialisation timeout")


async def test_a_client_that_initialises_may_take_its_time_afterwards(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(init_timeout=0.1)) as tiny, tiny.speaker() as speaker:
        await speaker.init()
        await asyncio.sleep(0.2)
        assert await speaker.lives()


async def test_a_second_initialisation_closes(client: Speaker) -> None:
    await client.say(INIT)
    assert await client.closing() == (4429, "Too many initialisation requests")


async def test_a_second_initialisation_closes_even_before_the_first_is_acknowledged(speaker: Speaker) -> None:
    await speaker.say({**INIT, "payload": {"token": "slow"}}, INIT)
    assert await speaker.closing() == (4429, "Too many initialisation requests")


async def test_an_operation_before_the_initialisation_closes(speaker: Speaker) -> None:
    await speaker.start("1", "{ hello }")
    assert await speaker.closing() == (4401, "Unauthorized")


async def test_an_operation_before_the_acknowledgement_closes(speaker: Speaker) -> None:
    await speaker.say({**INIT, "payload": {"token": "slow"}})
    await speaker.start("1", "{ hello }")
    assert await speaker.closing() == (4401, "Unauthorized")


async def test_a_database_that_is_away_asks_to_try_again(speaker: Speaker, tiny: Site) -> None:
    await speaker.say({**INIT, "payload": {"token": "database away"}})
    assert await speaker.closing() == (1013, "Try again later")
    assert tiny.endpoint.described == ["DatabaseUnavailable"]


async def test_a_bug_in_the_authentication_is_not_shown(speaker: Speaker, tiny: Site) -> None:
    await speaker.say({**INIT, "payload": {"token": "bug"}})
    assert await speaker.closing() == (4500, "Internal server error")
    assert tiny.endpoint.described == ["ZeroDivisionError"]


@pytest.mark.parametrize("offered", [[], ["soap"], ["soap", "mqtt"]])
async def test_other_subprotocols_are_not_acceptable(tiny: Site, offered: list[str]) -> None:
    async with tiny.speaker(offered) as speaker:
        assert await speaker.closing() == (4406, "Speak graphql-transport-ws")


@pytest.mark.parametrize("offered", [["graphql-ws"], ["soap", "graphql-ws"]])
@pytest.mark.parametrize("first", [INIT, {"type": "start", "id": "1"}, "nonsense", b"\x00"])
async def test_the_protocol_before_is_told_so_in_its_own_words(
    tiny: Site, caplog: pytest.LogCaptureFixture, offered: list[str], first: object
) -> None:
    async with tiny.speaker(offered) as speaker:
        assert speaker.socket.subprotocol == "graphql-ws"
        assert len(tiny.connections) == 1
        await speaker.say(first)
        told = await speaker.hear()
        assert told["type"] == "connection_error"
        assert "graphql-transport-ws" in told["payload"]["message"]
        assert await speaker.closing() == (4406, "Speak graphql-transport-ws")
    assert len([record for record in caplog.records if "sub-protocol" in record.message]) == 1
    assert len(tiny.connections) == 0


async def test_the_protocol_before_is_not_waited_for(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(init_timeout=0.05)) as tiny, tiny.speaker(["graphql-ws"]) as speaker:
        assert await speaker.closing() == (4406, "Speak graphql-transport-ws")


async def test_the_subprotocol_is_chosen_among_several(tiny: Site) -> None:
    async with tiny.speaker(["graphql-ws", "graphql-transport-ws"]) as speaker:
        assert speaker.socket.subprotocol == "graphql-transport-ws"
        await speaker.init()


async def test_another_sites_page_is_refused_before_the_socket_opens(tiny: Site) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with tiny.speaker(origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403
    assert len(tiny.connections) == 0


async def test_an_admitted_page_is_served(tiny: Site) -> None:
    async with tiny.speaker(origin="https://blog.example") as speaker:
        await speaker.init()


# Messages.


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
async def test_what_is_not_in_the_protocol_closes(client: Speaker, message: object, reason: str) -> None:
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


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({}, "The payload's query must be a string."),
        ({"query": None}, "The payload's query must be a string."),
        ({"query": 7}, "The payload's query must be a string."),
        ({"query": ["{ hello }"]}, "The payload's query must be a string."),
        ({"query": "{ hello }", "operationName": 7}, "The payload's operationName must be a string."),
        ({"query": "{ hello }", "variables": [1]}, "The payload's variables must be an object."),
        ({"query": "{ hello }", "variables": "{}"}, "The payload's variables must be an object."),
        ({"query": "{ hello }", "extensions": "x"}, "The payload's extensions must be an object."),
        ({"query": "{ hello"}, "Syntax Error: Expected Name, found <EOF>."),
        ({"query": ""}, "Syntax Error"),
        ({"query": "{ goodbye }"}, "Cannot query field 'goodbye' on type 'Query'."),
        ({"query": "query A { hello }", "operationName": "B"}, "no such operation"),
        ({"query": "query A { hello } query B { hello }"}, "no such operation"),
        (
            {"query": "query ($name: String) { hello(name: $name) }", "variables": {"name": 7}},
            "Variable '$name' has invalid value",
        ),
        (
            {
                "query": "query ($name: String) { hello(name: $name) }",
                "variables": {"name": {"a": {"b": [[[]]]}}},
            },
            "Variable '$name' has invalid value",
        ),
        (
            {"query": "mutation ($n: Int!) { write(comment: $n) }", "variables": {"n": 1e300}},
            "Variable '$n' has invalid value",
        ),
        (
            {"query": 'subscription { feed(after: "tomorrow") { kind } }'},
            "This is not a cursor of the comment feed.",
        ),
    ],
)
async def test_a_bad_operation_is_told_so_and_its_neighbours_go_on(
    client: Speaker, tiny: Site, payload: dict[str, Any], message: str
) -> None:
    await listening(client, tiny, "neighbour")
    await client.say({"id": "bad", "type": "subscribe", "payload": payload})
    heard = await client.hear()
    assert (heard["id"], heard["type"]) == ("bad", "error")
    assert heard["payload"][0]["message"].startswith(message)
    await write(change(1))
    assert await client.hear() == event("neighbour", "CommentAdded", 1)


async def test_the_extensions_may_stand_for_the_query(client: Speaker) -> None:
    await client.say({"id": "1", "type": "subscribe", "payload": {"extensions": {"persistedQuery": {}}}})
    assert await client.hear() == {"id": "1", "type": "next", "payload": {"data": {"hello": "Hello world"}}}


@pytest.mark.parametrize("payload", [{}, {"payload": {}}, {"payload": {"a": [1, "é"]}}])
async def test_a_ping_is_answered_with_its_payload(speaker: Speaker, payload: dict[str, Any]) -> None:
    await speaker.say({"type": "ping", **payload})
    assert await speaker.hear() == {"type": "pong", **payload}


async def test_a_pong_needs_no_answer(client: Speaker) -> None:
    await client.say({"type": "pong"}, {"type": "pong", "payload": {"a": 1}})
    assert await client.lives()


# Operations.


async def test_a_query_is_answered_and_completed(client: Speaker) -> None:
    await client.start("q", "query ($name: String) { hello(name: $name) }", name="Ada")
    assert await client.hear() == {"id": "q", "type": "next", "payload": {"data": {"hello": "Hello Ada"}}}
    assert await client.hear() == {"id": "q", "type": "complete"}


async def test_a_mutation_is_answered_and_completed(client: Speaker) -> None:
    await client.start("m", "mutation { write(comment: 7) }")
    assert await client.hear() == {"id": "m", "type": "next", "payload": {"data": {"write": 7}}}
    assert await client.hear() == {"id": "m", "type": "complete"}


async def test_a_bug_ends_its_operation_masked(client: Speaker, tiny: Site) -> None:
    await client.start("b", "{ bug }")
    assert await client.hear() == {"id": "b", "type": "error", "payload": [{"message": "masked"}]}
    assert tiny.endpoint.described == ["ZeroDivisionError"]
    assert await client.lives()


async def test_a_subscription_hears_events_until_it_is_completed(client: Speaker, tiny: Site) -> None:
    await listening(client, tiny, "f")
    await write(change(1))
    await write(change(2))
    assert [await client.hear(), await client.hear()] == [
        event("f", "CommentAdded", 1),
        event("f", "CommentAdded", 2),
    ]
    await client.say({"id": "f", "type": "complete"})
    assert await client.lives()
    await write(change(3))
    await asyncio.sleep(0.1)
    assert await client.lives()
    assert not list(tiny.hub._subscriptions)  # noqa: SLF001 - nothing says so on the wire


async def test_a_subscription_resumes_from_its_cursor(client: Speaker, tiny: Site) -> None:
    start = str(await event_log.current())
    await write(*(change(number) for number in range(1, 301)))
    await client.start(
        "f", "subscription ($after: String) { feed(after: $after) { kind comment } }", after=start
    )
    await client.hear()
    await write(change(301))
    heard = [await client.hear() for _ in range(300)]
    assert heard == [event("f", "CommentAdded", number) for number in range(2, 302)]


async def test_an_id_may_be_any_text(client: Speaker, tiny: Site) -> None:
    id_ = 'a "quoted" \\ ☃ \n id'
    await listening(client, tiny, id_)
    await write(change(1))
    assert await client.hear() == event(id_, "CommentAdded", 1)


async def test_subscriptions_of_one_socket_are_told_apart(client: Speaker, tiny: Site) -> None:
    await listening(client, tiny, "all")
    await listening(client, tiny, "one", "subscription { feed(post: 5) { kind comment } }")
    await write(change(1), change(2, post_id=5))
    heard = [await client.hear() for _ in range(3)]
    assert [each for each in heard if each["id"] == "one"] == [event("one", "CommentAdded", 2)]
    assert [each for each in heard if each["id"] == "all"] == [
        event("all", "CommentAdded", 1),
        event("all", "CommentAdded", 2),
    ]


@pytest.mark.parametrize("query", [FEED, "{ wait }"])
async def test_an_id_in_use_closes(client: Speaker, query: str) -> None:
    await client.start("same", query)
    await client.start("same", "{ hello }")
    assert await client.closing() == (4409, "Subscriber for same already exists")


@pytest.mark.parametrize("id_", ["é" * 256, "💬" * 256, "x" * 256])
async def test_an_id_may_be_longer_than_a_reason(client: Speaker, id_: str) -> None:
    """A reason has 123 bytes at most, and is a text."""
    await client.start(id_, "{ hello }")
    assert (await client.hear())["id"] == id_
    assert await client.hear() == {"id": id_, "type": "complete"}
    await client.start(id_, "{ wait }")
    await client.start(id_, "{ wait }")
    code, reason = await client.closing()
    whole = f"Subscriber for {id_} already exists"
    assert code == 4409
    assert whole.startswith(reason)
    assert 119 < len(reason.encode()) <= 123


async def test_nothing_is_done_behind_what_closes(client: Speaker, tiny: Site) -> None:
    await client.say("nonsense", {"id": "1", "type": "subscribe", "payload": {"query": MUTATION}})
    assert (await client.closing())[0] == 4400
    await eventually(lambda: len(tiny.connections) == 0)
    assert await event_log.read_after(0, 10) == []


async def test_an_id_can_be_used_again_after_its_operation(client: Speaker, tiny: Site) -> None:
    for _ in range(3):
        await client.start("1", "{ hello }")
        assert [(await client.hear())["type"], (await client.hear())["type"]] == ["next", "complete"]
    await client.start("1", "{ nonsense }")
    assert (await client.hear())["type"] == "error"
    await client.start("1", "{ wait }")
    await client.say({"id": "1", "type": "complete"})
    await listening(client, tiny, "1")
    await client.say({"id": "1", "type": "complete"})
    await client.start("1", "{ hello }")
    assert (await client.hear())["payload"] == {"data": {"hello": "Hello world"}}


async def test_completing_cancels_what_runs(client: Speaker, tiny: Site) -> None:
    await client.start("w", "{ wait }")
    await eventually(lambda: tiny.endpoint.waiting == 1)
    await client.say({"id": "w", "type": "complete"})
    await eventually(lambda: tiny.endpoint.cancelled == 1)
    assert await client.lives()


async def test_leaving_cancels_what_runs(client: Speaker, tiny: Site) -> None:
    await client.start("w", "{ wait }")
    await listening(client, tiny, "f")
    await eventually(lambda: tiny.endpoint.waiting == 1)
    client.socket.transport.abort()
    await eventually(lambda: tiny.endpoint.cancelled == 1 and not list(tiny.hub._subscriptions))  # noqa: SLF001
    await eventually(lambda: len(tiny.connections) == 0)


async def test_completing_what_is_unknown_does_nothing(client: Speaker) -> None:
    await client.say({"id": "nothing", "type": "complete"})
    assert await client.lives()


async def test_completing_a_mutation_does_not_break_its_writing(client: Speaker) -> None:
    for number in range(30):
        await client.start(str(number), "mutation ($n: Int!) { write(comment: $n) }", n=number)
        await asyncio.sleep(number / 5000)
        await client.say({"id": str(number), "type": "complete"})
    await write(change(99))
    events = await event_log.read_after(0, 100)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert events[-1].comment_id == 99


async def test_a_subscription_that_cannot_be_served_ends_alone(client: Speaker, tiny: Site) -> None:
    await listening(client, tiny, "bad", "subscription { broken { kind } }")
    await listening(client, tiny, "good")
    await write(change(1))
    heard = {each["id"]: each for each in [await client.hear(), await client.hear()]}
    assert heard["good"] == event("good", "CommentAdded", 1)
    assert heard["bad"]["type"] == "error"
    assert heard["bad"]["payload"][0]["extensions"] == {"code": "INTERNAL_ERROR"}
    await listening(client, tiny, "bad")


# Limits.


async def test_too_many_operations_are_refused_one_by_one(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(operations=2)) as tiny, tiny.speaker() as client:
        await client.init()
        for id_ in ("1", "2"):
            await listening(client, tiny, id_)
        await client.start("3", "{ hello }")
        assert await client.hear() == {
            "id": "3",
            "type": "error",
            "payload": [
                {
                    "message": "More than 2 operations are open on this socket.",
                    "extensions": {"code": "TOO_MANY_OPERATIONS"},
                }
            ],
        }
        await client.say({"id": "1", "type": "complete"})
        await client.start("3", "{ hello }")
        assert (await client.hear())["type"] == "next"


async def test_too_many_frames_close(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(frames_per_second=1, frame_burst=20)) as tiny, tiny.speaker() as client:
        await client.say(*[{"type": "pong"}] * 20)
        await client.say({"type": "pong"})
        assert await client.closing() == (4430, "Too many messages a second")


async def test_a_flood_of_subscribe_and_complete_leaves_nothing_behind(tiny: Site) -> None:
    async with tiny.speaker() as flooding, tiny.speaker() as other:
        await flooding.init()
        await other.init()
        await listening(other, tiny, "f")
        for number in range(240):
            query = [FEED, "{ wait }", "mutation { write(comment: 5) }", "{ hello }"][number % 4]
            await flooding.start(str(number), query)
            await flooding.say({"id": str(number), "type": "complete"})
        await write(change(1000))
        while (await other.hear())["payload"]["data"]["feed"]["comment"] != 1000:
            pass
        await eventually(lambda: tiny.endpoint.waiting == 0)
        await eventually(lambda: sum(len(group.members) for group in tiny.hub._subscriptions) == 1)  # noqa: SLF001


# Keeping and closing.


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


async def test_a_long_answer_arrives_whole(client: Speaker) -> None:
    await client.start("l", "{ long }")
    assert (await client.hear())["payload"]["data"]["long"] == LONG


async def test_any_asgi_server_will_do(sqlite_database: Database) -> None:
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
