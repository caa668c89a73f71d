"""Answers that cannot be built, and a database that is away: whom it concerns, and what the log says."""

import asyncio
import logging

import pytest

from live.feed import event_log
from live.feed.events import FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from storage import DatabaseUnavailable
from tests.live.listening import (
    FakeViewer,
    RecordingSink,
    eventually,
    listen,
    summary,
)
from tests.live.writing import change, write


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
