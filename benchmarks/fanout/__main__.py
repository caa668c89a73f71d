"""`python -m benchmarks.fanout`: run it and write the results page."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import uvloop
from rich.console import Console

from benchmarks.equality import Different
from benchmarks.fanout import results
from benchmarks.fanout.crowd import CrowdError
from benchmarks.fanout.page import chart, page
from benchmarks.fanout.run import QUICK, THOROUGH, run
from benchmarks.fanout.writer import WriterError
from benchmarks.place import here
from benchmarks.programs import ROOT, Missing
from benchmarks.results import Tell
from benchmarks.serving import ServerError

FOLDER = ROOT / "build" / "benchmarks-live"
DOCS = ROOT / "docs"
NAME = "benchmarks-live"
FAILURES = (
    *(Missing, Different, CrowdError, WriterError, ServerError),
    *(subprocess.SubprocessError, OSError, TimeoutError),
)


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fanout", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a trial that leaves the page alone")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="measure nothing: make the page of these results"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the database and logs are kept")
    return parser.parse_args()


def main() -> int:
    """The exit code."""
    given, console, begun = options(), Console(stderr=True, highlight=False), time.monotonic()

    def tell(words: str) -> None:
        console.print(f"[dim]{(time.monotonic() - begun) / 60:5.1f} min[/]  {words}", soft_wrap=True)

    if given.page:
        write(results.read(given.page), DOCS, tell)
        return 0
    try:
        found = uvloop.run(run(here(given.folder), QUICK if given.quick else THOROUGH, tell))
    except FAILURES as failure:
        console.print(f"[red]{type(failure).__name__}: {failure}[/]", soft_wrap=True)
        return 1
    write(found, given.folder / "trial" if given.quick else DOCS, tell)
    return 0


def write(found: results.Results, folder: Path, tell: Tell) -> None:
    """The figures, the page and the chart that are made of them."""
    found.write(folder / f"{NAME}.json")
    (folder / f"{NAME}.md").write_text(page(found))
    (folder / f"{NAME}.svg").write_text(chart(found))
    tell(f"written: {folder}/{NAME}.*")


if __name__ == "__main__":
    sys.exit(main())
