"""The feed's lines are fair: who asks for much delays itself, and each event still reaches everyone once, in order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from live.feed import event_log
from live.feed.events import FeedEvent
from live.feed.fairness import LeastUsedQueue, UseByClient
from live.feed.hub import Hub
from live.feed.topic import Topic
from runtime.decaying_use import HALF_LIFE_SECONDS
from storage import AnswerTooLarge, Database, StatementTimeout, measured
from tests.live.listening import IMPATIENT, FakeViewer, RecordingSink, eventually, opened, summary
from tests.live.writing import change, write

FAIR = replace(IMPATIENT, dear=0.02, live_answers=4)


@pytest.fixture
async def fair(database: Database) -> AsyncIterator[Hub]:
    assert database
    async with opened(FAIR) as hub:
        yield hub


class Dear:
    """Answers for which the database works until it is let go; all that are built are noted."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.begun: list[str] = []
        self.now = self.most = 0

    def of(self, client: str) -> Callable[[FeedEvent], Any]:
        async def render(event: FeedEvent) -> str:
            self.begun.append(client)
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                with measured():
                    await self.free.wait()
                    await asyncio.sleep(FAIR.dear / 2)
            finally:
                self.now -= 1
            return summary(event)

        return render


async def follow(hub: Hub, client: str, render: Any, number: int = 0, **more: Any) -> RecordingSink:
    """Subscribe as a client, to an answer of its own."""
    basket = RecordingSink()
    topic = more.pop("topic", Topic("feed"))
    await hub.subscribe(topic, FakeViewer(), f"{client} {number}", render, basket, client, **more)
    return basket


async def quickly(event: FeedEvent) -> str:
    return summary(event)


def added(*numbers: int) -> list[str]:
    return [f"CommentAdded {number}" for number in numbers]


async def test_dear_answers_delay_their_own_subscribers_only(fair: Hub) -> None:
    """Before, a newcomer was never told: all who could build its answer were busy for ever."""
    dear = Dear()
    many = [
        await follow(fair, client, dear.of(client), number)
        for client in "abcdefghijklmnop"
        for number in (1, 2)
    ]
    newcomer = await follow(fair, "newcomer", quickly)
    for number in (1, 2, 3):
        await write(change(number))
        assert await newcomer.until(number) == added(*range(1, number + 1))
    late = await follow(
        fair, "latecomer", quickly, topic=Topic("feed", after=(await event_log.read_after(0, 1))[0].cursor)
    )
    assert await late.until(2) == added(2, 3)
    assert [basket.texts for basket in many] == [[]] * len(many)
    dear.free.set()
    for basket in many:
        assert await basket.until(3) == added(1, 2, 3)


async def test_dear_answers_are_built_one_at_a_time_for_the_clients_in_turn(fair: Hub) -> None:
    dear = Dear()
    many = [await follow(fair, "many", dear.of("many"), number) for number in range(4)]
    witness = await follow(fair, "witness", quickly)
    await write(change(1))
    await witness.until(1)
    groups = fair._subscriptions  # noqa: SLF001
    await eventually(lambda: all(group.cost is not None for group in groups if "many" in group.clients))
    few = await follow(fair, "few", dear.of("few"), rows=FAIR.live_rows + 1)
    await write(change(2))
    await witness.until(2)
    dear.begun.clear()
    dear.most = dear.now
    dear.free.set()
    await few.until(1)
    assert any(len(basket.texts) < 2 for basket in many)  # it has waited for one of them, not for all
    for basket in many:
        await basket.until(2)
    assert dear.most <= 1 + FAIR.replays  # those that have not proved to be dear yet are tried elsewhere


async def test_who_has_proved_to_be_dear_stays_apart_until_it_is_cheap(fair: Hub) -> None:
    dear = Dear()
    one, quick = await follow(fair, "one", dear.of("one")), await follow(fair, "other", quickly)
    (group,) = (group for group in fair._subscriptions if "one" in group.clients)  # noqa: SLF001
    await write(change(1))
    await quick.until(1)
    await eventually(lambda: len(dear.begun) == 2)
    await asyncio.sleep(FAIR.dear * 4)
    dear.free.set()
    await one.until(1)
    dear.begun.clear()
    dear.free.clear()
    await write(change(2))
    await quick.until(2)
    await eventually(lambda: dear.begun == ["one"])  # once: it was not tried among others before
    assert group.in_slow_lane
    dear.free.set()
    for number in range(3, 12):
        await write(change(number))
        await one.until(number)
    assert one.texts == added(*range(1, 12))
    await eventually(lambda: not group.in_slow_lane)


async def test_who_asks_for_large_answers_is_told_apart(fair: Hub) -> None:
    async def large(event: FeedEvent) -> str:
        return summary(event) + "." * 1_000_000

    one, quick = await follow(fair, "one", large), await follow(fair, "other", quickly)
    (group,) = (group for group in fair._subscriptions if "one" in group.clients)  # noqa: SLF001
    for number in (1, 2, 3):
        await write(change(number))
        await one.until(number)
        await quick.until(number)
    assert group.in_slow_lane
    assert [text.rstrip(".") for text in one.texts] == added(1, 2, 3)


