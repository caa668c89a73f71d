"""Print the figures of all pages, or of one."""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.pages import archive, feeds, search, site
from benchmarks.place import QUICK, THOROUGH, Effort, Place, here

PAGES: dict[str, Callable[[Place, Effort], object]] = {
    "archive": archive.run,
    "search": lambda _, __: search.main(),
    "feeds": lambda _, __: feeds.main(),
    "site": lambda _, __: site.main(),
}


def main() -> None:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("pages", nargs="*", choices=[*PAGES, []], help="which; all unless named")
    parser.add_argument("--quick", action="store_true", help="a trial")
    parser.add_argument("--folder", type=Path, default=Path("build/benchmarks/pages"))
    given = parser.parse_args()
    for name in given.pages or PAGES:
        PAGES[name](here(given.folder), QUICK if given.quick else THOROUGH)


if __name__ == "__main__":
    main()
