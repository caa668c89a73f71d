"""What a run found out, as it is kept in a file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.fanout.storm import Storm


@dataclass(frozen=True)
class Round:
    """One server's turn: seconds until everybody had one comment, deliveries a second, and CPU seconds a comment."""

    competitor: str
    seconds: float
    rate: float
    cpu: float


@dataclass(frozen=True)
class Variety:
    """What a comment costs when there are so many subscribers of so many answers; `posts` are commented on in turn."""

    subscribers: int
    selections: int
    posts: int
    cpu: float

    @property
    def answers(self) -> int:
        """Different answers to one comment."""
        return self.selections // self.posts

    @property
    def deliveries(self) -> int:
        """Of one comment."""
        return self.subscribers // self.posts


@dataclass
class Results:
    """A whole run. `memory` is bytes for each connection, `idle` CPU seconds a second; `many` are seconds."""

    date: str
    commit: str
    machine: dict[str, str]
    versions: dict[str, str]
    rows: str
    subscribers: int
    seconds: float
    minutes: float = 0
    message: int = 0
    titles: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    idle: dict[str, float] = field(default_factory=dict)
    idle_alone: float = 0
    many_subscribers: int = 0
    many: dict[str, list[float]] = field(default_factory=dict)
    varieties: list[Variety] = field(default_factory=list)
    storms: list[Storm] = field(default_factory=list)

    def middle(self, competitor: str, what: str) -> float:
        """The median of a server's rounds."""
        return float(median(getattr(one, what) for one in self.rounds if one.competitor == competitor))

    def write(self, path: Path) -> None:
        """Keep it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")


def read(path: Path) -> Results:
    """What `write` has kept."""
    values: dict[str, Any] = json.loads(path.read_text())
    for name, kind in (("rounds", Round), ("varieties", Variety), ("storms", Storm)):
        values[name] = [kind(**one) for one in values[name]]
    return Results(**values)
