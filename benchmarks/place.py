"""Where a run keeps its things, on which cores it runs, and how long it takes."""

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs import Missing


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, and seconds of each after some to get warm; of a slow server more seconds."""

    rounds: int
    seconds: int
    warming: int
    slow_seconds: int
    steady_requests: int


THOROUGH = Effort(rounds=3, seconds=3, warming=1, slow_seconds=20, steady_requests=200_000)
QUICK = Effort(rounds=2, seconds=1, warming=1, slow_seconds=6, steady_requests=20_000)


@dataclass(frozen=True)
class Place:
    """A folder that stays between runs, and two cores: one for servers and databases, one for who asks."""

    folder: Path
    server_core: int
    client_core: int

    @property
    def logs(self) -> Path:
        """What the servers write."""
        return self.folder / "logs"

    @property
    def requests(self) -> Path:
        """What is sent to them."""
        return self.folder / "requests"

    @property
    def answers(self) -> Path:
        """What the server of constant bytes answers."""
        return self.folder / "answers"


def here(folder: Path) -> Place:
    """This machine.

    Raises:
        Missing: it has one core, and whoever asks would be measured too.
    """
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:  # noqa: PLR2004 - a core each
        raise Missing("Two cores are needed: one for the server, one for the load")
    return Place(folder.absolute(), cores[0], cores[1])
