"""What storage's settings are worth: `python -m benchmarks.storage FILE [--postgresql URL]` prints the figures.

The file, and the PostgreSQL database, hold what `causerie fill` makes. The statements are those that the four
questions of the benchmarks are compiled to. Settings alternate, and every
figure is the least of some rounds: what else the machine does only adds to them.
"""

import argparse
import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, cast

import asyncpg
from rich.console import Console

from auth.viewer import anonymous
from benchmarks.questions import LIST, QUESTIONS, Question
from compiler import Request
from resolvers.policy import Policy
from server.app import build_engine
from server.config.environment import load_settings
from server.http.context import Context
from storage import Database, open_database

ROUNDS = 15
CALLS = 60
SLOW_READS = 8
MIB = 2**20
SLOW = """
SELECT json_array(count(*), sum(length(c.body) + length(u.name)))
FROM comments c JOIN users u ON u.id = c.author_id
"""
say = Console(highlight=False, soft_wrap=True).print
Asked = tuple[str, list[Sequence[Any]]]
"""A statement, and parameters for each of its calls."""
POST_IDS = Random(1).sample(range(1, 5001), CALLS)  # noqa: S311 - reproducible on purpose


class Listening:
    """A database that remembers what it was asked."""

    def __init__(self, database: Database) -> None:
        self.dialect = database.dialect
        self.data_version = database.data_version
        self.asked: list[tuple[str, Sequence[Any]]] = []
        self._database = database

    async def fetch_json(self, sql: str, parameters: Sequence[object]) -> bytes | None:
        """Ask, and remember."""
        self.asked.append((sql, list(parameters)))
        return await self._database.fetch_json(sql, parameters)


async def statements(url: str) -> dict[str, Asked]:
    """What the questions are compiled to."""
    database = await open_database(url)
    try:
        listening = Listening(database)
        engine = build_engine(load_settings(), cast("Database", listening), Policy())
        return {question.title: await _asked(engine, listening, question) for question in QUESTIONS}
    finally:
        await database.close()


async def _asked(engine: Any, listening: Listening, question: Question) -> Asked:
    listening.asked.clear()
    for number in POST_IDS:
        variables = {"id": f"post_{number}"} if question.kind == "post" else {}
        operation = engine.prepare(Request(question.document, question.operation, variables, None))
        await engine.execute(operation, variables, Context(anonymous(), None, None, Policy(), ""))
    return listening.asked[0][0], [parameters for _, parameters in listening.asked]


def table(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[float]], unit: str = "µs") -> None:
    """Print figures."""
    say(f"\n{title} ({unit})")
    say(f"  {'':34}" + "".join(f"{column:>14}" for column in columns))
    for name, figures in rows.items():
        say(f"  {name:34}" + "".join(f"{figure:14.1f}" for figure in figures))


