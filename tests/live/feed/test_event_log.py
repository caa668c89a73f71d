"""The log: order, atomicity, cursors and pruning, on both databases."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from live.feed import event_log
from live.feed.batch import CommentChange
from live.feed.cursor import MalformedCursor, parse
from live.feed.wakeup import listen
from models import CommentEvent, CommentStatus, Feed
from storage import Database, unit_of_work
from tests import factories
from tests.live.writing import change, write

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def wakes() -> AsyncIterator[list[str]]:
    heard: list[str] = []
    stop = listen(lambda: heard.append("woken"))
    yield heard
    stop()


async def test_events_take_the_next_positions_in_the_order_given() -> None:
    await write(change(1), change(2))
    await write(change(3))
    events = await event_log.read_after(0, 10)
    assert [(event.position, event.comment_id) for event in events] == [(1, 1), (2, 2), (3, 3)]
    assert [parse(event.cursor).position for event in events] == [1, 2, 3]


async def test_an_event_says_what_changed() -> None:
    await write(
        CommentChange(
            comment_id=7,
            parent_id=6,
            post_id=8,
            category_id=9,
            author_id=10,
            before=CommentStatus.PENDING,
            after=CommentStatus.SPAM,
        )
    )
    (event,) = await event_log.read_after(0, 10)
    assert event == event_log.LoggedEvent(1, event.cursor, 7, 6, 8, 9, 10, "PENDING", "SPAM")


async def test_the_current_cursor_is_the_last_events() -> None:
    await write(change(1), change(2))
    events = await event_log.read_after(0, 10)
    assert str(await event_log.current()) == events[-1].cursor


async def test_the_feed_wakes_once_when_the_unit_of_work_has_committed(wakes: list[str]) -> None:
    @unit_of_work
    async def two_changes() -> None:
        await event_log.append([change(1), change(2)])
        assert wakes == []

    await two_changes()
    assert wakes == ["woken"]


async def test_nothing_to_append_wakes_nobody(wakes: list[str]) -> None:
    await write()
    assert wakes == []
    assert (await event_log.current()).position == 0


async def test_a_rolled_back_unit_of_work_leaves_no_event_and_wakes_nobody(wakes: list[str]) -> None:
    @unit_of_work
    async def fails() -> None:
        await factories.category()
        await event_log.append([change(1)])
        raise LookupError

    before = await event_log.current()
    with pytest.raises(LookupError):
        await fails()
    assert await event_log.current() == before
    assert await event_log.read_after(0, 10) == []
    assert wakes == []


async def test_concurrent_writers_leave_no_gap_and_no_double() -> None:
    chance = random.Random(7)
    sizes = [chance.randint(1, 4) for _ in range(40)]
    await asyncio.gather(*(write(*[change(number)] * size) for number, size in enumerate(sizes)))
    events = await event_log.read_after(0, 1000)
    assert [event.position for event in events] == list(range(1, sum(sizes) + 1))
    assert len({event.cursor for event in events}) == sum(sizes)


async def test_a_reader_never_sees_a_position_before_a_smaller_one() -> None:
    seen: list[int] = []
    done = asyncio.Event()

    async def follow() -> None:
        while not done.is_set() or (await event_log.current()).position > len(seen):
            seen.extend(event.position for event in await event_log.read_after(len(seen), 1000))

    reader = asyncio.create_task(follow())
    await asyncio.gather(*(write(change(number)) for number in range(60)))
    done.set()
    await reader
    assert seen == list(range(1, 61))


async def test_pages_follow_each_other() -> None:
    await write(*(change(number) for number in range(1, 8)))
    first = await event_log.read_after(2, 3)
    second = await event_log.read_after(first[-1].position, 3)
    assert [event.position for event in first + second] == [3, 4, 5, 6, 7]


async def test_a_page_may_be_of_one_post_or_one_category() -> None:
    await write(change(1, post_id=1), change(2, post_id=2), change(3, post_id=1), change(4, category_id=5))
    assert [event.comment_id for event in await event_log.read_after(0, 9, post_id=1)] == [1, 3, 4]
    assert [event.comment_id for event in await event_log.read_after(1, 9, post_id=1)] == [3, 4]
    assert [event.comment_id for event in await event_log.read_after(0, 9, category_id=5)] == [4]
    assert [event.comment_id for event in await event_log.read_after(0, 9, post_id=2, category_id=5)] == []


async def test_a_known_cursor_goes_on_from_its_position() -> None:
    await write(change(1), change(2))
    first, second = await event_log.read_after(0, 10)
    assert await event_log.check(first.cursor) == 1
    assert await event_log.check(second.cursor) == 2


async def test_the_cursor_of_an_empty_log_stays_good_when_comments_come() -> None:
    cursor = str(await event_log.current())
    await write(change(1))
    assert await event_log.check(cursor) == 0


async def test_a_cursor_of_another_history_cannot_go_on() -> None:
    await write(change(1))
    (event,) = await event_log.read_after(0, 10)
    other = "00000000" if not event.cursor.endswith("00000000") else "11111111"
    assert await event_log.check(f"1-{other}") is None


async def test_a_cursor_from_the_future_cannot_go_on() -> None:
    assert await event_log.check("99-0123abcd") is None


async def test_the_same_position_written_differently_cannot_go_on() -> None:
    await write(change(1))
    (event,) = await event_log.read_after(0, 10)
    assert await event_log.check(f"0{event.cursor}") is None


async def test_garbage_is_no_cursor() -> None:
    with pytest.raises(MalformedCursor):
        await event_log.check("yesterday")


async def test_pruning_forgets_old_events_and_their_cursors() -> None:
    await write(change(1), change(2), change(3))
    old, _, _ = await event_log.read_after(0, 10)
    await CommentEvent.filter(position__lte=1).update(happened_at=datetime.now(UTC) - timedelta(days=8))
    assert await event_log.prune() == 2  # events 0 and 1
    assert await event_log.check(old.cursor) is None
    assert [event.position for event in await event_log.read_after(0, 10)] == [2, 3]


async def test_pruning_keeps_the_newest_event_however_old() -> None:
    await write(change(1), change(2))
    await event_log.prune(timedelta(seconds=-1))
    assert [event.position for event in await event_log.read_after(0, 10)] == [2]
    assert await event_log.check(str(await event_log.current())) == 2


async def test_pruning_young_events_forgets_nothing() -> None:
    await write(change(1))
    assert await event_log.prune() == 0


CLOCKS: dict[str, tuple[list[float], list[int]]] = {
    "right": ([9, 8, 6, 5], [3, 4]),
    "ahead for a while": ([9, 8 - 3, 7.5 - 3, 6, 5], [2, 3, 4, 5]),
    "ahead for a while, old by now": ([9, 8 - 3, 7.5 - 3, 7.2, 5], [2, 3, 4, 5]),
    "far ahead for a while": ([9, -1000, -1000, 8, 6], [5]),
    "far ahead for a while, lately": ([9, -1000, -1000, 1], [2, 3, 4]),
    "behind for a while": ([9, 6, 5 + 3, 4 + 3.5, 3], [2, 3, 4, 5]),
    "far behind for a while": ([6, 5 + 1000, 4], [1, 2, 3]),
    "all ahead": ([-3, -2, -1], [1, 2, 3]),
    "all old": ([12, 11, 10], [3]),
    "all old, the newest ahead": ([12, 11, -3], [3]),
}
"""How many days old each event seems, from position 1 on, and the positions that stay of those kept for a week."""


@pytest.mark.parametrize("clock", CLOCKS)
async def test_pruning_leaves_no_gap_whatever_clocks_said(clock: str) -> None:
    ages, kept = CLOCKS[clock]
    await write(*map(change, range(1, len(ages) + 1)))
    moment = datetime.now(UTC)
    await CommentEvent.filter(position=0).update(happened_at=moment - timedelta(days=max(*ages, 8)))
    for position, age in enumerate(ages, 1):
        await CommentEvent.filter(position=position).update(happened_at=moment - timedelta(days=age))
    await event_log.prune()
    assert [event.position for event in await event_log.read_after(0, 100)] == kept
    assert await event_log.oldest() <= kept[0]


async def test_the_position_is_taken_by_the_same_transaction(database: Database) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    @unit_of_work
    async def slow() -> None:
        await event_log.append([change(1)])
        entered.set()
        await leave.wait()

    slow_writer = asyncio.ensure_future(slow())
    await entered.wait()
    other_writer = asyncio.ensure_future(write(change(2)))
    await asyncio.sleep(0.05)
    assert await database.fetch_text("SELECT cursor FROM feed WHERE position <> 0", []) is None
    leave.set()
    await asyncio.gather(slow_writer, other_writer)
    assert [event.comment_id for event in await event_log.read_after(0, 10)] == [1, 2]
    assert (await Feed.get(id=1)).position == 2
