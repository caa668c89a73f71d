"""What Causerie should reach."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.fanout.results import Results

KIB = 1024


@dataclass(frozen=True)
class Target:
    """A figure, and its limit: at least so much, or at most."""

    words: str
    figure: Callable[[Results], float]
    limit: float
    at_least: bool = False
    unit: str = ""

    def reached(self, results: Results) -> bool:
        """Whether it is."""
        figure = self.figure(results)
        return figure >= self.limit if self.at_least else figure <= self.limit


def _rate(other: str) -> Callable[[Results], float]:
    return lambda results: results.middle("causerie", "rate") / results.middle(other, "rate")


TARGETS = (
    Target("Deliveries a second, of a bare broadcast's", _rate("broadcast"), 0.75, at_least=True),
    Target("Deliveries a second, of Mercurius's", _rate("mercurius"), 1.7, at_least=True),
    Target("Deliveries a second, of Strawberry's", _rate("strawberry"), 30, at_least=True),
    Target(
        "CPU for a comment, of a bare broadcast's",
        lambda results: results.middle("causerie", "cpu") / results.middle("broadcast", "cpu"),
        1.4,
    ),
    Target(
        "Memory of an idle subscribed connection",
        lambda results: results.memory["causerie"] / KIB,
        32,
        unit=" KiB",
    ),
    Target(
        "Time until the last of very many has it, of a bare broadcast's",
        lambda results: median(results.many["causerie"]) / median(results.many["broadcast"]),
        1.5,
    ),
    Target(
        "A storm: time until everybody has what was missed",
        lambda results: median(one.seconds for one in results.storms),
        3,
        unit=" s",
    ),
    Target(
        "A storm: delay of the latest event of the others",
        lambda results: median(one.delay for one in results.storms) * 1e3,
        250,
        unit=" ms",
    ),
)
