"""Threads for slow work: so much at once, so much waiting, no more."""

import asyncio
import threading

import pytest

from auth.errors import TooManyRequests
from auth.threads import Threads


async def test_what_finds_a_full_line_is_refused_until_there_is_room() -> None:
    threads, go_on = Threads("test", at_once=1, waiting=2), threading.Event()
    inside = [asyncio.create_task(threads.run(go_on.wait, 30)) for _ in range(3)]
    await asyncio.sleep(0)  # each has taken its place
    with pytest.raises(TooManyRequests) as refused:
        await threads.run(int)
    assert refused.value.retry_after == 1
    go_on.set()
    assert await asyncio.gather(*inside) == [True] * 3
    assert await threads.run(int, "7") == 7


async def test_what_the_work_raises_is_raised_and_leaves_its_place() -> None:
    threads = Threads("test", at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="invalid literal"):
            await threads.run(int, "x")
