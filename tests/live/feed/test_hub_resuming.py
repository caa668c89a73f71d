"""Subscriptions with a cursor: what was missed comes first, in few statements, or a reset does."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from live.feed import event_log
from live.feed.cursor import MalformedCursor
from live.feed.events import FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from storage import Database, caller
from tests.live.listening import (
    AUTHOR,
    IMPATIENT,
    STRANGER,
    FakeViewer,
    RecordingSink,
    hiding,
    listen,
    opened,
    render,
    summary,
)
from tests.live.writing import APPROVED, PENDING, change, cursor_of, write


async def test_a_cursor_brings_what_was_missed_and_then_goes_live(hub: Hub) -> None:
    await write(*(change(number) for number in range(1, 6)))
    basket = await listen(hub, Topic("feed", after=await cursor_of(2)))
    await basket.until(3)
    await write(change(6))
    assert await basket.until(4) == [f"CommentAdded {number}" for number in (3, 4, 5, 6)]


async def test_a_cursor_that_is_up_to_date_misses_nothing(hub: Hub) -> None:
    await write(change(1))
    basket = await listen(hub, Topic("feed", after=str(await event_log.current())))
    await write(change(2))
    assert await basket.until(1) == ["CommentAdded 2"]


async def test_the_cursor_of_an_event_just_heard_needs_no_database(hub: Hub, database: Database) -> None:
    first = await listen(hub)
    await write(change(1))
    await first.until(1)
    cursor = await cursor_of(1)
    await database.close()
    await listen(hub, Topic("feed", after=cursor))


async def test_a_replay_is_of_the_topic_only(hub: Hub) -> None:
    start = str(await event_log.current())
    await write(*(change(number, post_id=number % 3) for number in range(1, 13)))
    basket = await listen(hub, Topic("feed", post_id=2, after=start))
    assert await basket.until(4) == [f"CommentAdded {number}" for number in (2, 5, 8, 11)]


async def test_a_long_replay_comes_in_pages(database: Database) -> None:
    assert database
    async with opened(replace(IMPATIENT, page=10)) as hub:
        start = str(await event_log.current())
        await write(*(change(number) for number in range(1, 96)))
        early = await listen(hub, Topic("feed", after=start))
        late = await listen(hub, Topic("feed", after=await cursor_of(50)))
        assert await early.until(95) == [f"CommentAdded {number}" for number in range(1, 96)]
        assert await late.until(45) == [f"CommentAdded {number}" for number in range(51, 96)]


async def test_those_who_resume_together_share_answers(hub: Hub) -> None:
    built: list[str] = []

    async def counted(event: FeedEvent) -> str:
        built.append(summary(event))
        return summary(event)

    start = str(await event_log.current())
    await write(*(change(number) for number in range(1, 31)))
    baskets = [RecordingSink() for _ in range(100)]
    topic = Topic("feed", after=start)
    await asyncio.gather(*(hub.subscribe(topic, FakeViewer(), "all", counted, each) for each in baskets))
    for basket in baskets:
        assert await basket.until(30) == [f"CommentAdded {number}" for number in range(1, 31)]
    assert len(built) <= 300  # 3,000 without sharing


async def test_what_was_missed_is_told_in_few_pieces(hub: Hub) -> None:
    start, witness = str(await event_log.current()), await listen(hub)
    await write(*(change(number) for number in range(1, 101)))
    await witness.until(100)
    basket = await listen(hub, Topic("feed", after=start))
    assert await basket.until(100) == [f"CommentAdded {number}" for number in range(1, 101)]
    assert len(basket.offers) == 2


async def test_authors_are_told_of_their_own_in_the_order_of_all(hub: Hub) -> None:
    start, witness = str(await event_log.current()), await listen(hub)
    await write(
        change(1, author_id=STRANGER.id),
        change(2, None, PENDING, author_id=AUTHOR.id),
        change(3),
        change(2, PENDING, APPROVED, author_id=AUTHOR.id),
        change(4, author_id=AUTHOR.id),
    )
    await witness.until(4)
    topic = Topic("feed", after=start)
    author, stranger = await listen(hub, topic, AUTHOR), await listen(hub, topic, STRANGER)
    added = [f"CommentAdded {number}" for number in (1, 2, 3)]
    assert await author.until(5) == [*added, "CommentEdited 2", "CommentAdded 4"]
    assert await stranger.until(4) == ["CommentAdded 1", "CommentAdded 3", "CommentAdded 2", "CommentAdded 4"]


@pytest.mark.parametrize("crowd", [1, 200])
async def test_a_storm_asks_the_database_for_pages_not_for_each_socket(
    database: Database, monkeypatch: pytest.MonkeyPatch, crowd: int
) -> None:
    assert database
    async with opened(replace(IMPATIENT, page=50, poll=60, gathering=0.2, longest_gathering=0.2)) as hub:
        start, witness, asked = str(await event_log.current()), await listen(hub), list[str]()
        await write(*(change(number) for number in range(1, 101)))
        await witness.until(100)
        for name in ("check", "current", "oldest", "read_after"):
            monkeypatch.setattr(event_log, name, counted(getattr(event_log, name), asked))
        baskets = [RecordingSink() for _ in range(crowd)]
        topic = Topic("feed", after=start)
        await asyncio.gather(*(hub.subscribe(topic, FakeViewer(), "all", render, each) for each in baskets))
        for basket in baskets:
            assert len(await basket.until(100)) == 100
        assert asked.count("check") <= 1
        assert 2 <= asked.count("read_after") <= 6  # two or three pages, for two batches at most
        assert len(asked) < 20


def counted(statement: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    """The same statement, whose name is noted."""

    async def asking(*given: Any, **named: Any) -> Any:
        asked.append(statement.__name__)
        return await statement(*given, **named)

    return asking


async def test_an_unknown_cursor_is_answered_with_a_reset(hub: Hub) -> None:
    await write(change(1), change(2))
    basket = await listen(hub, Topic("feed", after="1-00000000"))
    await basket.until(1)
    await write(change(3))
    assert await basket.until(2) == [f"FeedReset {await cursor_of(2)}", "CommentAdded 3"]


async def test_a_pruned_cursor_is_answered_with_a_reset(hub: Hub) -> None:
    await write(change(1), change(2))
    old = await cursor_of(1)
    await event_log.prune(event_log.KEPT_FOR * -1)
    basket = await listen(hub, Topic("feed", after=old))
    assert await basket.until(1) == [f"FeedReset {await cursor_of(2)}"]


async def test_a_malformed_cursor_is_refused(hub: Hub) -> None:
    with pytest.raises(MalformedCursor):
        await listen(hub, Topic("feed", after="the day before"))


async def test_a_replay_leaves_out_what_is_hidden_now(hub: Hub) -> None:
    start, witness = str(await event_log.current()), await listen(hub)
    await write(change(1), change(2), change(3))
    await witness.until(3)
    basket = await listen(hub, Topic("feed", after=start), render=hiding(2))
    assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 3"]


async def test_only_so_many_cursors_are_remembered(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.feed.hub.POSITIONS_REMEMBERED", 2)
    basket = await listen(hub)
    await write(*(change(number) for number in range(1, 6)))
    await basket.until(5)
    again = await listen(hub, Topic("feed", after=await cursor_of(1)))
    assert await again.until(4) == basket.texts[1:]


async def test_catching_up_is_charged_to_nobody(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though somebody's coming is what starts it."""
    await write(change(1), change(2))
    asked: list[object] = []
    read_after = event_log.read_after

    async def read(*args: Any, **channel: Any) -> Any:
        asked.append(caller.get())
        return await read_after(*args, **channel)

    caller.set("whoever came first")
    monkeypatch.setattr(event_log, "read_after", read)
    basket = await listen(hub, Topic("feed", after=await cursor_of(1)))
    assert await basket.until(1) == ["CommentAdded 2"]
    assert asked
    assert set(asked) == {None}
