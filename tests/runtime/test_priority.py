"""Threads that compute let the event loop go first."""

import os
import sys
import threading

import pytest

from runtime.fair_queue import OPERATOR
from runtime.priority import NICER_BY
from runtime.thread_limiter import ThreadLimiter
from storage import Database

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere threads have no niceness of their own"
)


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


async def test_threads_that_compute_are_nicer_than_the_loop() -> None:
    threads = ThreadLimiter("test", at_once=1, waiting=1)
    assert await threads.run(OPERATOR, niceness) == min(niceness() + NICER_BY, 19)
    threads.close()


async def test_so_are_those_in_which_sqlite_reads(sqlite_database: Database) -> None:
    connections = sqlite_database._client  # noqa: SLF001 - nobody else knows
    readers = [await each.start(lambda _: niceness()) for each in connections._readers._idle]  # type: ignore[union-attr]  # noqa: SLF001
    assert readers
    assert set(readers) == {min(niceness() + NICER_BY, 19)}
