"""Subscribers that take their time, or whose answers do: they miss nothing, and nobody waits for them."""

import asyncio
from dataclasses import replace

from live.feed.events import FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from storage import Database
from tests.live.listening import (
    IMPATIENT,
    FakeViewer,
    RecordingSink,
    eventually,
    listen,
    opened,
    render,
    summary,
)
from tests.live.writing import APPROVED, change, cursor_of, write


async def test_a_slow_reader_is_caught_up_when_it_reads_again(hub: Hub) -> None:
    slow, quick = await listen(hub, room=3), await listen(hub)
    await write(*(change(number) for number in range(1, 11)))
    await quick.until(10)
    assert len(slow.texts) == 3
    while len(slow.texts) < 10:
        slow.empty()
        await asyncio.sleep(0.02)
    await write(change(11))
    await quick.until(11)
    slow.empty()
    assert await slow.until(11) == quick.texts
    assert slow.refusals < 10  # it was left alone in between


async def test_a_slow_reader_of_new_comments_misses_none_either(hub: Hub) -> None:
    slow, quick = await listen(hub, Topic("added"), room=1), await listen(hub, Topic("added"))
    await write(change(1), change(2), change(2, APPROVED, APPROVED), change(3))
    await quick.until(3)
    while len(slow.texts) < 3:
        slow.empty()
        await asyncio.sleep(0.01)
    assert slow.texts == quick.texts


async def test_a_slow_reader_may_leave_while_it_is_stalled(hub: Hub) -> None:
    slow, quick = RecordingSink(room=1), await listen(hub)
    stop = await hub.subscribe(Topic("feed"), FakeViewer(), "all", render, slow)
    await write(change(1), change(2))
    await quick.until(2)
    stop()
    slow.empty()
    await write(change(3))
    await quick.until(3)
    assert slow.texts == ["CommentAdded 1"]


async def test_a_reset_is_not_lost_on_a_slow_reader(hub: Hub) -> None:
    slow = await listen(hub, Topic("feed", after="9-00000000"), room=0)
    await eventually(lambda: slow.refusals == 1)
    await write(change(1))
    slow.room = 10
    slow.empty()
    assert await slow.until(1) == [f"FeedReset {await cursor_of(1)}"]


async def test_a_slow_answer_delays_nobody_else(database: Database) -> None:
    assert database
    async with opened(replace(IMPATIENT, patience=0.02)) as hub:
        free = asyncio.Event()

        async def slow(event: FeedEvent) -> str:
            await free.wait()
            return summary(event)

        waiting, quick = await listen(hub, render=slow, selection="slow"), await listen(hub)
        await write(change(1))
        await write(change(2))
        assert await quick.until(2) == ["CommentAdded 1", "CommentAdded 2"]
        assert waiting.texts == []
        free.set()
        await waiting.until(2)
        await write(change(3))
        assert await waiting.until(3) == await quick.until(3)