async def test_many_rows_are_not_tried_among_others(fair: Hub) -> None:
    one = await follow(fair, "one", quickly, rows=FAIR.live_rows + 1)
    (group,) = fair._subscriptions  # noqa: SLF001
    assert group.in_slow_lane
    await write(change(1))
    assert await one.until(1) == added(1)
    await eventually(lambda: not group.in_slow_lane)
    await write(change(2))
    assert await one.until(2) == added(1, 2)


async def test_of_one_client_only_so_many_answers_are_built_among_others(fair: Hub) -> None:
    many = [await follow(fair, "many", quickly, number) for number in range(20)]
    shared = await follow(fair, "other", quickly)
    await fair.subscribe(Topic("feed"), FakeViewer(), "other 0", quickly, RecordingSink(), "many")
    live = [group for group in fair._subscriptions if not group.in_slow_lane]  # noqa: SLF001
    assert len(live) == FAIR.live_answers + 1
    await write(*(change(number) for number in range(1, 31)))
    for basket in [*many, shared]:
        assert await basket.until(30) == added(*range(1, 31))


async def test_who_has_used_its_share_is_told_apart_while_there_are_others(database: Database) -> None:
    assert database
    async with opened(replace(FAIR, share=0.0)) as hub:
        one = await follow(hub, "one", quickly)
        (group,) = hub._subscriptions  # noqa: SLF001
        await write(change(1), change(2))
        await one.until(2)
        assert not group.in_slow_lane
        other = await follow(hub, "other", quickly)
        await write(change(3))
        assert await one.until(3) == added(1, 2, 3)
        assert group.in_slow_lane
        assert await other.until(1) == added(3)


@pytest.mark.parametrize(
    ("error", "tries"), [(StatementTimeout("too long"), 2), (AnswerTooLarge("too large"), 1)]
)
async def test_what_cannot_be_answered_ends_with_words_and_no_trace(
    fair: Hub, caplog: pytest.LogCaptureFixture, error: Exception, tries: int
) -> None:
    asked = 0

    async def impossible(_event: FeedEvent) -> str:
        nonlocal asked
        asked += 1
        raise error

    one, quick = await follow(fair, "one", impossible), await follow(fair, "other", quickly)
    await write(change(1))
    await eventually(lambda: one.ended)
    assert not one.failed
    assert asked == tries
    await write(change(2))
    assert await quick.until(2) == added(1, 2)
    assert one.texts == []
    assert caplog.records == []


@pytest.mark.parametrize("client", ["one", "other"])
async def test_a_long_run_of_events_delays_its_own_followers_only(database: Database, client: str) -> None:
    """Before, whoever followed another post had to wait for all of them."""
    assert database

    async def unhurried(event: FeedEvent) -> str:
        await asyncio.sleep(0.001)
        return summary(event)

    async with opened(replace(FAIR, page=40)) as hub:
        long = await follow(hub, "one", unhurried, topic=Topic("feed", post_id=1))
        other = await follow(hub, client, quickly, 1, topic=Topic("feed", post_id=2))
        await write(*(change(number) for number in range(1, 1201)), change(5000, post_id=2))
        assert await other.until(1) == added(5000)
        assert len(long.texts) < 600
        await write(change(1201))
        assert await long.until(1201) == added(*range(1, 1202))


def test_what_was_used_is_forgotten_by_and_by() -> None:
    now = [0.0]
    uses = UseByClient(1.0, lambda: now[0])
    uses.charge("a", 4.0)
    assert uses.over("a")
    assert not uses.over("b")
    assert uses.payer(["a", "b"]) == "b"
    assert uses.payer(["a"]) == "a"
    assert uses.payer([]) is None
    now[0] = 2 * HALF_LIFE_SECONDS
    assert uses.of("a") == pytest.approx(1.0)
    uses.charge("b", 1.5)
    assert uses.rank("c") < uses.rank("a") < uses.rank("b")


def test_the_next_in_line_is_of_whoever_has_used_least() -> None:
    uses = UseByClient(1.0, lambda: 0.0)
    lines: LeastUsedQueue[str] = LeastUsedQueue(uses)
    for item in ("a1", "a2", "a3", "b1", "b2", "c1"):
        lines.put(item[0], item)
    took = []
    while lines:
        took.append(lines.take())
        uses.charge(took[-1][0], {"a": 5.0, "b": 1.0, "c": 1.0}[took[-1][0]])
    assert took == ["a1", "b1", "c1", "b2", "a2", "a3"]


def test_only_so_many_clients_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.decaying_use.CLIENTS_REMEMBERED", 2)
    uses = UseByClient(1.0, lambda: 0.0)
    for client in "abc":
        uses.charge(client, 2.0)
    assert [uses.over(client) for client in "abc"] == [False, True, True]
