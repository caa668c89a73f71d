"""Shares of the connections: some are always out of the reach of one client, and of all who ask for long statements."""

import asyncio
import itertools
from collections.abc import Callable, Hashable

import pytest

from storage import Database, caller
from storage.fair_limiter import FairLimiter, slots_for_long_ones
from storage.slot_uses import DEAR_SECONDS, LONG_SECONDS, Slot
from tests.databases import opened
from tests.storage.test_reads import COUNTING, ENDLESS

LASTING = COUNTING.format(one="1").replace("FROM c)", "FROM c WHERE n < 300000)")


class Shared:
    """Four connections, one of them for long statements; the loop's clock is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, places: int = 4) -> None:
        self.limiter = FairLimiter(places, None, long_places=1)
        self.seconds = 1000.0
        monkeypatch.setattr("storage.fair_limiter._now", lambda: self.seconds)

    def ask(self, who: Hashable, **how: bool) -> asyncio.Task[Slot]:
        """Ask for a turn."""

        async def take() -> Slot:
            caller.set(who)
            return await self.limiter.take(**how)

        return asyncio.create_task(take())

    async def has(self, who: Hashable, **how: bool) -> Slot | None:
        """Ask for a turn, and have it or leave."""
        asked = self.ask(who, **how)
        await stand()
        if asked.done():
            return asked.result()
        asked.cancel()
        await asyncio.wait([asked])
        return None

    async def takes(self, who: Hashable, **how: bool) -> Slot:
        """A turn that is there at once."""
        slot = await self.has(who, **how)
        assert slot is not None
        return slot

    async def uses(self, who: Hashable, seconds: float, **how: bool) -> None:
        """Use a turn for so long."""
        slot = await self.takes(who, **how)
        self.seconds += seconds
        self.limiter.end(slot)

    def goes_on(self, slot: Slot) -> bool:
        """Whether a turn goes on whose time to be looked at has come."""
        slot.preempt = slot.preempt or (lambda: None)
        self.limiter.consider_preempting(slot)
        return not slot.preempted

    async def hold_the_long_place(self) -> Slot:
        """Have somebody's long statement run."""
        slot = await self.takes("holds")
        self.seconds += LONG_SECONDS
        assert self.goes_on(slot)
        assert slot.long
        return slot


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Shared:
    return Shared(monkeypatch)


