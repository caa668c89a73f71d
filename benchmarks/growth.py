"""Does a question cost more where there are more rows? Causerie on the usual rows and on ten times as many."""

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import samples
from benchmarks.competitors import Competitor
from benchmarks.contest import assembled
from benchmarks.place import Effort, Place
from benchmarks.questions import QUESTIONS
from benchmarks.results import Growth, Tell

FACTOR = 10
LIMIT = 1.3
"""As much as ten times the rows may cost."""


def compare_sizes(
    place: Place,
    competitor: Competitor,
    databases: Sequence[str],
    files: Sequence[Path],
    postgresql: int,
    effort: Effort,
    tell: Tell,
) -> list[Growth]:
    """The rates on both, in turn. `files` are the SQLite files with the same rows, of which the samples are taken."""
    with ExitStack() as stack:
        contests = []
        for database, file, name in zip(databases, files, ("small", "large"), strict=True):
            own = dataclasses.replace(place, folder=place.folder / "growth" / f"{competitor.key}-{name}")
            stores: Mapping[str, str] = {competitor.store: database}
            taken = samples.samples(file)
            contests.append(stack.enter_context(assembled(own, [competitor], stores, postgresql, taken)))
        found = [Growth(question.key, competitor.store, [], []) for question in QUESTIONS]
        for number in range(effort.rounds):
            for question, growth in zip(QUESTIONS, found, strict=True):
                for contest, rates in zip(contests, (growth.small, growth.large), strict=True):
                    rates.append(contest.measure(competitor.key, question, effort).rate)
                tell(
                    f"growth, {competitor.store}, round {number + 1}: {question.title} {growth.small[-1]:,.0f}/s, "
                    f"with {FACTOR} times the rows {growth.large[-1]:,.0f}/s"
                )
    return found
