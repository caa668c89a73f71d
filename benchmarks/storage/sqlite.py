"""SQLite's own settings, on connections as storage opens them."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.storage.asked import Asked
from benchmarks.storage.figures import ROUNDS, alternating, table

MIB = 2**20


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