async def stand() -> None:
    """Let everybody who has asked stand in line."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_one_client_has_half_of_the_connections_at_most(shared: Shared) -> None:
    many = [shared.ask("many") for _ in range(50)]
    await stand()
    assert [asked.done() for asked in many].count(True) == 2
    newcomers = [await shared.takes(who) for who in ("a", "b")]
    for slot in (*newcomers, many[0].result()):
        shared.limiter.end(slot)
    await stand()
    assert [asked.done() for asked in many].count(True) == 3
    for asked in many:
        asked.cancel()


@pytest.mark.parametrize(("places", "share"), [(1, 1), (2, 1), (3, 1), (4, 2), (10, 5)])
async def test_half_is_one_at_least(monkeypatch: pytest.MonkeyPatch, places: int, share: int) -> None:
    shared = Shared(monkeypatch, places)
    had = [await shared.has("many") for _ in range(places)]
    assert len([slot for slot in had if slot]) == share


async def test_the_last_connections_are_for_those_who_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Shared(monkeypatch, 8)
    many = {who: [shared.ask(who) for _ in range(10)] for who in "abcd"}
    await stand()
    had = {who: [asked.done() for asked in many[who]].count(True) for who in many}
    assert sum(had.values()) == 6 + 2
    assert min(had.values()) >= 1
    shared.limiter.end(many["a"][0].result())
    newcomer = shared.ask("e")
    await stand()
    assert newcomer.done()
    for asked in itertools.chain(*many.values()):
        asked.cancel()


async def test_the_server_itself_may_have_them_all(shared: Shared) -> None:
    limiter = [await shared.takes(None) for _ in range(4)]
    shared.seconds += 10
    assert all(shared.goes_on(slot) for slot in limiter)
    assert not any(slot.long for slot in limiter)


async def test_a_long_statement_too_many_begins_anew_when_the_one_before_has_ended(shared: Shared) -> None:
    first, second = await shared.hold_the_long_place(), await shared.takes("b")
    shared.seconds += DEAR_SECONDS
    assert not shared.goes_on(second)
    shared.limiter.end(second)
    again = shared.ask("b", long=True)
    await stand()
    assert not again.done()
    assert await shared.has("short")
    shared.limiter.end(first)
    assert shared.goes_on(await again)


async def test_a_statement_that_is_not_very_long_goes_on_while_nobody_waits(shared: Shared) -> None:
    """Where all is slow, nothing should be done twice without need."""
    await shared.hold_the_long_place()
    lasting = [await shared.takes(who) for who in ("a", "b", "c")]
    shared.seconds += LONG_SECONDS
    assert all(shared.goes_on(slot) for slot in lasting)
    shared.seconds += LONG_SECONDS
    newcomers = [shared.ask(who) for who in ("d", "e")]
    await stand()
    assert [slot.preempted for slot in lasting] == [True, True, False]
    for slot in lasting[:2]:
        shared.limiter.end(slot)
    await stand()
    assert all(asked.done() for asked in newcomers)


async def test_whoever_waits_already_when_a_statement_becomes_long_gets_its_place(shared: Shared) -> None:
    await shared.hold_the_long_place()
    lasting = [await shared.takes(who) for who in ("a", "b", "c")]
    newcomer = shared.ask("d")
    await stand()
    assert not any(slot.preempted for slot in lasting)
    shared.seconds += LONG_SECONDS
    assert not shared.goes_on(lasting[0])
    shared.limiter.end(lasting[0])
    assert await newcomer


async def test_nobody_is_broken_off_for_those_with_long_statements(shared: Shared) -> None:
    await shared.uses("dear", 5)
    await shared.hold_the_long_place()
    lasting = [await shared.takes(who) for who in ("a", "b", "c")]
    shared.seconds += LONG_SECONDS
    dear = shared.ask("dear")
    await stand()
    assert all(shared.goes_on(slot) for slot in lasting)
    dear.cancel()


async def test_who_has_asked_for_long_statements_waits_though_connections_are_free(shared: Shared) -> None:
    await shared.uses("dear", 3)
    running = await shared.takes("dear")
    assert await shared.has("dear") is None
    assert await shared.has("light") is not None
    shared.limiter.end(running)
    assert await shared.has("dear")


async def test_statements_that_were_all_broken_off_are_long_ones_too(shared: Shared) -> None:
    holding = await shared.hold_the_long_place()
    for _ in range(5):
        await shared.uses("dear", LONG_SECONDS)
    assert await shared.has("dear") is None
    shared.limiter.end(holding)
    assert await shared.has("dear")


async def test_a_long_statement_counts_while_it_runs(shared: Shared) -> None:
    assert shared.goes_on(await shared.takes("dear"))
    await shared.hold_the_long_place()
    shared.seconds += 2 * DEAR_SECONDS
    assert await shared.has("dear") is None


async def test_many_short_statements_are_no_long_ones(shared: Shared) -> None:
    for _ in range(1000):
        await shared.uses("busy", 0.1)
    await shared.hold_the_long_place()
    assert await shared.has("busy")


async def test_a_long_statement_among_many_short_ones_is_an_accident(shared: Shared) -> None:
    """Where others compete for the processor, any statement takes long now and then."""
    for _ in range(20):
        await shared.uses("busy", LONG_SECONDS)
        for _ in range(100):
            await shared.uses("busy", 0.01)
    await shared.hold_the_long_place()
    assert await shared.has("busy")


async def test_long_statements_are_forgotten(shared: Shared) -> None:
    await shared.uses("dear", 5)
    await shared.hold_the_long_place()
    assert await shared.has("dear") is None
    shared.seconds += 300
    assert await shared.has("dear")


async def test_who_turns_out_to_ask_for_long_ones_waits_with_those(shared: Shared) -> None:
    """Two of its statements run, the third waits for its share and then for a place among the long ones."""
    running = [await shared.takes("dear"), await shared.takes("dear")]
    third = shared.ask("dear")
    await stand()
    shared.seconds += 2 * DEAR_SECONDS
    assert [shared.goes_on(slot) for slot in running] == [True, False]
    shared.limiter.end(running[1])
    await stand()
    assert not third.done()
    assert await shared.has("short")
    shared.limiter.end(running[0])
    assert (await third).long


async def test_of_those_with_long_statements_who_has_used_least_goes_first(shared: Shared) -> None:
    for who, seconds in (("a", 9.0), ("b", 2.0), ("c", 4.0)):
        await shared.uses(who, seconds)
    running, had = await shared.takes("a"), []
    waiting = {who: shared.ask(who) for who in ("a", "c", "b")}
    for _ in range(3):
        await stand()
        assert not any(asked.done() for asked in waiting.values())
        shared.limiter.end(running)
        await stand()
        (who,) = [who for who, asked in waiting.items() if asked.done()]
        running = waiting.pop(who).result()
        had.append(who)
    assert had == ["b", "c", "a"]


async def test_a_transaction_may_wait_for_a_lock_as_long_as_it_likes(shared: Shared) -> None:
    """That says nothing of its client's statements, and holds up none of the long ones."""
    writing = await shared.takes("author", kept=True)
    shared.seconds += 10
    reading = [await shared.takes(who) for who in "abc"]
    waiting = shared.ask("d")
    await stand()
    assert not writing.preempted
    waiting.cancel()
    for slot in (writing, *reading):
        shared.limiter.end(slot)
    await shared.hold_the_long_place()
    assert await shared.has("author")


