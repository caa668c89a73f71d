"""The hub: what reaches whom, once, in order."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from live.feed import event_log
from live.feed.cursor import MalformedCursor
from live.feed.events import FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from live.feed.wakeup import listen as on_wakeup
from live.feed.wakeup import wake
from models import CommentEvent, CommentStatus, Feed, Role
from storage import Database, DatabaseUnavailable, caller
from tests.live.listening import (
    IMPATIENT,
    FakeViewer,
    RecordingSink,
    eventually,
    hiding,
    listen,
    opened,
    render,
    summary,
)
from tests.live.writing import change, write

APPROVED, PENDING = CommentStatus.APPROVED, CommentStatus.PENDING
REJECTED, SPAM = CommentStatus.REJECTED, CommentStatus.SPAM


async def cursor_of(position: int) -> str:
    return (await CommentEvent.get(position=position)).cursor


async def test_a_subscriber_hears_what_happens_from_now_on(hub: Hub) -> None:
    await write(change(1))
    basket = await listen(hub)
    await write(change(2))
    await write(change(2, APPROVED, APPROVED), change(2, APPROVED, None))
    assert await basket.until(3) == ["CommentAdded 2", "CommentEdited 2", "CommentRemoved 2"]


async def test_new_comments_only_are_heard_the_plain_way(hub: Hub) -> None:
    basket = await listen(hub, Topic("added"))
    await write(change(1), change(1, APPROVED, APPROVED), change(1, APPROVED, REJECTED), change(2))
    assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 2"]


@pytest.mark.parametrize(
    ("topic", "heard"),
    [
        (Topic("feed"), [1, 2, 3, 4]),
        (Topic("feed", post_id=1), [1, 3, 4]),
        (Topic("feed", category_id=1), [1, 2, 4]),
        (Topic("feed", post_id=1, category_id=2), [3, 4]),
        (Topic("feed", post_id=9), []),
    ],
)
async def test_a_topic_is_a_post_a_category_both_or_all(hub: Hub, topic: Topic, heard: list[int]) -> None:
    everything = await listen(hub)
    basket = await listen(hub, topic)
    await write(
        change(1, post_id=1, category_id=1),
        change(2, post_id=2, category_id=1),
        change(3, post_id=1, category_id=2),
    )
    if topic.category_id == 2:
        await write(change(4, post_id=1, category_id=2))
    else:
        await write(change(4, post_id=1, category_id=1))
    await everything.until(4)
    assert await basket.until(len(heard)) == [f"CommentAdded {each}" for each in heard]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(
    ("topic", "heard"),
    [
        (Topic("feed"), ["CommentAdded 2"]),
        (Topic("feed", post_id=1), ["CommentAdded 2"]),
        (Topic("feed", category_id=1), ["CommentRemoved 1"]),
        (Topic("feed", category_id=2), ["CommentAdded 1", "CommentAdded 2"]),
        (Topic("feed", post_id=1, category_id=2), ["CommentAdded 1", "CommentAdded 2"]),
    ],
)
async def test_only_followers_of_categories_hear_that_a_post_has_moved(
    hub: Hub, topic: Topic, heard: list[str], *, live: bool
) -> None:
    start, witness = str(await event_log.current()), await listen(hub, Topic("feed", category_id=2))
    basket = await listen(hub, topic) if live else None
    left = change(1, APPROVED, None, category_id=1, moved=True)
    await write(left, change(1, category_id=2, moved=True), change(2, category_id=2))
    await witness.until(2)
    basket = basket or await listen(hub, replace(topic, after=start))
    await basket.until(len(heard))
    await write(change(3, category_id=3))
    assert basket.texts[: len(heard)] == heard


AUTHOR, STRANGER, WRITER = FakeViewer(7, Role.READER), FakeViewer(8, Role.READER), FakeViewer(11, Role.AUTHOR)
MODERATOR, ADMIN = FakeViewer(9, Role.MODERATOR), FakeViewer(10, Role.ADMIN)


async def test_what_an_event_means_depends_on_who_looks(hub: Hub) -> None:
    public = [await listen(hub, viewer=viewer) for viewer in (FakeViewer(), STRANGER, WRITER)]
    trusted = [await listen(hub, viewer=viewer) for viewer in (AUTHOR, MODERATOR, ADMIN)]
    await write(change(1, None, PENDING, author_id=7))
    await write(change(1, PENDING, APPROVED, author_id=7))
    await write(change(1, APPROVED, REJECTED, author_id=7), change(1, REJECTED, SPAM, author_id=7))
    await write(change(1, SPAM, PENDING, author_id=7), change(2))
    for basket in public:
        assert await basket.until(3) == ["CommentAdded 1", "CommentRemoved 1", "CommentAdded 2"]
    for basket in trusted:
        assert await basket.until(5) == [
            "CommentAdded 1",
            "CommentEdited 1",
            "CommentRemoved 1",
            "CommentAdded 1",
            "CommentAdded 2",
        ]


async def test_a_comment_that_is_hidden_at_delivery_is_not_shown(hub: Hub) -> None:
    basket = await listen(hub, render=hiding(1))
    await write(change(1), change(2), change(1, APPROVED, REJECTED))
    assert await basket.until(2) == ["CommentAdded 2", "CommentRemoved 1"]


async def test_each_distinct_answer_is_built_once(hub: Hub) -> None:
    built: list[str] = []

    async def counted(event: FeedEvent) -> str:
        built.append(summary(event))
        return summary(event)

    same = [await listen(hub, render=counted) for _ in range(20)]
    other = await listen(hub, render=counted, selection="another")
    author = await listen(hub, viewer=AUTHOR, render=counted)
    reader = [await listen(hub, viewer=FakeViewer(id_, Role.READER), render=counted) for id_ in (20, 21, 22)]
    await write(change(1, author_id=AUTHOR.id))
    for basket in [*same, other, author, *reader]:
        assert await basket.until(1) == ["CommentAdded 1"]
    assert len(built) == 4  # anonymous, the other selection, the author, readers
    assert len({id(basket.texts[0]) for basket in same}) == 1


async def test_staff_are_not_served_from_each_others_answers(hub: Hub) -> None:
    async def mine(_event: FeedEvent) -> str:
        return "mine"

    async def yours(_event: FeedEvent) -> str:
        return "yours"

    first = await listen(hub, viewer=FakeViewer(1, Role.AUTHOR), render=mine)
    second = await listen(hub, viewer=FakeViewer(2, Role.AUTHOR), render=yours)
    await write(change(1))
    assert (await first.until(1), await second.until(1)) == (["mine"], ["yours"])


async def test_a_stopped_subscriber_hears_nothing_more(hub: Hub) -> None:
    stopped, other = RecordingSink(), await listen(hub)
    stop = await hub.subscribe(Topic("feed"), FakeViewer(), "all", render, stopped)
    await write(change(1))
    await stopped.until(1)
    stop()
    stop()
    await write(change(2))
    await other.until(2)
    assert stopped.texts == ["CommentAdded 1"]


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


async def test_live_events_that_come_together_are_told_together(database: Database) -> None:
    assert database
    async with opened(replace(IMPATIENT, patience=10, renders=8)) as hub:
        basket, other = await listen(hub), await listen(hub, selection="another")
        await write(*(change(number) for number in range(1, 9)))
        assert await basket.until(8) == await other.until(8)
        assert basket.offers == [4, 4]  # eight answers are built at once, four of each kind


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


async def test_a_resumed_subscription_has_everything_before_what_cannot_be_built(hub: Hub) -> None:
    start, witness = str(await event_log.current()), await listen(hub)
    await write(*(change(number) for number in range(1, 6)))
    await witness.until(5)

    async def breaks(event: FeedEvent) -> str:
        if summary(event) in ("CommentAdded 3", "CommentAdded 4"):
            raise ZeroDivisionError
        return summary(event)

    basket, good = RecordingSink(), await listen(hub, Topic("feed", after=start))
    await hub.subscribe(Topic("feed", after=start), FakeViewer(), "breaks", breaks, basket)
    await good.until(5)
    await eventually(lambda: basket.failed)
    assert basket.texts == ["CommentAdded 1", "CommentAdded 2"]


async def test_a_resumed_subscription_waits_for_the_database_and_misses_nothing(hub: Hub) -> None:
    start, away, witness = str(await event_log.current()), [True, True], await listen(hub)
    await write(*(change(number) for number in range(1, 6)))
    await witness.until(5)

    async def waits(event: FeedEvent) -> str:
        if summary(event) == "CommentAdded 3" and away and away.pop():
            raise DatabaseUnavailable("away")
        return summary(event)

    basket = await listen(hub, Topic("feed", after=start), render=waits, selection="waits")
    other = await listen(hub, Topic("feed", after=start))
    expected = [f"CommentAdded {number}" for number in range(1, 6)]
    assert await basket.until(5) == await other.until(5) == expected


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
        assert 2 <= asked.count("read_after") <= 6  # two or three pages, for two cohorts at most
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


async def test_a_replay_leaves_out_what_is_hidden_now(hub: Hub) -> None:
    start, witness = str(await event_log.current()), await listen(hub)
    await write(change(1), change(2), change(3))
    await witness.until(3)
    basket = await listen(hub, Topic("feed", after=start), render=hiding(2))
    assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 3"]


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


async def test_an_answer_that_cannot_be_built_ends_its_subscriptions_only(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_event: FeedEvent) -> str:
        raise ZeroDivisionError

    bad, good = await listen(hub, render=broken, selection="bad"), await listen(hub)
    await write(change(1))
    await write(change(2))
    assert await good.until(2) == ["CommentAdded 1", "CommentAdded 2"]
    assert bad.failed
    assert [record.message for record in caplog.records] == ["An event of the feed could not be rendered"]


async def test_a_subscriber_may_leave_while_its_answer_fails(hub: Hub) -> None:
    basket = RecordingSink()

    async def leaves_and_fails(_event: FeedEvent) -> str:
        stop()
        raise ZeroDivisionError

    stop = await hub.subscribe(Topic("feed"), FakeViewer(), "failing", leaves_and_fails, basket)
    other = await listen(hub)
    await write(change(1))
    await other.until(1)
    assert not basket.failed


async def test_many_are_served_in_slices(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.feed.rendering.SLICE_PAYLOADS", 3)
    baskets = [await listen(hub) for _ in range(10)]
    await write(change(1))
    for basket in baskets:
        assert await basket.until(1) == ["CommentAdded 1"]


async def test_only_so_many_cursors_are_remembered(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.feed.hub.POSITIONS_REMEMBERED", 2)
    basket = await listen(hub)
    await write(*(change(number) for number in range(1, 6)))
    await basket.until(5)
    again = await listen(hub, Topic("feed", after=await cursor_of(1)))
    assert await again.until(4) == basket.texts[1:]


async def test_a_replay_that_cannot_be_built_ends_too(hub: Hub) -> None:
    async def broken(_event: FeedEvent) -> str:
        raise ZeroDivisionError

    start, witness = str(await event_log.current()), await listen(hub)
    await write(change(1))
    await witness.until(1)
    bad = await listen(hub, Topic("feed", after=start), render=broken)
    await eventually(lambda: bad.failed)


async def test_an_answer_waits_for_a_database_that_is_away(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    away = True

    async def unsteady(event: FeedEvent) -> str:
        if away:
            raise DatabaseUnavailable("away")
        return summary(event)

    basket, other = await listen(hub, render=unsteady, selection="unsteady"), await listen(hub)
    await write(change(1), change(2))
    await other.until(2)
    await asyncio.sleep(0.4)
    assert basket.texts == []
    away = False
    assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 2"]
    interrupted, over = (record.message for record in caplog.records if record.name == "runtime.backoff")
    assert interrupted.startswith("Catching up with the comment feed is interrupted and will be tried again")
    assert over.startswith("Catching up with the comment feed goes on after ")


async def test_who_cannot_be_caught_up_fills_no_log_and_holds_nobody_up(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    start, attempts = str(await event_log.current()), 0

    async def unavailable(_event: FeedEvent) -> str:
        nonlocal attempts
        attempts += 1
        raise DatabaseUnavailable("away")

    await write(change(1))
    await listen(hub, Topic("feed", after=start), render=unavailable, selection="unavailable")
    for number in range(3):
        await eventually(lambda: attempts > number)  # noqa: B023
        good = await listen(hub, Topic("feed", after=start), selection=str(number))
        assert await good.until(1) == ["CommentAdded 1"]
    (record,) = (record for record in caplog.records if record.name == "runtime.backoff")
    assert "is interrupted and will be tried again" in record.message
    assert record.exc_info is None


async def test_the_hub_survives_a_database_that_fails(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    basket = await listen(hub)
    read = event_log.read_after

    async def fails(*_args: object, **_kwargs: object) -> list[event_log.LoggedEvent]:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(event_log, "read_after", fails)
    await write(change(1))
    await eventually(lambda: bool(caplog.records))
    await asyncio.sleep(0.3)
    monkeypatch.setattr(event_log, "read_after", read)
    assert await basket.until(1) == ["CommentAdded 1"]
    interrupted, over = (record.message for record in caplog.records if record.name == "runtime.backoff")
    assert interrupted == "The comment feed is interrupted and will be tried again: away"
    assert over.startswith("The comment feed goes on after ")


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


async def test_events_that_nobody_listens_to_are_not_read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = await hub.subscribe(Topic("feed"), FakeViewer(), "all", render, RecordingSink())
    stop()
    monkeypatch.delattr(event_log, "read_after")
    await write(change(1))
    await asyncio.sleep(0.15)
    monkeypatch.undo()
    basket = await listen(hub)
    await write(change(2))
    assert await basket.until(1) == ["CommentAdded 2"]


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