def alternating(variants: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The best of each variant's rounds; all are tried once before that."""
    for run in variants.values():
        run()
    rounds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, run in variants.items():
            rounds[name].append(run())
    return {name: min(figures) for name, figures in rounds.items()}


def connect(
    path: Path, pragmas: Sequence[str] = (), *, cached: int = 256, guarded: bool = False
) -> sqlite3.Connection:
    """A connection as storage opens them, but for its settings."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        cached_statements=cached,
        check_same_thread=False,
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    connection.text_factory = bytes
    if guarded:
        connection.set_progress_handler(lambda: perf_counter() > float("inf"), 1000)
    return connection


def call(connection: sqlite3.Connection, asked: Asked) -> float:
    """Microseconds of one call, as a mean over all the parameters."""
    sql, calls = asked
    begun = perf_counter()
    for parameters in calls:
        with closing(connection.execute(sql, parameters)) as cursor:
            cursor.fetchone()
    return (perf_counter() - begun) / len(calls) * 1e6


def sqlite_settings(path: Path, asked: dict[str, Asked]) -> None:
    """Statement cache, memory map, page cache, and the guard of quick reads."""
    variants: dict[str, sqlite3.Connection] = {
        "as SQLite comes": connect(path),
        "no statement cache": connect(path, cached=0),
        "mmap_size 64 MiB": connect(path, [f"mmap_size = {64 * MIB}"]),
        "mmap_size 1 GiB": connect(path, [f"mmap_size = {1024 * MIB}"]),
        "cache_size 16 MiB": connect(path, ["cache_size = -16384"]),
        "cache_size 64 MiB": connect(path, ["cache_size = -65536"]),
        "mmap 1 GiB, cache 16 MiB": connect(path, [f"mmap_size = {1024 * MIB}", "cache_size = -16384"]),
        "guarded every 1,000 instructions": connect(path, guarded=True),
    }
    columns = {
        title: alternating({name: partial(call, each, one) for name, each in variants.items()})
        for title, one in asked.items()
    }
    rows = {name: [columns[title][name] for title in asked] for name in variants}
    table("SQLite: one call on one connection", list(asked), rows)
    for connection in variants.values():
        connection.close()


def after_foreign_commits(path: Path, asked: dict[str, Asked]) -> None:
    """The same when another connection writes before each round: the page cache is thrown away, a memory map is not."""
    variants = {
        "as SQLite comes": connect(path),
        "mmap_size 1 GiB": connect(path, [f"mmap_size = {1024 * MIB}"]),
    }
    writer = sqlite3.connect(path, isolation_level=None)

    def run(connection: sqlite3.Connection, one: Asked) -> float:
        total = 0.0
        for parameters in one[1]:
            writer.execute("PRAGMA user_version = 1")
            writer.execute("PRAGMA user_version = 0")
            total += call(connection, (one[0], [parameters]))
        return total / len(one[1])

    rows = {
        title: alternating({name: partial(run, each, one) for name, each in variants.items()})
        for title, one in asked.items()
    }
    table(
        "SQLite: one call after another connection's commit",
        list(asked),
        {name: [rows[title][name] for title in asked] for name in variants},
    )
    writer.close()
    for connection in variants.values():
        connection.close()


def preparing(path: Path, asked: dict[str, Asked]) -> None:
    """What it takes to prepare a statement and to begin it."""
    figures = []
    for sql, calls in asked.values():
        seconds = []
        with closing(connect(path, cached=0)) as connection:
            for _ in range(ROUNDS * 10):
                begun = perf_counter()
                connection.execute(f"EXPLAIN {sql}", calls[0]).close()
                seconds.append(perf_counter() - begun)
        figures.append(min(seconds) * 1e6)
    table("SQLite: preparing", list(asked), {"one statement": figures})


async def hop(path: Path, asked: dict[str, Asked]) -> None:
    """The same statements through storage: on a reader's thread, and on the event loop."""
    database = await open_database(str(path))
    client: Any = database._client  # noqa: SLF001 - what is measured
    quick = client._quick  # noqa: SLF001
    takes = quick.takes

    async def run(one: Asked, takes_it: Callable[[str], bool]) -> float:
        quick.takes = takes_it
        begun = perf_counter()
        for parameters in one[1]:
            await database.fetch_json(one[0], parameters)
        return (perf_counter() - begun) / len(one[1]) * 1e6

    raw, rows = connect(path), {}
    ways: dict[str, Callable[[str], bool]] = {
        "reader's thread": lambda _: False,
        "as storage decides": takes,
        "always on the loop": lambda _: True,
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
        client._quick.takes = lambda _: False  # noqa: SLF001
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


async def postgresql(url: str, asked: dict[str, Asked]) -> None:
    """Prepared or not, which plans, compiled or not."""
    variants: dict[str, dict[str, Any]] = {
        "plan auto, jit off": {"server_settings": {"jit": "off"}},
        "plan generic, jit off": {"server_settings": {"jit": "off", "plan_cache_mode": "force_generic_plan"}},
        "plan custom, jit off": {"server_settings": {"jit": "off", "plan_cache_mode": "force_custom_plan"}},
        "plan auto, jit on": {"server_settings": {"jit": "on"}},
        "not prepared, jit off": {"server_settings": {"jit": "off"}, "statement_cache_size": 0},
    }
    connections = {
        name: await asyncpg.connect(
            url, **({"statement_cache_size": 512, "max_cacheable_statement_size": 256 * 1024} | options)
        )
        for name, options in variants.items()
    }

    database = await open_database(url)
    ways: dict[str, Callable[..., Awaitable[Any]]] = {
        name: connection.fetchval for name, connection in connections.items()
    }
    ways["through storage"] = lambda sql, *parameters: database.fetch_json(sql, parameters)

    async def run(ask: Callable[..., Awaitable[Any]], one: Asked) -> float:
        begun = perf_counter()
        for parameters in one[1]:
            await ask(one[0], *parameters)
        return (perf_counter() - begun) / len(one[1]) * 1e6

    rows = {
        title: await _rounds({name: partial(run, ask, one) for name, ask in ways.items()})
        for title, one in asked.items()
    }
    table(
        "PostgreSQL: one call",
        list(asked),
        {name: [rows[title][name] for title in asked] for name in ways},
    )
    for connection in connections.values():
        await connection.close()
    await database.close()


async def _rounds(variants: dict[str, Callable[[], Awaitable[float]]]) -> dict[str, float]:
    rounds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, run in variants.items():
            rounds[name].append(await run())
    return {name: min(figures) for name, figures in rounds.items()}


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storage", description=__doc__)
    parser.add_argument("file", type=Path, help="an SQLite database that causerie fill has filled")
    parser.add_argument("--postgresql", metavar="URL", help="the same rows on PostgreSQL")
    given = parser.parse_args()
    asked = asyncio.run(statements(str(given.file)))
    say({title: f"{len(sql):,} characters of SQL" for title, (sql, _) in asked.items()})
    preparing(given.file, asked)
    sqlite_settings(given.file, asked)
    after_foreign_commits(given.file, asked)
    asyncio.run(hop(given.file, asked))
    asyncio.run(parallel(given.file, asked))
    if given.postgresql:
        asyncio.run(postgresql(given.postgresql, asyncio.run(statements(given.postgresql))))


if __name__ == "__main__":
    main()