@pytest.mark.parametrize(
    ("places", "processors", "long"), [(1, 8, 1), (4, 1, 1), (4, 2, 1), (4, 4, 2), (10, 4, 3), (10, 64, 5)]
)
def test_long_statements_leave_half_of_the_connections_and_a_processor_to_others(
    monkeypatch: pytest.MonkeyPatch, places: int, processors: int, long: int
) -> None:
    monkeypatch.setattr("storage.fair_limiter._processors", lambda: processors)
    assert slots_for_long_ones(places) == long


async def read(database: Database, who: str, sql: str) -> str | None:
    caller.set(who)
    return await database.fetch_text(sql, [])


async def test_whoever_comes_to_endless_statements_is_answered_at_once(database_url: str) -> None:
    """Sixteen clients with five of them each: none of them has to end before."""
    async with opened(
        database_url, readers=4, pool_size=4, statement_timeout=120, acquire_timeout=None
    ) as database:
        endless = [
            asyncio.create_task(read(database, f"client {number % 16}", ENDLESS[database.dialect]))
            for number in range(80)
        ]
        async with asyncio.timeout(60):
            for number in range(50):
                newcomer = asyncio.create_task(
                    read(database, f"newcomer {number}", "SELECT cursor FROM feed")
                )
                assert await newcomer
        assert not any(task.done() for task in endless)
        for task in endless:
            task.cancel()
        await asyncio.wait(endless)


async def test_a_statement_that_was_broken_off_is_answered_in_the_end(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("storage.fair_limiter.LONG_SECONDS", "storage.fair_limiter.DEAR_SECONDS"):
        monkeypatch.setattr(name, 0.01)
    monkeypatch.setattr("storage.fair_limiter._processors", lambda: 2)
    preempted: list[Slot] = []
    monkeypatch.setattr(Slot, "preempt_now", _noting(preempted, Slot.preempt_now))
    async with opened(database_url, readers=4, pool_size=4, acquire_timeout=None) as database:
        reads = [asyncio.create_task(read(database, f"client {n}", LASTING)) for n in range(4)]
        reads[0].cancel()
        assert await asyncio.gather(*reads[1:]) == ["300000"] * 3
        assert len(preempted) >= 2
        assert await read(database, "newcomer", "SELECT cursor FROM feed")


def _noting(limiter: list[Slot], preempt_now: Callable[[Slot], None]) -> Callable[[Slot], None]:
    def note(slot: Slot) -> None:
        limiter.append(slot)
        preempt_now(slot)

    return note
