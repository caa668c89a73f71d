"""Slots for the connections: nobody waits for ever, nobody is held up by somebody else's many or long statements."""

import asyncio
from collections.abc import Callable, Hashable

import pytest

from storage import DatabaseBusy, DatabaseUnavailable, caller
from storage.fair_limiter import FairLimiter
from storage.slot_uses import Slot
from tests.databases import opened
from tests.storage.test_reads import ENDLESS


class Line:
    """Turns at one place, and who had them in which order; the loop's clock is set by hand."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, places: int = 1, acquire_timeout: float | None = None
    ) -> None:
        self.limiter = FairLimiter(places, acquire_timeout)
        self.had: list[Hashable] = []
        self.seconds = 1000.0
        monkeypatch.setattr("storage.fair_limiter._now", lambda: self.seconds)

    async def take(self, who: Hashable) -> Slot:
        """Wait for a turn."""
        caller.set(who)
        slot = await self.limiter.take()
        self.had.append(who)
        return slot

    def ask(self, who: Hashable) -> asyncio.Task[Slot]:
        """Stand in line."""
        return asyncio.create_task(self.take(who))

    async def use(self, asked: asyncio.Task[Slot], seconds: float) -> None:
        """Use the turn for so long."""
        slot = await asyncio.wait_for(asked, 10)
        self.seconds += seconds
        self.limiter.end(slot)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


async def stand() -> None:
    """Let everybody who has been made stand in line."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_one_callers_statements_run_in_the_order_in_which_they_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = Line(monkeypatch)
    limiter = [line.ask("a") for _ in range(3)]
    await stand()
    done = []
    for slot in limiter:
        await line.use(slot, 1)
        done.append([each.done() for each in limiter])
        await stand()
    assert [row.count(True) for row in done] == [1, 2, 3]


async def test_many_statements_of_one_hold_up_nobody_else(line: Line) -> None:
    many = [line.ask("many") for _ in range(50)]
    await stand()
    few = line.ask("few")
    await stand()
    await line.use(many[0], 5)
    await line.use(few, 0.01)
    await line.use(many[1], 5)
    assert line.had == ["many", "few", "many"]
    for each in many[2:]:
        each.cancel()


async def test_long_statements_of_several_hold_up_nobody_else(line: Line) -> None:
    long = [line.ask(f"long {number % 5}") for number in range(20)]
    await stand()
    for asked in long[:5]:
        await line.use(asked, 5)
        await stand()
    short = line.ask("short")
    await stand()
    await line.use(long[5], 5)
    await line.use(short, 0.01)
    assert line.had[-2:] == ["long 0", "short"]
    for each in long:
        each.cancel()


async def test_what_runs_now_counts_as_used(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, places=2)
    running, other = await line.ask("runs"), await line.ask("other")
    line.seconds += 3
    waiting = [line.ask("runs"), line.ask("new")]
    await stand()
    line.limiter.end(other)
    await stand()
    assert line.had == ["runs", "other", "new"]
    line.limiter.end(running)
    for each in waiting:
        await each


async def test_what_was_used_is_forgotten(line: Line) -> None:
    await line.use(line.ask("a"), 8)
    await line.use(line.ask("b"), 4)
    line.seconds += 300
    await line.use(line.ask("b"), 1)
    holding, waiting = await line.ask("c"), [line.ask("b"), line.ask("a")]
    await stand()
    line.limiter.end(holding)
    await line.use(waiting[1], 0)
    await line.use(waiting[0], 0)
    assert line.had[-2:] == ["a", "b"]


async def test_the_server_itself_goes_first(line: Line) -> None:
    await line.use(line.ask(None), 100)
    holding, waiting = await line.ask("a"), [line.ask("b"), line.ask(None)]
    await stand()
    line.seconds += 1
    line.limiter.end(holding)
    await line.use(waiting[1], 0)
    await line.use(waiting[0], 0)
    assert line.had[-2:] == [None, "b"]


@pytest.mark.parametrize("steps", range(6))
async def test_a_turn_that_comes_as_its_caller_leaves_goes_to_the_next(line: Line, steps: int) -> None:
    holding, leaving, staying = await line.ask("a"), line.ask("b"), line.ask("c")
    await stand()
    line.limiter.end(holding)
    for _ in range(steps):
        await asyncio.sleep(0)
    if leaving.cancel():
        await asyncio.wait([leaving])
    if not leaving.cancelled():
        line.limiter.end(leaving.result())
    line.limiter.end(await staying)
    assert await line.ask("d")


