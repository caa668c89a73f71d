"""Event streams: exact messages, and resuming where one has ended."""

import re

from live.feed import event_log
from tests.live.connections.streams import COMPLETE, FEED, NOWHERE, RESUMING, event, joined, listening, places
from tests.live.tiny import LONG, Site
from tests.live.writing import change, write
from tests.streaming import asking, connected, request


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
