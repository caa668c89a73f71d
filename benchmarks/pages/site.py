"""How often pages of the site are sent, beside the answers to the operations that they are made of.

`python -m benchmarks.pages.site` fills a blog, asks one server in turn on one core, once with its response cache and
once without, and exits with 1 where the front page comes at less than half the rate of its answer.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from benchmarks import load
from benchmarks.competitors import OURS, OURS_CACHED, Competitor
from benchmarks.pages.feeds import GET, ROWS, SERVER_CORE, medians
from benchmarks.programs import ROOT
from benchmarks.serving import Running, serving
from server.site.listing import PER_PAGE
from server.site.operations import document

MOST_COMMENTED = b'{"query":"{ posts(first: 1, orderBy: MOST_COMMENTED) { nodes { slug } } }"}'
TARGET = 0.5


def measure(competitor: Competitor, database: str, folder: Path) -> dict[str, float]:
    """Requests per second, by what is asked: the medians of some rounds, in each of which everything has its turn."""
    with serving(competitor, database, SERVER_CORE, folder) as server:
        return medians(_asked(server, folder))


def _asked(server: Running, folder: Path) -> dict[str, tuple[str, Path, Path]]:
    """By its name, each thing's address, what wrk sends, and how."""
    base = f"http://127.0.0.1:{server.port}"
    headers = {"content-type": "application/json"}
    found = server.client.post(f"{base}/graphql", content=MOST_COMMENTED, headers=headers)
    slug = found.json()["data"]["posts"]["nodes"][0]["slug"]
    (folder / "none").write_bytes(b"")
    return {
        "front page": (f"{base}/", folder / "none", GET),
        "its answer": (f"{base}/graphql", _body(folder, "home", first=PER_PAGE, offset=0), load.SCRIPT),
        "post": (f"{base}/posts/{slug}", folder / "none", GET),
        "the post's answer": (f"{base}/graphql", _body(folder, "post", slug=slug, first=100), load.SCRIPT),
    }


def _body(folder: Path, name: str, **variables: Any) -> Path:
    path = folder / name
    path.write_bytes(orjson.dumps({"query": document(name), "variables": variables}) + b"\n")
    return path


def main() -> int:
    """Print what was measured, as lines of JSON."""
    worst = 1.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite://{folder / 'blog.db'}"
        fill = [sys.executable, "-m", "server", "fill", "--database", database, *ROWS]
        subprocess.run(fill, cwd=ROOT, check=True, capture_output=True)
        for competitor in (OURS_CACHED, OURS):
            rates = measure(competitor, database, folder)
            ratio = rates["front page"] / rates["its answer"]
            worst = min(worst, ratio)
            said = {"server": competitor.title, **rates, "front page / its answer": ratio}
            sys.stdout.write(orjson.dumps(said).decode() + "\n")
    return 0 if worst >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
