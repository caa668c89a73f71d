import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from auth import throttle
from auth.policy import AuthPolicy, Limit
from models import Throttle
from models.errors import TooManyRequests
from storage import unit_of_work
from tests import factories

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DOUBLING = Limit("doubling", 3, 15 * MINUTE, first_block=30 * SECOND)
WINDOW = Limit("window", 3, 10 * MINUTE)
COMMENTS = AuthPolicy().comments


async def refusal(now: datetime, *tries: tuple[Limit, str]) -> int | None:
    """Seconds to wait, or None when the try was let through."""
    try:
        await throttle.attempt(now, *tries)
    except TooManyRequests as refused:
        return refused.retry_after
    return None


@on_each_database
async def test_after_the_allowed_tries_the_key_is_closed_for_a_while() -> None:
    assert [await refusal(NOW, (DOUBLING, "ada")) for _ in range(4)] == [None, None, None, 30]
    assert await refusal(NOW + 10.5 * SECOND, (DOUBLING, "ada")) == 20
    assert await refusal(NOW, (DOUBLING, "grace")) is None


@on_each_database
async def test_each_further_try_doubles_the_wait_up_to_a_bound() -> None:
    now = NOW
    waits = []
    for _ in range(2):
        await throttle.attempt(now, (DOUBLING, "ada"))
    for _ in range(8):
        await throttle.attempt(now, (DOUBLING, "ada"))
        wait = await refusal(now, (DOUBLING, "ada"))
        assert wait is not None
        waits.append(wait)
        now += wait * SECOND
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


@on_sqlite
async def test_very_many_tries_are_counted_without_an_overflow() -> None:
    await throttle.attempt(NOW, (DOUBLING, "ada"))
    await Throttle.all().update(attempts=2_000_000)
    assert await refusal(NOW, (DOUBLING, "ada")) is None
    assert await refusal(NOW, (DOUBLING, "ada")) == 900


@on_sqlite
async def test_tries_while_closed_do_not_lengthen_the_wait() -> None:
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "ada"))
    for _ in range(10):
        assert await refusal(NOW, (DOUBLING, "ada")) == 30


@on_sqlite
async def test_a_key_left_alone_for_a_window_starts_afresh() -> None:
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "ada"))
    later = NOW + 30 * SECOND + 15 * MINUTE
    assert [await refusal(later, (DOUBLING, "ada")) for _ in range(4)] == [None, None, None, 30]


@on_each_database
async def test_without_blocks_the_key_opens_when_the_window_ends() -> None:
    tries = [await refusal(NOW + minute * MINUTE, (WINDOW, "ada")) for minute in range(4)]
    assert tries == [None, None, None, 7 * 60]
    assert await refusal(NOW + 10 * MINUTE, (WINDOW, "ada")) is None
    assert (await Throttle.get()).attempts == 1


@on_each_database
async def test_one_closed_key_refuses_the_try_and_counts_it_nowhere() -> None:
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "closed"))
    before = await Throttle.all().order_by("key").values()
    assert await refusal(NOW, (WINDOW, "open"), (DOUBLING, "closed")) == 30
    assert await Throttle.all().order_by("key").values() == before


@on_sqlite
async def test_the_longest_wait_of_several_keys_is_told() -> None:
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "ada"))
        await throttle.attempt(NOW, (WINDOW, "ada"))
    assert await refusal(NOW, (DOUBLING, "ada"), (WINDOW, "ada")) == 600


@on_each_database
async def test_tries_at_one_moment_cannot_slip_through_together() -> None:
    outcomes = await asyncio.gather(*(refusal(NOW, (DOUBLING, "ada")) for _ in range(30)))
    assert outcomes.count(None) == 3


@on_each_database
async def test_keys_taken_in_any_order_lock_nobody_out() -> None:
    generous = Limit("generous", 1000, MINUTE)
    await expired_counters(30)
    pairs = [(generous, "one"), (generous, "two")]
    async with asyncio.timeout(20):
        await asyncio.gather(
            *(throttle.attempt(NOW, *(pairs if number % 2 else reversed(pairs))) for number in range(40))
        )
    assert [counter.attempts for counter in await Throttle.all()] == [40, 40]


async def expired_counters(count: int) -> None:
    for number in range(count):
        await Throttle.create(key=f"old:{number}", attempts=1, window_ends_at=NOW)


@on_each_database
async def test_expired_counters_are_cleared_away() -> None:
    await expired_counters(3)
    await Throttle.create(key="young", attempts=1, window_ends_at=NOW + SECOND)
    await throttle.attempt(NOW, (WINDOW, "ada"))
    keys = [counter.key for counter in await Throttle.all()]
    assert len(keys) == 2
    assert "young" in keys


