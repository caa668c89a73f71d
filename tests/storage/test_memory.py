"""Memory under way: shares, order, patience; and what an operation reserves for its statements."""

import asyncio
from collections.abc import Awaitable

import pytest

from storage import AnswerTooLarge, MemoryBusy
from storage.memory import Budget, Meter
from storage.reservation import MODEST_BYTES, SMALL_BYTES, AnswerSizes, Reservation, promise_answer
from tests.databases import opened

MIB = 2**20


async def stand() -> None:
    """Let everybody who has been made stand in line."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_is_given_back_is_there_for_others() -> None:
    budget = Budget(100, 50)
    one = budget.account("one")
    one.take(50)
    assert (budget.held, budget.of("one")) == (50, 50)
    with pytest.raises(MemoryBusy):
        one.take(1)
    one.give(50)
    assert (budget.held, budget.of("one")) == (0, 0)
    one.take(1)


async def test_one_client_has_no_more_than_its_share() -> None:
    budget = Budget(100, 50)
    budget.account("one").add(50)
    assert budget.account("one").crowded
    assert not budget.account("other").crowded


async def test_those_who_hold_much_leave_room_for_those_who_hold_little() -> None:
    budget = Budget(6400, 6400)
    budget.account("many").take(4800)
    with pytest.raises(MemoryBusy):
        budget.account("many").take(1)
    few = budget.account("few")
    few.take(400)
    with pytest.raises(MemoryBusy):
        few.take(1)
    for number in range(12):
        budget.account(number).take(100)
    assert budget.held == 6400
    budget.account("next to nothing").take(100)


async def test_whoever_would_hold_least_is_let_in_first() -> None:
    budget, order = Budget(100, 90, acquire_timeout=30), list[str]()

    async def wait(name: str, size: int) -> None:
        await budget.account(name).wait(size)
        order.append(name)

    full = budget.account("full")
    full.add(90)
    waiting = []
    for name, size in (("large", 60), ("full", 10), ("small", 30)):
        waiting.append(asyncio.create_task(wait(name, size)))
        await stand()
    assert (order, budget.waiting) == ([], 3)
    full.give(60)
    await stand()
    assert order == ["small", "full"], "with what it asks for, it would hold less than the large one"
    budget.account("small").give(30)
    full.give(40)
    await asyncio.gather(*waiting)
    assert order == ["small", "full", "large"]


async def test_nobody_overtakes_those_who_wait_for_others() -> None:
    budget = Budget(100, 90, acquire_timeout=30)
    budget.account("a").add(60)
    budget.account("b").add(10)
    large = asyncio.create_task(budget.account("c").wait(60))
    await stand()
    assert budget.pressed
    later = asyncio.create_task(budget.account("a").wait(1))
    await stand()
    assert not later.done(), "there would be room for it, and never again for the other"
    budget.account("a").give(60)
    await large
    await later


async def test_who_leaves_the_line_lets_those_behind_it_in() -> None:
    budget = Budget(100, 90, acquire_timeout=30)
    budget.account("a").add(60)
    first = asyncio.create_task(budget.account("b").wait(50))
    await stand()
    behind = asyncio.create_task(budget.account("c").wait(10))
    await stand()
    small = asyncio.create_task(budget.account("a").wait(5))
    await stand()
    assert not small.done()
    first.cancel()
    await asyncio.wait([first, behind, small])
    assert budget.held == 75


async def test_who_waits_for_what_it_holds_itself_is_in_nobodys_way() -> None:
    budget = Budget(100, 30, acquire_timeout=30)
    budget.account("a").add(30)
    own = asyncio.create_task(budget.account("a").wait(10))
    await stand()
    assert not budget.pressed
    await asyncio.wait_for(budget.account("b").wait(30), 10)
    own.cancel()


async def test_waiting_ends_in_words_and_leaves_nothing_behind() -> None:
    budget = Budget(100, 50, acquire_timeout=0.01)
    budget.account("a").add(50)
    with pytest.raises(MemoryBusy, match="one client"):
        await budget.account("a").wait(10)
    assert (budget.held, budget.waiting, budget.refused) == (50, 0, 1)


async def test_who_leaves_just_when_there_is_room_gives_it_back() -> None:
    budget = Budget(100, 50, acquire_timeout=30)
    account = budget.account("a")
    account.add(50)
    waiting = asyncio.create_task(account.wait(10))
    await stand()
    account.give(50)
    asyncio.get_running_loop().call_soon(waiting.cancel)
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert (budget.held, budget.waiting) == (0, 0)


async def test_what_several_hold_counts_once() -> None:
    budget, thing = Budget(100, 50), object()
    one, other = budget.account("one"), budget.account("other")
    one.share(thing, 30)
    other.share(thing, 30)
    assert (budget.held, budget.of("one")) == (30, 30)
    one.unshare(thing)
    assert budget.held == 30
    other.unshare(thing)
    assert (budget.held, budget.shared) == (0, {})


async def test_a_meter_follows_one_thing() -> None:
    budget = Budget(100, 50)
    meter = Meter(budget.account("a"))
    for size in (20, 50, 10):
        assert meter.may_be(size)
        meter.set(size)
        assert budget.of("a") == size
    assert not meter.may_be(51)
    meter.set(0)
    assert budget.held == 0


class Statements:
    """A database that knows how large its answers are, and counts how it was asked."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.limits: list[int] = []
        self.held: list[int] = []

    def of(self, size: int) -> "object":
        async def attempt(limit: int) -> bytes:
            self.limits.append(limit)
            self.held.append(self.budget.held)
            await asyncio.sleep(0)
            if size > limit:
                raise AnswerTooLarge("too large")
            return bytes(size)

        return attempt


