"""The servers of a run side by side: started, asked the same, and their answers compared before anything is timed."""

import shutil
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import load, usage
from benchmarks.competitors import CONSTANT, HANDWRITTEN, Competitor
from benchmarks.equality import canonical, compare
from benchmarks.place import Effort, Place
from benchmarks.questions import QUESTIONS, Question
from benchmarks.results import Round
from benchmarks.samples import Sample
from benchmarks.serving import Running, serving

COMPARED = 25
"""Answers compared for each question."""

ENOUGH = 30 * load.CONNECTIONS
"""Requests that a measurement should have: a slow server answers all connections at about the same time."""

SHORTEST = 0.8
"""What part of the expected length the answers under load must have at least: errors are shorter."""

Samples = Mapping[Question, Sequence[Sample]]


@dataclass
class Contest:
    """Servers that run, by their keys; the requests of each are in files. `sizes` are mean lengths of answers."""

    place: Place
    postgresql: int
    servers: dict[str, Running]
    sizes: dict[str, int]

    def requests(self, key: str, question: Question) -> Path:
        """The file of the bodies that this server is sent, a line each."""
        return self.place.requests / key / f"{question.key}.txt"

    def measure(self, key: str, question: Question, effort: Effort) -> Round:
        """Put a question to a server, first to warm it, then to measure."""
        server = self.servers[key]
        roots = [server.process.pid]
        if server.competitor.store == "postgresql":
            roots.append(self.postgresql)
        warm = self._load(key, question, effort.warming)
        seconds = (
            effort.seconds
            if warm.requests > ENOUGH * effort.warming / effort.seconds
            else effort.slow_seconds
        )
        before = usage.cpu_seconds(roots)
        seen = self._load(key, question, seconds)
        if not seen.requests:
            raise load.LoadError(f"{key} answers {question.title} too slowly to be measured in {seconds} s")
        cpu = (usage.cpu_seconds(roots) - before) / seen.requests
        return Round(key, question.key, seen.rate, seen.p50, seen.p99, cpu)

    def _load(self, key: str, question: Question, seconds: int) -> load.Load:
        url = self.servers[key].url(question)
        seen = load.put(url, self.requests(key, question), seconds, core=self.place.client_core)
        if seen.bytes < SHORTEST * self.sizes[question.key] * seen.requests:
            raise load.LoadError(
                f"{key} answers {question.title} with {seen.bytes / seen.requests:.0f} bytes"
            )
        return seen


@contextmanager
def assembled(
    place: Place,
    competitors: Sequence[Competitor],
    databases: Mapping[str, str],
    postgresql: int,
    samples: Samples,
) -> Iterator[Contest]:
    """All servers, ready to be measured.

    The answers of the first competitor are what the others' are compared with. `databases` says where each store is,
    `postgresql` is that server's process. Where the hand-written statements take part, so do their answers as
    constant bytes.
    """
    contest = Contest(place, postgresql, {}, {})
    with ExitStack() as stack:
        for competitor in competitors:
            server = serving(competitor, databases[competitor.store], place.server_core, place.logs)
            contest.servers[competitor.key] = stack.enter_context(server)
            _write_requests(contest, competitor.key, samples)
        for question in QUESTIONS:
            _compare(contest, question)
        if HANDWRITTEN.key in contest.servers:
            _keep_answers(contest)
            server = serving(CONSTANT, str(place.answers), place.server_core, place.logs)
            contest.servers[CONSTANT.key] = stack.enter_context(server)
        yield contest


def _write_requests(contest: Contest, key: str, samples: Samples) -> None:
    server = contest.servers[key]
    for question in QUESTIONS:
        bodies = server.competitor.bodies(question, samples[question], partial(server.data, question))
        path = contest.requests(key, question)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(bodies) + b"\n")


def _compare(contest: Contest, question: Question) -> None:
    """Ask all of them the same requests, which must have the same answers."""
    expected, *others = contest.servers
    raw = _answers(contest, expected, question)
    contest.sizes[question.key] = round(statistics.mean(map(len, raw)))
    right = [canonical(answer) for answer in raw]
    for key in others:
        for one, other in zip(right, _answers(contest, key, question), strict=True):
            compare(one, canonical(other), f"{key}, {question.title}: answer")


def _answers(contest: Contest, key: str, question: Question) -> list[bytes]:
    lines = contest.requests(key, question).read_bytes().splitlines()[:COMPARED]
    return [contest.servers[key].answer(question, line) for line in lines]


def _keep_answers(contest: Contest) -> None:
    """An answer of middling length to each question, to be given again and again."""
    shutil.copytree(
        contest.place.requests / HANDWRITTEN.key,
        contest.place.requests / CONSTANT.key,
        dirs_exist_ok=True,
    )
    contest.place.answers.mkdir(parents=True, exist_ok=True)
    for question in QUESTIONS:
        answers = sorted(_answers(contest, HANDWRITTEN.key, question), key=len)
        (contest.place.answers / f"{question.key}.json").write_bytes(answers[len(answers) // 2])
