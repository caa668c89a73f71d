"""Operations on a websocket: their answers, their ids and their ends, each for itself."""

import asyncio
from typing import Any

import pytest

from live.feed import event_log
from live.policy import ConnectionPolicy
from storage import Database
from tests.live.listening import eventually
from tests.live.speaking import FEED, Speaker, event
from tests.live.tiny import LONG, Site, listening, site
from tests.live.writing import change, write


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


async def test_a_complete_message_cancels_what_runs(client: Speaker, tiny: Site) -> None:
    await client.start("w", "{ wait }")
    await eventually(lambda: tiny.endpoint.waiting == 1)
    await client.say({"id": "w", "type": "complete"})
    await eventually(lambda: tiny.endpoint.cancelled == 1)
    assert await client.lives()


async def test_a_client_that_leaves_cancels_what_runs(client: Speaker, tiny: Site) -> None:
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


async def test_a_long_answer_arrives_whole(client: Speaker) -> None:
    await client.start("l", "{ long }")
    assert (await client.hear())["payload"]["data"]["long"] == LONG
