"""Searching 100,000 comments: `python -m benchmarks.pages.search`, beside the same search written by hand.

Both answer with the same hits, titles and snippets, on one core, to 16 connections; Causerie keeps no answers.
"""

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import orjson

from benchmarks import data
from benchmarks.competitors import OURS, Competitor
from benchmarks.load import Load, put
from benchmarks.place import here
from benchmarks.serving import Running, serving

DOCUMENT = """query ($query: String!) { search(query: $query) { nodes { score node { id } title { text matched }
    snippet { text matched } } pageInfo { hasNextPage } } }"""
WORDS = {
    "rare": ["4242", '"server remembers three old habits twice"', "4243 -lunch"],
    "middling": ["patient colleague", '"old server"', "lectrice rapports"],
    "common": ["the", "server", "and -lunch"],
}
LONGEST_P95 = 0.020
LEAST_PART = 0.8
BY_HAND = Competitor(
    "search-by-hand",
    "By hand",
    "a bare ASGI application that runs one statement.",
    "sqlite",
    "limit",
    (
        *(sys.executable, "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log"),
        *("--log-level", "warning", "benchmarks.pages.search_app:app"),
    ),
)


def main() -> int:
    """Measure, print, and say by the exit code whether the targets are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = here(Path("build/benchmarks"))
        database = data.sqlite(data.BLOG, place.folder / "data")
        _tell_size(database, Path(folder))
        return _compare(database, Path(folder), given.seconds, given.rounds)


def _tell_size(database: Path, folder: Path) -> None:
    """How large the words are beside the texts, and how long they take to be written anew."""
    with closing(sqlite3.connect(database)) as connection:
        ((words,),) = connection.execute("SELECT sum(length(words)) FROM search_documents").fetchall()
        ((index,),) = connection.execute("SELECT sum(length(block)) FROM search_words_data").fetchall()
        ((texts,),) = connection.execute(
            "SELECT sum(bytes) FROM (SELECT sum(length(body_html)) AS bytes FROM comments"
            " UNION ALL SELECT sum(length(body_html)) FROM posts)"
        ).fetchall()
    print(f"texts {texts / 1e6:.1f} MB, words {words / 1e6:.1f} MB, index {index / 1e6:.1f} MB")  # noqa: T201
    copy = shutil.copyfile(database, folder / "reindexed.db")
    since = time.perf_counter()
    command = [sys.executable, "-m", "server", "reindex", "--database", str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    print(f"causerie reindex: {time.perf_counter() - since:.1f} s")  # noqa: T201
    copy.unlink()


def _compare(database: Path, folder: Path, seconds: int, rounds: int) -> int:
    place, missed = here(folder), 0
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(each, str(database), place.server_core, folder))
            for each in (BY_HAND, OURS)
        ]
        for kind, queries in WORDS.items():
            bodies = folder / f"{kind}.txt"
            bodies.write_bytes(b"\n".join(_request(query) for query in queries) + b"\n")
            _check_alike(servers, queries)
            measured = {server.competitor.key: list[Load]() for server in servers}
            for _ in range(rounds):
                for server in servers:
                    measured[server.competitor.key].append(
                        put(
                            f"http://127.0.0.1:{server.port}/graphql", bodies, seconds, core=place.client_core
                        )
                    )
            missed += _tell(kind, list(measured.values()))
    return 1 if missed else 0


def _tell(kind: str, measured: Sequence[list[Load]]) -> bool:
    by_hand, ours = measured
    part = statistics.median(a.rate / b.rate for a, b in zip(ours, by_hand, strict=True))
    rate, p95 = (statistics.median(getattr(each, name) for each in ours) for name in ("rate", "p95"))
    hand = statistics.median(each.rate for each in by_hand)
    print(f"{kind}: {rate:,.0f}/s, p95 {p95 * 1000:.1f} ms; by hand {hand:,.0f}/s; part {part:.2f}")  # noqa: T201
    return part < LEAST_PART or p95 > LONGEST_P95


def _request(query: str) -> bytes:
    return orjson.dumps({"query": DOCUMENT, "variables": {"query": query}})


def _check_alike(servers: Sequence[Running], queries: Sequence[str]) -> None:
    for query in queries:
        answers = [
            orjson.loads(
                httpx.post(
                    f"http://127.0.0.1:{server.port}/graphql", json=orjson.loads(_request(query))
                ).content
            )
            for server in servers
        ]
        assert answers[0] == answers[1], query


if __name__ == "__main__":
    raise SystemExit(main())
