"""`python -m benchmarks`: run them and write the results page."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from benchmarks import results
from benchmarks.equality import Different
from benchmarks.load import LoadError
from benchmarks.page import CHART, chart, page
from benchmarks.place import QUICK, THOROUGH, here
from benchmarks.postgresql import PostgresqlError
from benchmarks.programs import ROOT, Missing
from benchmarks.run import PARTS, run
from benchmarks.serving import ServerError

FOLDER = ROOT / "build" / "benchmarks"
DOCS = ROOT / "docs"
FAILURES = (
    *(Missing, Different, LoadError, ServerError, PostgresqlError),
    *(subprocess.SubprocessError, OSError),
)


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="short rounds: a trial that leaves the page alone"
    )
    parser.add_argument("--only", choices=PARTS, help="one part; the page is left alone")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="measure nothing: make the page of these results"
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where databases, requests and logs are kept"
    )
    return parser.parse_args()


def main() -> int:
    """The exit code."""
    given, console, begun = options(), Console(stderr=True, highlight=False), time.monotonic()

    def tell(words: str) -> None:
        console.print(f"[dim]{(time.monotonic() - begun) / 60:5.1f} min[/]  {words}", soft_wrap=True)

    try:
        if given.page:
            write(results.read(given.page), DOCS, tell)
            return 0
        found = run(
            here(given.folder),
            QUICK if given.quick else THOROUGH,
            (given.only,) if given.only else PARTS,
            tell,
        )
    except FAILURES as failure:
        console.print(f"[red]{failure}[/]", soft_wrap=True)
        return 1
    write(found, given.folder / "trial" if given.quick or given.only else DOCS, tell)
    return 0


def write(found: results.Results, folder: Path, tell: results.Tell) -> None:
    """The figures, and where there are rounds the page and the chart that are made of them."""
    found.write(folder / "benchmarks.json")
    if found.rounds:
        (folder / "benchmarks.md").write_text(page(found))
        (folder / CHART).write_text(chart(found))
    tell(f"written: {folder}/benchmarks.*")


if __name__ == "__main__":
    sys.exit(main())
