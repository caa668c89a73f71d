"""Many subscribers, writers and interruptions at once: every event reaches everyone once, in order."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from live.feed import event_log
from live.feed.hub import Hub
from live.feed.topic import Topic
from models import CommentEvent
from storage import Database, measured
from tests.live.listening import IMPATIENT, FakeViewer, RecordingSink, opened, render
from tests.live.writing import change, write

POSTS, WRITERS, EVENTS_EACH, READERS = 3, 6, 40, 60


@dataclass
class Reader:
    """Somebody who comes and goes, and remembers the cursor of the last event: all come as `<post> <cursor>`."""

    post_id: int | None
    heard: list[str] = field(default_factory=list)
    cursor: str = ""
    stop: Callable[[], None] = lambda: None
    basket: RecordingSink = field(default_factory=RecordingSink)
    selection: str = "all"
    client: str | None = None

    async def join(self, hub: Hub, room: int | None) -> None:
        self.basket = RecordingSink(room)
        topic = Topic("feed", post_id=self.post_id, after=self.cursor)
        self.stop = await hub.subscribe(topic, FakeViewer(), self.selection, shown, self.basket, self.client)

    def leave(self) -> None:
        self.stop()
        self.heard += self.basket.texts
        self.cursor = self.heard[-1] if self.heard else self.cursor
        self.basket.texts = []


async def shown(event: object) -> str:
    """The event's cursor; now and then it takes longer than the hub has patience."""
    cursor: str = event.cursor  # type: ignore[attr-defined]
    with measured():
        await asyncio.sleep(0.03 if hash(cursor) % 29 == 0 else 0)
    return cursor


@pytest.mark.parametrize(("seed", "clients"), [(1, 1), (2, 1), (3, 4)])
async def test_every_event_reaches_everyone_once_and_in_order(
    database: Database, seed: int, clients: int
) -> None:
    """With several clients most are served apart, and come back, for some of their answers are dear by turns."""
    assert database
    chance = random.Random(seed)
    start = str(await event_log.current())
    writing = True

    async def writer(number: int) -> None:
        sizes = random.Random(seed * 100 + number)
        for _ in range(EVENTS_EACH):
            batch = [change(number, post_id=sizes.randint(1, POSTS)) for _ in range(sizes.choice([1, 1, 3]))]
            await write(*batch)
            await asyncio.sleep(sizes.random() * 0.01)

    async def reader(hub: Hub, each: Reader) -> None:
        moods = random.Random(seed * 1000 + readers.index(each))
        while writing:
            await each.join(hub, moods.choice([None, None, 5]))
            for _ in range(moods.randint(1, 6)):
                await asyncio.sleep(moods.random() * 0.05)
                each.basket.empty()
            each.leave()
        await each.join(hub, None)

    readers = [Reader(chance.choice([None, *range(1, POSTS + 1)]), cursor=start) for _ in range(READERS)]
    for number, each in enumerate(readers):
        each.client, each.selection = str(number % clients), str(number % 7 if clients > 1 else "all")
    fairly = replace(IMPATIENT, page=20, patience=0.02, dear=0.02, live_answers=2, share=0.2)
    async with opened(fairly) as hub:
        following = [asyncio.create_task(reader(hub, each)) for each in readers]
        await asyncio.gather(*(writer(number) for number in range(WRITERS)))
        writing = False
        await asyncio.gather(*following)
        events = await event_log.read_after(0, 10_000)
        for each in readers:
            expected = [event.cursor for event in events if each.post_id in (None, event.post_id)]
            await each.basket.until(len(expected) - len(each.heard))
            each.leave()
            assert each.heard == expected


async def test_live_only_subscribers_hear_everything_from_when_they_came(database: Database) -> None:
    assert database
    baskets: list[tuple[int, RecordingSink]] = []
    async with opened() as hub:

        async def joiner() -> None:
            for _ in range(20):
                basket = RecordingSink()
                before = (await event_log.current()).position
                await hub.subscribe(Topic("added"), FakeViewer(), "all", render, basket)
                baskets.append((before, basket))
                await asyncio.sleep(0.005)

        async def writer() -> None:
            for number in range(1, 101):
                await write(change(number))
                await asyncio.sleep(0.002)

        await asyncio.gather(joiner(), writer())
        assert await CommentEvent.all().count() == 101
        for before, basket in baskets:
            first = int((await basket.until(1))[0].split()[1])
            await basket.until(101 - first)
            assert first > before
            assert basket.texts == [f"CommentAdded {number}" for number in range(first, 101)]
