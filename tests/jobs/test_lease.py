"""One process works; which one is decided without comparing clocks."""

from jobs import Bookkeeping
from jobs.lease import LEASE_SECONDS, RENEW_SECONDS, TRUSTED_SECONDS, Lease


class Clock:
    """Seconds as a test counts them."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


async def test_one_holds_it_until_it_lets_go(books: Bookkeeping) -> None:
    first, second = Lease(books), Lease(books)
    assert await first.hold()
    assert not await second.hold()
    assert first.held
    assert not second.held
    await first.release()
    assert not first.held
    assert await second.hold()
    assert not await first.hold()
    assert first.holder == second._name  # noqa: SLF001 - who it is has no other name


async def test_it_is_taken_from_whoever_has_not_renewed_it_for_long_enough(books: Bookkeeping) -> None:
    """By a watch that only goes forward, whatever the time is anywhere."""
    ours, theirs = Clock(1e6), Clock(5.0)
    dead, heir = Lease(books, ours), Lease(books, theirs)
    assert await dead.hold()
    assert not await heir.hold()
    theirs.seconds += LEASE_SECONDS - 0.1
    assert not await heir.hold()
    theirs.seconds += 0.1
    assert await heir.hold()
    ours.seconds += RENEW_SECONDS
    assert not await dead.hold()
    assert not dead.held


async def test_it_is_renewed_in_time(books: Bookkeeping) -> None:
    clock = Clock(0.0)
    holder, other = Lease(books, clock), Lease(books, clock)
    for _ in range(20):
        assert await holder.hold()
        assert not await other.hold()
        clock.seconds += RENEW_SECONDS


async def test_a_holder_that_was_stopped_does_not_count_on_it_before_others_may_take_it(
    books: Bookkeeping,
) -> None:
    clock = Clock(0.0)
    holder = Lease(books, clock)
    assert await holder.hold()
    clock.seconds += TRUSTED_SECONDS
    assert TRUSTED_SECONDS < LEASE_SECONDS
    assert not holder.held
    assert await holder.hold(), "nobody has taken it meanwhile"


async def test_of_two_that_see_it_run_out_one_takes_it(books: Bookkeeping) -> None:
    clock = Clock(0.0)
    dead, *heirs = (Lease(books, clock) for _ in range(4))
    assert await dead.hold()
    assert [await heir.hold() for heir in heirs] == [False] * 3
    clock.seconds += LEASE_SECONDS
    assert sorted([await heir.hold() for heir in heirs]) == [False, False, True]
