"""How the hub follows the log: when it looks, what it prunes, another history, and its end."""

import asyncio
from dataclasses import replace

import pytest

from live.feed import event_log
from live.feed.events import FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from live.feed.wakeup import listen as on_wakeup
from live.feed.wakeup import wake
from models import CommentEvent, Feed
from storage import Database, unit_of_work
from tests.live.listening import (
    IMPATIENT,
    listen,
    opened,
)
from tests.live.writing import change, cursor_of, write


async def test_a_lost_wake_up_costs_a_poll_at_most(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    basket = await listen(hub)
    monkeypatch.setattr(event_log, "wake", lambda: None)
    await write(change(1))
    assert await basket.until(1) == ["CommentAdded 1"]


async def test_a_wake_up_does_not_wait_for_the_poll(database: Database) -> None:
    assert database
    async with opened(replace(IMPATIENT, poll=60)) as hub:
        basket = await listen(hub)
        await write(change(1))
        assert await basket.until(1) == ["CommentAdded 1"]


async def test_wake_ups_for_nothing_do_no_harm(hub: Hub) -> None:
    basket = await listen(hub)
    for _ in range(5):
        wake()
        await asyncio.sleep(0)
    await write(change(1))
    assert await basket.until(1) == ["CommentAdded 1"]


async def test_another_history_resets_everyone(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    await write(*(change(number) for number in range(1, 6)))
    live, plain = await listen(hub), await listen(hub, Topic("added"))
    stalled = await listen(hub, room=0)
    await write(change(6))
    await live.until(1)
    await CommentEvent.filter(position__gte=3).delete()
    await Feed.filter(id=1).update(position=2, cursor=await cursor_of(2))
    await live.until(2)
    await write(change(7))
    await live.until(3)
    stalled.room = 10
    stalled.empty()
    assert live.texts == ["CommentAdded 6", f"FeedReset {await cursor_of(2)}", "CommentAdded 7"]
    assert await plain.until(2) == ["CommentAdded 6", "CommentAdded 7"]
    assert await stalled.until(1) == [f"FeedReset {await cursor_of(3)}"]
    assert "starts over" in caplog.text


async def test_all_are_reset_when_the_log_begins_anew(hub: Hub) -> None:
    basket = await listen(hub)
    await write(change(1))
    await basket.until(1)
    before = await cursor_of(1)
    await unit_of_work(event_log.begin_anew)()
    await basket.until(2)
    late = await listen(hub, Topic("feed", after=before))
    await late.until(1)
    await write(change(2))
    assert await basket.until(3) == ["CommentAdded 1", f"FeedReset {await cursor_of(3)}", "CommentAdded 2"]
    assert await late.until(2) == [f"FeedReset {await cursor_of(3)}", "CommentAdded 2"]


async def test_another_history_is_noticed_when_it_is_longer(hub: Hub) -> None:
    basket = await listen(hub)
    await write(change(1))
    await basket.until(1)
    await CommentEvent.filter(position=1).update(cursor="1-ffffffff")
    await write(change(2))
    assert await basket.until(2) == ["CommentAdded 1", f"FeedReset {await cursor_of(2)}"]


async def test_the_hub_prunes_by_itself(database: Database) -> None:
    assert database
    await write(change(1), change(2))
    async with opened(replace(IMPATIENT, kept_for=event_log.KEPT_FOR * -1, prune_every=0.01)):
        for _ in range(200):
            if await CommentEvent.all().count() == 1:
                break
            await asyncio.sleep(0.02)
    assert [event.position for event in await event_log.read_after(-1, 10)] == [2]


async def test_a_closed_hub_listens_to_nothing(database: Database) -> None:
    assert database
    async with opened() as hub:
        basket = await listen(hub)
    woken: list[str] = []
    stop = on_wakeup(lambda: woken.append("woken"))
    await write(change(1))
    stop()
    await asyncio.sleep(0.1)
    assert woken == ["woken"]
    assert basket.texts == []


async def test_a_hub_may_close_while_somebody_is_being_caught_up(database: Database) -> None:
    assert database
    async with opened() as hub:
        start, witness = str(await event_log.current()), await listen(hub)
        await write(change(1))
        await witness.until(1)

        async def never(_event: FeedEvent) -> str:
            await asyncio.Event().wait()
            return ""

        await listen(hub, Topic("feed", after=start), render=never)
        await asyncio.sleep(0.05)


async def test_a_hub_that_never_opened_can_be_closed() -> None:
    await Hub().close()
