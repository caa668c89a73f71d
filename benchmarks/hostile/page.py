"""The page of a run."""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from benchmarks.hostile.attacks import CLIENTS, CONNECTIONS
from benchmarks.hostile.neighbour import Noticed
from benchmarks.page import table
from benchmarks.programs import ROOT, find

MIB = 2**20
HEAD = """\
# Benchmarks: bad neighbours

What somebody notices who asks for a post's title twenty times a second, comments once a second and follows
the comments, while {connections:,} connections of no use stand about and {clients} clients do their worst:
documents that are dear to validate, statements that read the same rows again and again, subscriptions to
such, answers that nobody reads, heads without end, guessed passwords and others
(`benchmarks/hostile/attacks.py` has them all). All are anonymous, on the same machine, and nicer to the
scheduler than the server. This page is made by `make bench-hostile`; the figures are of one run, on {date},
of Causerie at `{commit}`, beside an older build in the same run.

"""
FOOT = """\


The machine has {cores} cores, which the attackers, the neighbour and the server share. What of a miss is owed to that,
and what to the one lock of the server's interpreter, this page does not tell apart. The median under attack differs
from run to run, by several times; the other figures differ less.
What was broken off, or never came, counts as 30 seconds. It takes {minutes:.0f} minutes.
"""


@dataclass(frozen=True)
class Round:
    """One build: what was noticed before, during and after the attack, and the most memory it had."""

    title: str
    quiet: Noticed
    hostile: Noticed
    after: Noticed
    memory: int


def page(rounds: list[Round], *, minutes: float) -> str:
    """The page, in Markdown."""
    date = datetime.now(UTC).date().isoformat()
    head = HEAD.format(connections=CONNECTIONS, clients=len(CLIENTS), date=date, commit=_commit())
    foot = FOOT.format(cores=len(os.sched_getaffinity(0)), minutes=minutes)
    return f"{head}{table(['', *(one.title for one in rounds)], _rows(rounds))}{foot}"


def _rows(rounds: list[Round]) -> list[list[str]]:
    return [
        ["A tiny query, alone: median", *(_ms(one.quiet.usual) for one in rounds)],
        ["… under attack: median", *(_ms(one.hostile.usual) for one in rounds)],
        [
            "… of the median alone (target ≤ 1.5)",
            *(f"{one.hostile.usual / one.quiet.usual:.2f}" for one in rounds),
        ],
        ["… under attack: 99th percentile (target ≤ 100 ms)", *(_ms(one.hostile.worst) for one in rounds)],
        ["… afterwards: median", *(_ms(one.after.usual) for one in rounds)],
        [
            "A comment reaches a subscriber, alone: median",
            *(_ms(_middle(one.quiet.comments)) for one in rounds),
        ],
        ["… under attack: median", *(_ms(_middle(one.hostile.comments)) for one in rounds)],
        [
            "… under attack: the last (target ≤ 500 ms)",
            *(_ms(max(one.hostile.comments, default=0)) for one in rounds),
        ],
        ["Broken off or refused", *(str(one.hostile.refused) for one in rounds)],
        [
            "Queries, comments",
            *(f"{len(one.hostile.queries):,}, {len(one.hostile.comments)}" for one in rounds),
        ],
        [
            "The server's memory at its most (target ≤ 512 MiB)",
            *(f"{one.memory / MIB:,.0f} MiB" for one in rounds),
        ],
    ]


def _middle(seconds: list[float]) -> float:
    return median(seconds) if seconds else 0.0


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


def _commit() -> str:
    command = [find("git"), "rev-parse", "--short=10", "HEAD"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