async def test_only_so_many_callers_are_remembered(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.decaying_use.CLIENTS_REMEMBERED", 10)
    for number in range(100):
        await line.use(line.ask(number), 1)
    assert len(line.limiter._uses._all._used) == 10  # noqa: SLF001 - what is kept shows nowhere else


async def test_a_wait_for_a_connection_ends(database_url: str) -> None:
    async with opened(
        database_url, readers=1, pool_size=1, statement_timeout=None, acquire_timeout=0.1
    ) as database:
        endless = asyncio.create_task(database.fetch_text(ENDLESS[database.dialect], []))
        await asyncio.sleep(0.05)
        for _ in range(2):
            with pytest.raises(DatabaseBusy, match=r"No connection was free for 0\.1 s"):
                await database.ping()
        endless.cancel()
        await asyncio.wait([endless])
        await asks_until(database.ping)


async def asks_until(ask: Callable[[], object]) -> None:
    """Ask until the connection is free again: PostgreSQL takes a moment."""
    async with asyncio.timeout(10):
        while True:
            try:
                await ask()  # type: ignore[misc]
            except DatabaseBusy:
                continue
            return


async def test_the_log_is_told_of_many_refusals_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    line = Line(monkeypatch, acquire_timeout=0.01)
    await line.ask("holds")
    for _ in range(2):
        refused = await asyncio.gather(*(line.ask(n) for n in range(20)), return_exceptions=True)
        assert {type(each) for each in refused} == {DatabaseBusy}
        line.seconds += 11
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == [
        "1",
        "20",
    ]


async def test_closing_sends_away_who_waits(sqlite_url: str) -> None:
    async with opened(sqlite_url, readers=1, statement_timeout=None, acquire_timeout=None) as database:
        reads = [asyncio.create_task(database.fetch_text(ENDLESS["sqlite"], [])) for _ in range(3)]
        await asyncio.sleep(0.05)
    for read in reads:
        with pytest.raises(DatabaseUnavailable, match="closed"):
            await read


async def test_strangers_with_endless_statements_do_not_keep_others_from_reading(database_url: str) -> None:
    """Three of them, with forty statements each, on two connections."""
    async with opened(
        database_url, readers=2, pool_size=2, statement_timeout=0.2, acquire_timeout=30
    ) as database:

        async def read(who: str, sql: str) -> str:
            caller.set(who)
            try:
                await database.fetch_text(sql, [])
            except Exception as error:  # noqa: BLE001 - its kind is what is looked at
                return type(error).__name__
            return "read"

        strangers = [
            asyncio.create_task(read(f"stranger {number % 3}", ENDLESS[database.dialect]))
            for number in range(120)
        ]
        await asyncio.sleep(0.5)
        assert await read("reader", "SELECT cursor FROM feed") == "read"
        assert sum(task.done() for task in strangers) < 30
        for task in strangers:
            task.cancel()
        await asyncio.wait(strangers)


class Compared:
    """A caller who counts how often one of them is compared with another."""

    times = 0

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return self is other

    __hash__ = object.__hash__


async def test_a_crowd_that_waits_is_not_compared_with_all_who_have_a_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = Line(monkeypatch, places=40)
    limiter = [await line.ask(Compared()) for _ in range(40)]
    waiting = [line.ask(Compared()) for _ in range(100)]
    await stand()
    Compared.times = 0
    line.limiter.end(limiter[0])
    assert Compared.times < 40
    for each in waiting:
        each.cancel()


async def test_who_comes_to_a_crowd_is_refused_at_once(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """But neither those who stand there already nor the server itself."""
    monkeypatch.setattr("storage.fair_limiter.MAX_WAITERS", 3)
    holding = await line.ask("holds")
    waiting = [line.ask(who) for who in ("a", "b", "c")]
    await stand()
    with pytest.raises(DatabaseBusy, match="Too many wait"):
        await line.ask("d")
    waiting += [line.ask("a"), line.ask(None)]
    await stand()
    line.limiter.end(holding)
    for each in (waiting[-1], *waiting[:-1]):
        await line.use(each, 1)
    assert caplog.messages == ["Too many wait for one of 1 connections; statements refused: 1"]
