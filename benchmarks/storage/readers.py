"""The way through storage to SQLite: on the event loop, on a reader's thread, on several at once."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.questions import LIST
from benchmarks.storage.asked import Asked
from benchmarks.storage.figures import ROUNDS, table
from benchmarks.storage.sqlite import call, connect
from storage import Database, open_database

SLOW_READS = 8
SLOW = """
SELECT json_array(count(*), sum(length(c.body) + length(u.name)))
FROM comments c JOIN users u ON u.id = c.author_id
"""


async def hop(path: Path, asked: dict[str, Asked]) -> None:
    """The same statements through storage: on a reader's thread, and on the event loop."""
    database = await open_database(str(path))
    client: Any = database._client  # noqa: SLF001 - what is measured
    inline_reads = client._inline_reads  # noqa: SLF001
    accepts = inline_reads.accepts

    async def run(one: Asked, way: Callable[..., bool]) -> float:
        inline_reads.accepts = way
        begun = perf_counter()
        for parameters in one[1]:
            await database.fetch_json(one[0], parameters)
        return (perf_counter() - begun) / len(one[1]) * 1e6

    raw, rows = connect(path), {}
    ways: dict[str, Callable[..., bool]] = {
        "reader's thread": lambda *_: False,
        "as storage decides": accepts,
        "always on the loop": lambda *_: True,
    }
    for title, one in asked.items():
        rounds: dict[str, list[float]] = {name: [] for name in ("sqlite3 alone", *ways)}
        for _ in range(ROUNDS):
            rounds["sqlite3 alone"].append(call(raw, one))
            for name, way in ways.items():
                rounds[name].append(await run(one, way))
        rows[title] = {name: min(figures) for name, figures in rounds.items()}
    table(
        "SQLite: the way to the statement",
        list(asked),
        {name: [rows[title][name] for title in asked] for name in ("sqlite3 alone", *ways)},
    )
    raw.close()
    await database.close()


async def parallel(path: Path, asked: dict[str, Asked]) -> None:
    """Slow statements at the same time, on one reader and on several."""
    text, calls = asked[LIST.title]
    rows = {}
    for readers in (1, 2, 4):
        database = await open_database(str(path), readers=readers)
        client: Any = database._client  # noqa: SLF001 - what is measured
        client._inline_reads.accepts = lambda *_: False  # noqa: SLF001
        scans = [await _together(database, SLOW, (), SLOW_READS) for _ in range(ROUNDS)]
        lists = [await _together(database, text, calls[0], SLOW_READS * 20) / 20 for _ in range(ROUNDS)]
        rows[f"{readers} readers"] = [min(scans), min(lists)]
        await database.close()
    table(f"SQLite: {SLOW_READS} reads at once", ["A long scan", LIST.title], rows, "ms for all")


async def _together(database: Database, sql: str, parameters: Sequence[Any], times: int) -> float:
    """Milliseconds until the last has ended."""
    begun = perf_counter()
    await asyncio.gather(*(database.fetch_json(sql, parameters) for _ in range(times)))
    return (perf_counter() - begun) * 1e3
