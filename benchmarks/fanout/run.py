"""A whole run: the rounds, ten thousand subscribers, many selections, the storms."""

import asyncio
import os
import resource
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.competitors import Competitor
from benchmarks.equality import canonical, compare
from benchmarks.fanout.competitors import (
    BROADCAST,
    CAUSERIE,
    STRAWBERRY,
    Announcer,
    Author,
    Broadcaster,
    Speaker,
    mercurius,
    of_post,
    of_posts,
    to_everything,
)
from benchmarks.fanout.crowd import Subscription
from benchmarks.fanout.results import Results, Round, Variety
from benchmarks.fanout.rows import BLOG, Rows, prepare
from benchmarks.fanout.stage import Stage, on_stage
from benchmarks.fanout.storm import gathered, storm
from benchmarks.machine import commit, machine, versions
from benchmarks.place import Place
from benchmarks.programs import install_peers
from benchmarks.results import Tell

FIRST = 10
"""Subscribers who come before memory is looked at: what is made once, for the first of them, is no part of each."""
LATEST = 10
"""Comments that the others announce: the latest ones that Causerie has written."""
SINGLE = 5
"""Comments of a round that are timed one by one."""
SPARE = 500
"""Open files beside the sockets."""
VARIETIES = ((100, 100, 50), (1000, 100, 50), (1000, 1, 1), (1000, 100, 1))
"""Subscribers, selections, posts."""


@dataclass(frozen=True)
class Effort:
    """How much is measured, and for how many seconds."""

    subscribers: int
    many: int
    rounds: int
    seconds: float
    idle: float
    singles: int
    passes: int
    storms: int


THOROUGH = Effort(
    subscribers=1_000, many=10_000, rounds=5, seconds=4, idle=10, singles=10, passes=2, storms=5
)
QUICK = Effort(subscribers=1_000, many=2_000, rounds=1, seconds=1, idle=2, singles=3, passes=1, storms=1)


async def run(place: Place, effort: Effort, tell: Tell) -> Results:
    """Do everything and answer with what was found."""
    begun = time.monotonic()
    install_peers()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {place.client_core})
    rows = await prepare(place.folder)
    results = Results(
        date=datetime.now(UTC).date().isoformat(),
        commit=commit(),
        machine=machine(),
        versions=versions(),
        rows=BLOG.words,
        subscribers=effort.subscribers,
        seconds=effort.seconds,
        many_subscribers=min(effort.many, most - SPARE),
    )
    competitors = [CAUSERIE, BROADCAST, mercurius(), STRAWBERRY]
    for one in competitors:
        results.titles[one.key], results.about[one.key], results.kinds[one.key] = (
            one.title,
            one.about,
            one.kind,
        )
    async with assembled(place, rows, competitors, effort.subscribers, results, tell) as stages:
        await _idle(results, stages, effort, tell)
        await _rounds(results, stages, effort, tell)
    await _many(results, place, rows, [BROADCAST, CAUSERIE, mercurius()], effort, tell)
    await _varieties(results, place, rows, effort, tell)
    await _storms(results, place, rows, effort, tell)
    results.minutes = (time.monotonic() - begun) / 60
    return results


@asynccontextmanager
async def assembled(
    place: Place,
    rows: Rows,
    competitors: list[Competitor],
    subscribers: int,
    results: Results,
    tell: Tell,
) -> AsyncIterator[dict[str, Stage]]:
    """All servers with their subscribers, who have been told the same by each. Causerie comes first: it writes."""
    stages: dict[str, Stage] = {}
    async with AsyncExitStack() as stack:
        for competitor in competitors:
            stage = await stack.enter_async_context(_on_stage(place, rows, competitor, _text(stages)))
            await stage.gather(FIRST, subscription_of(competitor, rows))
            memory = stage.memory()
            await stage.gather(subscribers, subscription_of(competitor, rows))
            results.memory[competitor.key] = (stage.memory() - memory) / subscribers
            stages[competitor.key] = stage
            tell(f"{competitor.key}: {results.memory[competitor.key] / 1024:.1f} KiB for each connection")
        results.message = len(_text(stages))
        await compare_all(stages, _repeating(stages, rows))
        yield stages


def _on_stage(
    place: Place, rows: Rows, competitor: Competitor, text: bytes
) -> AbstractAsyncContextManager[Stage]:
    token = rows.token if competitor is CAUSERIE else None
    return on_stage(place, competitor, str(rows.file), _speaker(competitor, rows, text), token)


def _speaker(competitor: Competitor, rows: Rows, text: bytes) -> Speaker:
    if competitor is CAUSERIE:
        return Author([rows.post])
    if competitor is BROADCAST:
        return Broadcaster(text)
    return Announcer(rows.comments(rows.post)[-LATEST:])


