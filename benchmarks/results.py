"""What a run found out, as it is kept in a file, and the medians of it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

Tell = Callable[[str], None]
"""Says how far a run is."""


@dataclass(frozen=True)
class Round:
    """One measurement of one server with one question. `cpu` is seconds of computing for a request."""

    competitor: str
    question: str
    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True)
class Growth:
    """The rates with the usual rows and with ten times as many, in turn."""

    question: str
    store: str
    small: list[float]
    large: list[float]

    @property
    def cost(self) -> float:
        """How many times as long a request takes with ten times the rows."""
        return median(self.small) / median(self.large)


@dataclass(frozen=True)
class Steadiness:
    """The server's memory in bytes after each of some numbers of requests of so many documents."""

    documents: int
    requests: list[int]
    memory: list[int]

    @property
    def growth(self) -> int:
        """Bytes from the first to the last."""
        return self.memory[-1] - self.memory[0]


@dataclass
class Results:
    """A whole run."""

    date: str
    commit: str
    machine: dict[str, str]
    versions: dict[str, str]
    rows: str
    seconds: int
    rounds: list[Round] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    stores: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    growth: list[Growth] = field(default_factory=list)
    steadiness: Steadiness | None = None

    def of(self, competitor: str, question: str) -> list[Round]:
        """The rounds of a server with a question."""
        return [one for one in self.rounds if (one.competitor, one.question) == (competitor, question)]

    def rate(self, competitor: str, question: str) -> float:
        """The median of requests per second."""
        return median(one.rate for one in self.of(competitor, question))

    def middle(self, competitor: str, question: str, what: str) -> float:
        """The median of another figure of the rounds."""
        return float(median(getattr(one, what) for one in self.of(competitor, question)))

    def best(self, competitors: Iterable[str], question: str) -> str:
        """Which of them answers the question fastest."""
        return max(competitors, key=lambda each: self.rate(each, question))

    def write(self, path: Path) -> None:
        """Keep it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")


def read(path: Path) -> Results:
    """What `write` has kept."""
    values: dict[str, Any] = json.loads(path.read_text())
    values["rounds"] = [Round(**one) for one in values["rounds"]]
    values["growth"] = [Growth(**one) for one in values["growth"]]
    values["steadiness"] = values["steadiness"] and Steadiness(**values["steadiness"])
    return Results(**values)
