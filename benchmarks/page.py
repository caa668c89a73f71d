"""The results page, made of a run's results: the words are in page.md, here are the tables."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import growth, steadiness
from benchmarks.chart import Bar, Panel, draw
from benchmarks.load import CONNECTIONS
from benchmarks.questions import QUESTIONS, Question
from benchmarks.results import Results
from benchmarks.targets import TARGETS, Target

WORDS = Path(__file__).with_name("page.md")
CHART = "benchmarks.svg"
STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ASKED = {
    "front_page": "20 newest posts: author, category, number of comments, and the 10 newest comments with authors",
    "one_post": "a post with author, category, and the 20 newest comments with authors",
    "tiny": "id and title of a post",
    "list": "100 newest comments of the site, each with its author and its post's title",
}
TITLES = [question.title for question in QUESTIONS]
NOT_IN_THE_CHART = ("constant", "causerie-cached")
"""They do not read the rows for each request, and would make all others look alike."""


def page(results: Results) -> str:
    """The page, in Markdown."""
    return WORDS.read_text().format(
        date=results.date,
        commit=results.commit,
        rates=_by_question(results, lambda key, one: f"{results.rate(key, one):,.0f}"),
        ratios=_ratios(results),
        latencies=_by_question(results, lambda key, one: _latency(results, key, one)),
        costs=_costs(results),
        growth=_growth(results),
        memory=_memory(results),
        rows=results.rows,
        questions=_questions(results),
        servers="\n".join(f"- {_name(results, key)}: {results.about[key]}" for key in _ordered(results)),
        connections=CONNECTIONS,
        rounds=len(results.rounds) // (len(QUESTIONS) * len(results.titles)),
        seconds=results.seconds,
        machine=_machine(results),
        minutes=_minutes(results),
    )


def chart(results: Results) -> str:
    """The picture on the page."""
    shown = [key for key in _ordered(results) if key not in NOT_IN_THE_CHART]
    panels = [
        Panel(
            f"{question.title}: requests per second",
            [Bar(_label(results, key), results.kinds[key], results.rate(key, question.key)) for key in shown],
        )
        for question in QUESTIONS
    ]
    return draw(panels, "Requests per second of each server, for each of four questions")


def _label(results: Results, key: str) -> str:
    """A name short enough for the chart."""
    ambiguous = results.stores[key] == "postgresql" and results.kinds[key] != "node"
    return results.titles[key] + (" (PG)" if ambiguous else "")


def _name(results: Results, key: str) -> str:
    name = _label(results, key).replace("(PG)", "on PostgreSQL")
    return f"**{name}**" if results.kinds[key] == "ours" else name


def _ordered(results: Results) -> list[str]:
    """SQLite before PostgreSQL, then by the rate at the first question."""
    return sorted(
        results.titles,
        key=lambda key: (results.stores[key] == "postgresql", -results.rate(key, QUESTIONS[0].key)),
    )


def _by_question(results: Results, cell: Callable[[str, str], str]) -> str:
    rows = [
        [_name(results, key), *(cell(key, question.key) for question in QUESTIONS)]
        for key in _ordered(results)
    ]
    return table(["", *TITLES], rows)


def _latency(results: Results, key: str, question: str) -> str:
    p50, p99 = (results.middle(key, question, what) * 1e3 for what in ("p50", "p99"))
    return f"{p50:.1f} / {p99:.1f}"


def _ratios(results: Results) -> str:
    rows = [
        [target.words, *(_ratio(results, target, question) for question in QUESTIONS)]
        for target in TARGETS
        if {target.ours, *target.others} <= results.titles.keys()
    ]
    return table(["", *TITLES], rows)


def _ratio(results: Results, target: Target, question: Question) -> str:
    other = results.best(target.others, question.key)
    ratio = results.rate(target.ours, question.key) / results.rate(other, question.key)
    wanted = target.wanted.get(question.key)
    text = f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2f}"  # noqa: PLR2004 - three digits
    if wanted is None:
        return text
    return f"{text} ({'≥' if ratio >= wanted else 'not ≥'} {wanted:g})"


def _costs(results: Results) -> str:
    rows = [
        [
            _name(results, key),
            *(f"{results.middle(key, question.key, 'cpu') * 1e6:,.0f} µs" for question in QUESTIONS),
            f"{results.memory[key] / 2**20:.0f} MiB",
        ]
        for key in _ordered(results)
    ]
    return table(["", *TITLES, "Memory"], rows)


def _growth(results: Results) -> str:
    if not results.growth:
        return ""
    rows = []
    for store in dict.fromkeys(one.store for one in results.growth):
        costs = {one.question: one.cost for one in results.growth if one.store == store}
        rows.append([f"**Causerie** on {STORES[store]}", *(f"{costs[one.key]:.2f}" for one in QUESTIONS)])
    return (
        "\n## Ten times the rows\n\n"
        f"How many times as long a request takes when every table has {growth.FACTOR} times the rows. "
        f"It should be at most {growth.LIMIT}.\n\n{table(['', *TITLES], rows)}\n"
    )


def _memory(results: Results) -> str:
    steady = results.steadiness
    if steady is None:
        return ""
    sizes = [size / 2**20 for size in steady.memory]
    change = (sizes[-1] - sizes[0]) / sizes[0]
    return (
        "\n## Memory over time\n\n"
        f"Causerie, asked {steady.documents:,} different documents over and over: {sizes[0]:.1f} MiB after "
        f"{steady.requests[0]:,} requests, {sizes[-1]:.1f} MiB after {steady.requests[-1]:,} ({change:+.1%}), "
        f"at most {max(sizes):.1f} MiB. It should change by {steadiness.LIMIT:.0%} at most.\n"
    )


def _questions(results: Results) -> str:
    rows = [[one.title, ASKED[one.key], f"{results.sizes[one.key] / 1000:.1f} kB"] for one in QUESTIONS]
    return table(["", "What it asks for", "Mean answer"], rows, left=2)


def _machine(results: Results) -> str:
    machine = [f"- {name}: {value}" for name, value in results.machine.items()]
    return "\n".join(
        [*machine, "- " + ", ".join(f"{name} {value}" for name, value in results.versions.items())]
    )


def _minutes(results: Results) -> int:
    """About how long all of it takes, making the rows not counted."""
    rounds = len(results.rounds) * (results.seconds + 2)
    larger = sum(len(one.small) + len(one.large) for one in results.growth) * (results.seconds // 2 + 1)
    return 5 * (1 + round((rounds + larger) / 60 / 5))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """A table; the columns behind so many are numbers."""
    rules = ["---" if place < left else "---:" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))