def subscription_of(competitor: Competitor, rows: Rows) -> Subscription:
    """How one subscribes to the comments of the one post."""
    return to_everything if competitor is BROADCAST else of_post(rows.post)


def _text(stages: Mapping[str, Stage]) -> bytes:
    """What Causerie's subscribers were told last, as it came."""
    return stages[CAUSERIE.key].crowd.listeners[0].last if stages else b"-"


def _repeating(stages: Mapping[str, Stage], rows: Rows) -> dict[str, Speaker]:
    """Who tells of the comment that Causerie wrote last."""
    latest = Announcer(rows.comments(rows.post)[-1:])
    others = stages.keys() - {CAUSERIE.key}
    return {key: Broadcaster(_text(stages)) if key == BROADCAST.key else latest for key in others}


async def compare_all(stages: Mapping[str, Stage], repeating: Mapping[str, Speaker]) -> None:
    """Have the others tell, by `repeating`, of the comment that Causerie wrote last: all subscribers hear the same.

    Raises:
        Different: somebody was told something else.
    """
    right = canonical(_text(stages))["payload"]
    for key, stage in stages.items():
        if key in repeating:
            usual, stage.speaker = stage.speaker, repeating[key]
            await stage.time_of_one()
            stage.speaker = usual
        for listener in stage.crowd.listeners:
            compare(right, canonical(listener.last)["payload"], f"{key}: payload")


async def _idle(results: Results, stages: Mapping[str, Stage], effort: Effort, tell: Tell) -> None:
    """What it costs that nothing happens."""
    before = {key: stage.cpu() for key, stage in stages.items()}
    await asyncio.sleep(effort.idle)
    for key, stage in stages.items():
        results.idle[key] = (stage.cpu() - before[key]) / effort.idle
    tell("idle: " + ", ".join(f"{key} {cpu:.2%}" for key, cpu in results.idle.items()))


async def _rounds(results: Results, stages: Mapping[str, Stage], effort: Effort, tell: Tell) -> None:
    keys = list(stages)
    for number in range(effort.rounds):
        for key in keys[number % len(keys) :] + keys[: number % len(keys)]:
            stage = stages[key]
            single = statistics.median([await stage.time_of_one() for _ in range(SINGLE)])
            seen = await stage.stream(effort.seconds)
            one = Round(key, single, seen.deliveries / seen.seconds, seen.cpu / seen.comments)
            results.rounds.append(one)
            tell(
                f"round {number + 1} of {effort.rounds}: {key} {one.rate:,.0f}/s, "
                f"{one.cpu * 1e3:.1f} ms of CPU a comment, the last has it after {single * 1e3:.1f} ms"
            )


async def _many(
    results: Results, place: Place, rows: Rows, competitors: list[Competitor], effort: Effort, tell: Tell
) -> None:
    """The time until the last of very many has a comment; one server at a time, as nobody could hold them all."""
    for number in range(effort.passes):
        for competitor in competitors[:: -1 if number % 2 else 1]:
            text = b"-" * results.message
            async with _on_stage(place, rows, competitor, text) as stage:
                await stage.gather(results.many_subscribers, subscription_of(competitor, rows))
                times = [await stage.time_of_one() for _ in range(effort.singles)]
            results.many.setdefault(competitor.key, []).extend(times)
            tell(
                f"{results.many_subscribers:,} subscribers, {competitor.key}: {statistics.median(times):.2f} s"
            )


async def _varieties(results: Results, place: Place, rows: Rows, effort: Effort, tell: Tell) -> None:
    author = Author([rows.post])
    async with on_stage(place, CAUSERIE, str(rows.file), author, rows.token) as stage:
        before = stage.cpu()
        await asyncio.sleep(effort.idle)
        results.idle_alone = (stage.cpu() - before) / effort.idle
        for subscribers, selections, posts in VARIETIES:
            author.posts = rows.posts[:posts]
            await stage.gather(subscribers, of_posts(author.posts, selections))
            seen = await stage.stream(effort.seconds)
            found = Variety(subscribers, selections, posts, seen.cpu / seen.comments)
            results.varieties.append(found)
            tell(
                f"{subscribers} subscribers, {selections} selections: {found.cpu * 1e3:.1f} ms of CPU a comment"
            )
            await stage.dismiss()


async def _storms(results: Results, place: Place, rows: Rows, effort: Effort, tell: Tell) -> None:
    async with gathered(place, rows) as (stage, cursor):
        await storm(stage, rows.post, cursor, FIRST)
        for _ in range(effort.storms):
            found = await storm(stage, rows.post, cursor, effort.subscribers)
            results.storms.append(found)
            tell(
                f"storm: all served after {found.seconds:.2f} s, others' events {found.delay * 1e3:.0f} ms late"
            )