def reading(
    reservation: Reservation, attempt: object, expected: int = MODEST_BYTES
) -> Awaitable[bytes | None]:
    return reservation.read(attempt, expected)  # type: ignore[arg-type]


async def test_a_statement_runs_with_a_limit_that_has_been_reserved() -> None:
    budget = Budget(96 * MIB)
    statements = Statements(budget)
    with Reservation(budget.account("a"), 24 * MIB) as reservation:
        assert len(await reading(reservation, statements.of(10), 10) or b"") == 10
        assert budget.held == 10
        await reading(reservation, statements.of(2 * MIB), 10)
        assert budget.held == 2 * MIB + 10
        assert statements.limits == [SMALL_BYTES, SMALL_BYTES, MODEST_BYTES, 24 * MIB - 10]
        assert statements.held == [SMALL_BYTES, 10 + SMALL_BYTES, 10 + MODEST_BYTES, 24 * MIB]
    assert budget.held == 0


async def test_the_limit_is_the_whole_answers() -> None:
    budget = Budget(96 * MIB)
    statements = Statements(budget)
    with Reservation(budget.account("a"), 24 * MIB) as reservation:
        fields = [reading(reservation, statements.of(10 * MIB), 10 * MIB) for _ in range(20)]
        results = await asyncio.gather(*fields, return_exceptions=True)
        assert [type(result) for result in results] == [bytes] * 2 + [AnswerTooLarge] * 18
        assert len(statements.limits) == 3, "nothing is read any more once it is too large"
        assert max(statements.held) <= 24 * MIB
        assert budget.held == 20 * MIB
    assert budget.held == 0


async def test_small_fields_add_up_as_well() -> None:
    budget = Budget(96 * MIB)
    with Reservation(budget.account("a"), 100_000) as reservation:
        fields = [reading(reservation, Statements(budget).of(30_000), 30_000) for _ in range(20)]
        results = await asyncio.gather(*fields, return_exceptions=True)
        assert [type(result) for result in results].count(bytes) == 3
    assert budget.held == 0


