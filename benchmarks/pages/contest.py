"""One document, put to Causerie and to the same statement written by hand, in turns on one core."""

import statistics
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks import load, usage
from benchmarks.competitors import OURS, OURS_CACHED, Competitor, one_statement
from benchmarks.place import Effort, Place
from benchmarks.questions import TINY
from benchmarks.serving import Running, serving

LONGEST_P95_SECONDS = 0.020
LEAST_PART = 0.8
"""The targets: how long 95 of 100 requests take at most, and the part of the hand-written rate that Causerie has."""


class Differs(Exception):
    """The servers do not answer the same."""


@dataclass(frozen=True)
class Page:
    """A document without variables, and the file of a statement that answers it with the same bytes of JSON."""

    title: str
    document: str
    statement: Path
    environment: Mapping[str, str]
    """Causerie's settings."""


@dataclass(frozen=True)
class Figures:
    """Of one server, in the middle of the rounds: requests a second, p95, and computing for a request in seconds."""

    title: str
    rate: float
    p95: float
    cpu: float


def measured(page: Page, database: Path, place: Place, effort: Effort) -> list[Figures]:
    """The hand-written statement first, then Causerie without and with its response cache.

    Raises:
        Differs: their answers do.
    """
    bodies = place.folder / f"{page.statement.stem}.txt"
    bodies.write_bytes(orjson.dumps({"query": page.document}) + b"\n")
    seen: dict[str, list[tuple[float, float, float]]] = {}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(each, str(database), place.server_core, place.logs))
            for each in _competitors(page)
        ]
        _compare(servers, bodies.read_bytes())
        for number in range(effort.rounds + 1):  # the first one is for getting warm
            for server in servers:
                once = _once(server, bodies, effort.seconds if number else effort.warming, place)
                seen.setdefault(server.competitor.title, []).extend([once] if number else [])
    return [
        Figures(title, *(statistics.median(of_all) for of_all in zip(*some, strict=True)))
        for title, some in seen.items()
    ]


def _once(server: Running, bodies: Path, seconds: int, place: Place) -> tuple[float, float, float]:
    before = usage.cpu_seconds([server.process.pid])
    seen = load.put(server.url(TINY), bodies, seconds, core=place.client_core)
    return seen.rate, seen.p95, (usage.cpu_seconds([server.process.pid]) - before) / seen.requests


def _competitors(page: Page) -> list[Competitor]:
    def ours(competitor: Competitor) -> Competitor:
        environment = {**competitor.environment, **page.environment}
        return Competitor(**{**vars(competitor), "environment": environment})

    return [one_statement(page.statement), ours(OURS), ours(OURS_CACHED)]


def _compare(servers: list[Running], request: bytes) -> None:
    expected, *others = (orjson.loads(server.answer(TINY, request)) for server in servers)
    if any(other != expected for other in others):
        raise Differs("Causerie and the hand-written statement answer differently")


def say(page: Page, figures: list[Figures]) -> None:
    """Print them, with what part of the first one's rate the others have."""
    print(page.title)  # noqa: T201
    for each in figures:
        part = each.rate / figures[0].rate
        print(  # noqa: T201
            f"  {each.title:<24} {each.rate:>9,.0f} a second ({part:.2f}), p95 {each.p95 * 1000:.1f} ms,"
            f" computing {each.cpu * 1000:.2f} ms"
        )
    print(f"  Targets: {LEAST_PART} of the hand-written rate, p95 {LONGEST_P95_SECONDS * 1000:.0f} ms")  # noqa: T201
