"""`python -m benchmarks.hostile`: attack each build, ask a neighbour, and write the page."""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import usage
from benchmarks.hostile.build import Build, before, here
from benchmarks.hostile.neighbour import Neighbour
from benchmarks.hostile.page import Round, page
from benchmarks.programs import ROOT
from benchmarks.serving import serving

FOLDER = ROOT / "build" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks-hostile.md"
QUIET, WARMING, ATTACKED, PATIENCE = 10.0, 10.0, 60.0, 15.0
QUICK = 6


@contextmanager
def attacked(port: int, post: int) -> Iterator[None]:
    """Attackers are at it meanwhile."""
    attackers = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.hostile.attacks", str(port), str(post)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        attackers.kill()
        attackers.wait()


async def peak(root: int, ended: asyncio.Event) -> int:
    """The most memory that the server has had, looked at twice a second."""
    most = 0
    while not ended.is_set():
        most = max(most, await asyncio.to_thread(usage.memory_bytes, root))
        await asyncio.sleep(0.5)
    return most


async def measure(build: Build, folder: Path, shorter: int) -> Round:
    """One build, first left alone and then attacked."""
    database = build.filled(folder)
    post, token = build.somebody(database)
    with serving(build.competitor, database, None, folder / "logs") as server:
        neighbour = Neighbour(server.port, post, token)
        quiet = await neighbour.live(QUIET / shorter)
        ended = asyncio.Event()
        memory = asyncio.create_task(peak(server.process.pid, ended))
        with attacked(server.port, post):
            await asyncio.sleep(WARMING)
            hostile = await neighbour.live(ATTACKED / shorter)
        await asyncio.sleep(PATIENCE / shorter)
        after = await neighbour.live(QUIET / shorter)
        ended.set()
        return Round(build.title, quiet, hostile, after, await memory)


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter: a trial that leaves the page alone")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where databases, sources and logs are kept"
    )
    parser.add_argument("--only", choices=("now", "before"), help="one build; the page is left alone")
    return parser.parse_args()


def main() -> int:
    """The exit code."""
    given, begun = options(), time.monotonic()
    given.folder.mkdir(parents=True, exist_ok=True)
    builds = [build for build in (before(given.folder), here()) if given.only in (None, build.key)]
    rounds = [
        asyncio.run(measure(build, given.folder.absolute(), QUICK if given.quick else 1)) for build in builds
    ]
    text = page(rounds, minutes=(time.monotonic() - begun) / 60)
    if given.quick or given.only:
        print(text)  # noqa: T201
    else:
        PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