async def test_a_client_that_holds_its_share_waits_before_its_statement_runs() -> None:
    budget = Budget(8 * MIB, acquire_timeout=30)
    account, statements = budget.account("a"), Statements(budget)
    account.add(4 * MIB)
    with Reservation(account, MIB) as reservation:
        read = asyncio.ensure_future(reading(reservation, statements.of(10)))
        await stand()
        assert statements.limits == []
        account.give(4 * MIB)
        await read
    with Reservation(budget.account("b"), MIB) as reservation:
        account.add(4 * MIB)
        await reading(reservation, statements.of(10))
    assert len(statements.limits) == 2


async def test_an_answer_leaves_room_for_what_was_sent_for_it() -> None:
    budget = Budget(8 * MIB, acquire_timeout=0.01)
    with Reservation(budget.account("a"), 64 * MIB) as reservation:
        reservation.take(MIB)
        await reading(reservation, Statements(budget).of(2 * MIB), 2 * MIB)
        with pytest.raises(AnswerTooLarge):
            await reading(reservation, Statements(budget).of(2 * MIB), 2 * MIB)


async def test_failed_and_abandoned_statements_hold_nothing() -> None:
    budget = Budget(96 * MIB)

    async def endless(_: int) -> bytes:
        await asyncio.sleep(60)
        return b""

    with Reservation(budget.account("a"), MIB) as reservation:
        read = asyncio.ensure_future(reading(reservation, endless))
        await stand()
        assert budget.held == MIB
        read.cancel()
        await asyncio.wait([read])
        assert budget.held == 0


def test_what_a_statement_answered_with_is_expected_again() -> None:
    sizes = AnswerSizes()
    assert SMALL_BYTES < sizes.expected("new") <= MODEST_BYTES
    sizes.record("small", b"x" * 100)
    assert sizes.expected("small") == 125
    sizes.record("small", None)
    assert sizes.expected("small") == 0


async def test_both_databases_keep_to_an_operations_limit(database_url: str) -> None:
    budget = Budget(96 * MIB)
    twice = {"sqlite": "SELECT hex(zeroblob({0}))", "postgresql": "SELECT repeat('ab', {0})"}
    async with opened(database_url, readers=1, pool_size=1) as database:
        statement = twice[database.dialect]
        with Reservation(budget.account("a"), 5 * MIB):
            assert len(await database.fetch_json(statement.format(MIB), []) or b"") == 2 * MIB
            assert budget.held == 2 * MIB
            assert len(await database.fetch_json(statement.format(100), []) or b"") == 200
            with pytest.raises(AnswerTooLarge):
                await database.fetch_json(statement.format(2 * MIB), [])
            assert budget.held == 2 * MIB + 200
        assert budget.held == 0
        with Reservation(budget.account("a"), 5 * MIB):
            assert len(await database.fetch_json(statement.format(2 * MIB), []) or b"") == 4 * MIB


async def test_a_hold_that_is_closed_keeps_nothing_of_what_is_still_under_way() -> None:
    budget, go_on = Budget(2**30, 2**29), asyncio.Event()
    reservation = Reservation(budget.account("a"), 2**20)

    async def attempt(_limit: int) -> bytes:
        await go_on.wait()
        return b"x" * 1000

    under_way = asyncio.create_task(reservation.read(attempt, 1000))
    await stand()
    reservation.close()
    go_on.set()
    assert await under_way == b"x" * 1000
    assert budget.held == 0


async def test_what_has_been_promised_is_read_without_room() -> None:
    budget = Budget(10 * 2**20, 2**20, acquire_timeout=0.01)
    account = budget.account("a")
    account.add(2**20)

    async def attempt(_limit: int) -> bytes:
        return b"x"

    with Reservation(account, 2**20) as reservation:
        with pytest.raises(MemoryBusy):
            await reservation.read(attempt, 1)
        promise_answer()
        assert await reservation.read(attempt, 1) == b"x"
    assert budget.held == 2**20
