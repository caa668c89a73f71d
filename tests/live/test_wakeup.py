"""Noticing what other processes have written."""

import asyncio
import sqlite3
from contextlib import closing

from live.wakeup import untold, watch
from storage import Database


async def test_a_commit_of_another_process_is_noticed_at_once(sqlite_database: Database) -> None:
    changed = asyncio.Event()
    watching = asyncio.create_task(watch(sqlite_database.data_version, 0.01, changed.set))
    await asyncio.sleep(0.05)
    assert not changed.is_set()
    with closing(sqlite3.connect(sqlite_database.location.target)) as other, other:
        other.execute("UPDATE feed SET position = position + 1")
    await asyncio.wait_for(changed.wait(), 1)
    watching.cancel()


async def test_a_database_that_cannot_tell_changes_nothing() -> None:
    changed = asyncio.Event()
    watching = asyncio.create_task(watch(untold, 0.001, changed.set))
    await asyncio.sleep(0.02)
    assert not changed.is_set()
    watching.cancel()
