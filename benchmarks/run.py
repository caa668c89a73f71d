"""A whole run: the data, the rounds, the ten times larger data, the memory. Each part can be left out."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import data, growth, postgresql, rounds, samples, steadiness, usage
from benchmarks.competitors import ON_PYTHON, OURS, OURS_POSTGRESQL, on_node
from benchmarks.contest import assembled
from benchmarks.machine import commit, machine, versions
from benchmarks.place import Effort, Place
from benchmarks.postgresql import Cluster
from benchmarks.programs import find, install_peers
from benchmarks.results import Results, Tell

PARTS = ("rounds", "growth", "memory")


def run(place: Place, effort: Effort, parts: tuple[str, ...], tell: Tell) -> Results:
    """Do these parts and answer with what they found."""
    find("wrk")
    install_peers()
    place.folder.mkdir(parents=True, exist_ok=True)
    with postgresql.running(place.folder / "postgresql", place.server_core) as cluster:
        results = Results(
            date=datetime.now(UTC).date().isoformat(),
            commit=commit(),
            machine=machine(),
            versions=versions(),
            rows=data.BLOG.words,
            seconds=effort.seconds,
        )
        file = data.sqlite(data.BLOG, place.folder)
        if "rounds" in parts:
            _rounds(results, place, effort, cluster, tell)
        if "growth" in parts:
            _growth(results, place, effort, cluster, tell)
        if "memory" in parts:
            results.steadiness = steadiness.watch(place, str(file), effort, tell)
    return results


def _rounds(results: Results, place: Place, effort: Effort, cluster: Cluster, tell: Tell) -> None:
    file = data.sqlite(data.BLOG, place.folder)
    databases = {"sqlite": str(file), "postgresql": data.postgresql(data.BLOG, cluster)}
    competitors = (*ON_PYTHON, *on_node())
    tell("starting the servers and comparing their answers")
    with assembled(place, competitors, databases, cluster.process.pid, samples.samples(file)) as contest:
        for key, server in contest.servers.items():
            results.titles[key] = server.competitor.title
            results.about[key] = server.competitor.about
            results.stores[key] = server.competitor.store
            results.kinds[key] = server.competitor.kind
        results.sizes = contest.sizes
        results.rounds = rounds.measure(contest, effort, tell)
        results.memory = {key: usage.memory_bytes(one.process.pid) for key, one in contest.servers.items()}


def _growth(results: Results, place: Place, effort: Effort, cluster: Cluster, tell: Tell) -> None:
    tell("growth: making ten times the rows, unless they are there")
    sizes = (data.BLOG, data.BLOG.times(growth.FACTOR))
    files: list[Path] = [data.sqlite(size, place.folder) for size in sizes]
    on_postgresql = [data.postgresql(size, cluster) for size in sizes]
    fewer = dataclasses.replace(effort, seconds=max(1, effort.seconds // 2), warming=1)
    for competitor, databases in ((OURS, list(map(str, files))), (OURS_POSTGRESQL, on_postgresql)):
        results.growth += growth.compare_sizes(
            place, competitor, databases, files, cluster.process.pid, fewer, tell
        )
