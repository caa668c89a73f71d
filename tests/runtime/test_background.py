"""Background tasks, by how they end."""

import asyncio
import contextlib

import pytest

from runtime.background import BackgroundTask, cancel_and_wait, raise_if_cancelled


async def test_a_task_runs_until_it_is_stopped_and_has_ended_then() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            seen.append("ended")

    task = BackgroundTask("at work")
    task.start(work())
    await asyncio.sleep(0)
    assert "at work" in {each.get_name() for each in asyncio.all_tasks()}
    assert seen == ["begun"]
    await task.stop()
    assert seen == ["begun", "ended"]


async def test_a_task_that_has_failed_can_be_stopped() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    task = BackgroundTask("faulty")
    task.start(fail())
    await asyncio.sleep(0)
    await task.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_task_that_was_never_started_is_stopped_at_once() -> None:
    await BackgroundTask("idle").stop()


async def test_several_tasks_are_cancelled_together() -> None:
    tasks = [asyncio.create_task(asyncio.sleep(60)) for _ in range(3)]
    await asyncio.sleep(0)
    await cancel_and_wait(*tasks)
    assert [task.cancelled() for task in tasks] == [True] * 3


async def test_whoever_stops_a_task_may_be_cancelled_meanwhile() -> None:
    go_on = asyncio.Event()

    async def linger() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await go_on.wait()

    task = BackgroundTask("slow to end")
    task.start(linger())
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await task.stop()
    go_on.set()


async def test_a_loop_ends_though_a_library_swallows_its_cancellation() -> None:
    async def swallow() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    async def loop() -> None:
        while True:
            await swallow()
            raise_if_cancelled()

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await cancel_and_wait(task)
    assert task.cancelled()
