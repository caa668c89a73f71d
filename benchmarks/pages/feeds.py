"""How often a feed is answered with 304, and sent, beside a kept answer of the API.

`python -m benchmarks.pages.feeds` fills a blog, asks one server in turn on one core, and exits with 1 where a 304 comes
at less than 0.7 of the rate of a kept answer.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import orjson

from benchmarks import load
from benchmarks.competitors import OURS_CACHED
from benchmarks.programs import ROOT
from benchmarks.serving import Running, serving

GET = Path(__file__).with_name("get.lua")
FEED = "/feed.atom"
QUERY = b'{"query":"{ posts(first: 10) { nodes { id title author { name } } } }"}'
ROWS = ("--users", "100", "--posts", "500", "--comments", "10000")
ROUNDS, SECONDS = 5, 3
SERVER_CORE, CLIENT_CORE = 0, 1
TARGET = 0.7


def measure(folder: Path) -> dict[str, float]:
    """Requests per second, by what is asked: the medians of some rounds, in each of which everything has its turn."""
    database = f"sqlite://{folder / 'blog.db'}"
    fill = [sys.executable, "-m", "server", "fill", "--database", database, *ROWS]
    subprocess.run(fill, cwd=ROOT, check=True, capture_output=True)
    with serving(OURS_CACHED, database, SERVER_CORE, folder) as server:
        return medians(_asked(server, folder))


def medians(asked: Mapping[str, tuple[str, Path, Path]]) -> dict[str, float]:
    """Requests per second, by what is asked: its address, what wrk sends, and how."""
    rounds = [{name: _rate(*each) for name, each in asked.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(each[name] for each in rounds) for name in asked}


def _asked(server: Running, folder: Path) -> dict[str, tuple[str, Path, Path]]:
    """By its name, each thing's address, what wrk sends, and how."""
    base = f"http://127.0.0.1:{server.port}"
    feed = server.client.get(base + FEED)
    files = {"body": QUERY, "tag": feed.headers["etag"].encode(), "none": b""}
    for name, content in files.items():
        (folder / name).write_bytes(content + b"\n" if content else b"")
    return {
        "kept answer": (f"{base}/graphql", folder / "body", load.SCRIPT),
        "feed, 304": (base + FEED, folder / "tag", GET),
        "feed, sent": (base + FEED, folder / "none", GET),
    }


def _rate(url: str, sent: Path, script: Path) -> float:
    return load.put(url, sent, SECONDS, core=CLIENT_CORE, script=script).rate


def main() -> int:
    """Print what was measured, as a line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        rates = measure(Path(folder))
    ratio = rates["feed, 304"] / rates["kept answer"]
    sys.stdout.write(orjson.dumps({**rates, "304 / kept answer": ratio}).decode() + "\n")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
