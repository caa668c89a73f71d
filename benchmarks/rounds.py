"""The measurement: rounds, in each of which the servers take turns."""

from benchmarks.contest import Contest
from benchmarks.place import Effort
from benchmarks.questions import QUESTIONS
from benchmarks.results import Round, Tell


def measure(contest: Contest, effort: Effort, tell: Tell) -> list[Round]:
    """The rounds, each beginning with another server."""
    keys = list(contest.servers)
    done: list[Round] = []
    for number in range(effort.rounds):
        turn = keys[number % len(keys) :] + keys[: number % len(keys)]
        for question in QUESTIONS:
            for key in turn:
                one = contest.measure(key, question, effort)
                tell(f"round {number + 1} of {effort.rounds}, {question.title}: {key} {one.rate:,.0f}/s")
                done.append(one)
    return done
