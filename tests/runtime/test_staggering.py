"""Many do not leave all at once."""

import asyncio

from runtime.staggering import HARMLESS_PER_SECOND, staggered


async def moments(count: int, seconds: float) -> list[float]:
    """When each left, counted from the first."""
    left: list[tuple[int, float]] = []
    now = asyncio.get_running_loop().time
    await staggered(range(count), lambda number: left.append((number, now())), seconds)
    assert [number for number, _ in left] == list(range(count))
    return [moment - left[0][1] for _, moment in left]


async def test_many_leave_evenly_over_the_time() -> None:
    left = await moments(HARMLESS_PER_SECOND, 0.4)
    assert left[HARMLESS_PER_SECOND // 2] >= 0.18
    assert left[-1] >= 0.36


async def test_a_few_do_not_take_the_time_of_many() -> None:
    async with asyncio.timeout(10):
        left = await moments(HARMLESS_PER_SECOND // 10, 60)
    assert left[-1] >= 0.08


async def test_without_time_they_leave_together() -> None:
    assert len(await moments(3 * HARMLESS_PER_SECOND, 0)) == 3 * HARMLESS_PER_SECOND


async def test_nobody_may_leave() -> None:
    async with asyncio.timeout(1):
        await staggered([], print, 60)
