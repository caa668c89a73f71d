"""Looking at a database from outside, as another process would."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import asyncpg

from storage import Database, open_database


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Database]:
    """A database with options of the test's own."""
    database = await open_database(url, **options)
    try:
        yield database
    finally:
        await database.close()


async def assert_at_rest(database: Database, *, within: float = 1.0) -> None:
    """No transaction is open and no statement runs, neither a write nor a read; or none soon will."""
    deadline = time.monotonic() + within
    while doing := await _doing(database):
        assert time.monotonic() < deadline, doing
        await asyncio.sleep(0.01)


async def _doing(database: Database) -> list[str]:
    if database.dialect == "postgresql":
        return await other_sessions(database)
    with closing(sqlite3.connect(database.location.target, timeout=0, isolation_level=None)) as other:
        try:
            busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return [str(error)]
        return ["somebody still reads from the log or writes to it"] * busy


async def other_sessions(database: Database) -> list[str]:
    """What the other connections to this PostgreSQL database are doing, the idle ones left out."""
    connection = await asyncpg.connect(database.location.target)
    try:
        rows = await connection.fetch(
            "SELECT state || ': ' || query AS doing FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return [row["doing"] for row in rows]
    finally:
        await connection.close()