@on_each_database
async def test_a_reset_forgets_every_try() -> None:
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "ada"))
    await throttle.reset(DOUBLING, "ada")
    assert [await refusal(NOW, (DOUBLING, "ada")) for _ in range(4)] == [None, None, None, 30]


@on_sqlite
async def test_a_forgiven_try_does_not_count() -> None:
    for _ in range(10):
        await throttle.attempt(NOW, (DOUBLING, "office"))
        await throttle.refund(DOUBLING, "office")
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "office"))
    assert await refusal(NOW, (DOUBLING, "office")) == 30
    await throttle.refund(DOUBLING, "office")
    assert [await refusal(NOW, (DOUBLING, "office")) for _ in range(2)] == [None, 30]


@on_each_database
async def test_forgiving_what_was_not_counted_does_nothing() -> None:
    await throttle.refund(DOUBLING, "nobody")
    await throttle.reset(DOUBLING, "nobody")
    assert await Throttle.all().count() == 0


@on_sqlite
@pytest.mark.parametrize("subject", ["", "\x00", "\ud800", "é" * 100_000, "ada@example.org"])
async def test_any_text_is_a_subject_and_none_is_kept(subject: str) -> None:
    assert [await refusal(NOW, (DOUBLING, subject)) for _ in range(4)] == [None, None, None, 30]
    key = (await Throttle.get()).key
    assert len(key) < 100
    assert "ada" not in key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_are_counted_by_customer(address: str, key: str) -> None:
    assert throttle.address_key(address) == key


@on_sqlite
async def test_comments_are_counted_per_account_and_minute() -> None:
    for _ in range(COMMENTS.attempts):
        await throttle.register_comment(NOW, (COMMENTS, "7"))
    with pytest.raises(TooManyRequests) as refused:
        await throttle.register_comment(NOW + 12 * SECOND, (COMMENTS, "7"))
    assert refused.value.retry_after == 48
    await throttle.register_comment(NOW, (COMMENTS, "8"))
    await throttle.register_comment(NOW + MINUTE, (COMMENTS, "7"))


@on_each_database
async def test_a_comment_that_was_not_written_is_not_counted() -> None:
    @unit_of_work
    async def write_and_fail() -> None:
        await throttle.register_comment(NOW, (COMMENTS, "7"))
        await factories.user()
        raise ValueError("the comment was no good")

    with pytest.raises(ValueError, match="no good"):
        await write_and_fail()
    assert await Throttle.all().count() == 0


@on_each_database
@pytest.mark.parametrize("limit", [DOUBLING, WINDOW])
async def test_a_clock_that_was_ahead_keeps_nobody_out(limit: Limit) -> None:
    ahead = NOW + timedelta(days=3)
    for _ in range(limit.attempts):
        await throttle.attempt(ahead, (limit, "ada"))
    assert await refusal(ahead, (limit, "ada")) is not None
    tries = [await refusal(NOW, (limit, "ada")) for _ in range(limit.attempts + 1)]
    assert [wait is None for wait in tries] == [True] * limit.attempts + [False]


@on_sqlite
async def test_a_clock_that_was_ahead_lets_people_comment() -> None:
    user, ahead = await factories.user(), NOW + timedelta(days=3)
    for _ in range(COMMENTS.attempts):
        await throttle.register_comment(ahead, (COMMENTS, str(user.id)))
    with pytest.raises(TooManyRequests):
        async with throttle.room_for_comment(ahead, (COMMENTS, str(user.id))):
            pass
    async with throttle.room_for_comment(NOW, (COMMENTS, str(user.id))):
        await throttle.register_comment(NOW, (COMMENTS, str(user.id)))


@on_each_database
async def test_clocks_that_differ_a_little_count_together() -> None:
    for _ in range(WINDOW.attempts):
        await throttle.attempt(NOW + 30 * SECOND, (WINDOW, "ada"))
    assert await refusal(NOW, (WINDOW, "ada")) == 630


@on_sqlite
async def test_a_clock_that_was_ahead_does_not_make_trust_last() -> None:
    lifetime = AuthPolicy().known_address_lifetime
    await throttle.remember("ada", NOW + lifetime)
    assert await throttle.is_known("ada", NOW, lifetime)
    assert not await throttle.is_known("ada", NOW - timedelta(days=3), lifetime)


@on_each_database
async def test_who_is_refused_waits_for_nobody_who_writes() -> None:
    for _ in range(3):
        await throttle.attempt(NOW, (DOUBLING, "ada"))
    writing, enough = asyncio.Event(), asyncio.Event()

    @unit_of_work
    async def write() -> None:
        await Throttle.all().select_for_update()
        writing.set()
        await enough.wait()

    writer = asyncio.create_task(write())
    await writing.wait()
    try:
        async with asyncio.timeout(20):
            assert await refusal(NOW, (DOUBLING, "ada")) == 30
    finally:
        enough.set()
        await writer
