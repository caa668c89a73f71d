"""The results page, made of a run's results: the words are in page.md, here are the tables."""

from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.chart import Bar, Panel, draw
from benchmarks.fanout.results import Results
from benchmarks.fanout.storm import BEHIND, BYSTANDERS
from benchmarks.fanout.targets import KIB, TARGETS, Target
from benchmarks.page import table

WORDS = Path(__file__).with_name("page.md")
HOUR = 3600
FILES = 11_000
USED = ("Python", "Node.js", "uvicorn", "uvloop", "orjson", "strawberry-graphql", "mercurius", "fastify")


def page(results: Results) -> str:
    """The page, in Markdown."""
    return WORDS.read_text().format(
        date=results.date,
        commit=results.commit,
        subscribers=f"{results.subscribers:,}",
        rounds=_rounds(results),
        targets=table(["", "Causerie", ""], [_target(results, one) for one in TARGETS]),
        many_subscribers=f"{results.many_subscribers:,}",
        many=_many(results),
        varieties=_varieties(results),
        behind=BEHIND,
        bystanders=BYSTANDERS,
        storms=_storms(results),
        rows=results.rows,
        message=results.message,
        servers="\n".join(f"- {_name(results, key)}: {about}" for key, about in results.about.items()),
        count=len(results.rounds) // len(results.titles),
        seconds=results.seconds,
        machine=_machine(results),
        files=f"{FILES:,}",
        minutes=results.minutes,
    )


def chart(results: Results) -> str:
    """The picture on the page."""
    figures: dict[str, Callable[[str], float]] = {
        "Deliveries per second": lambda key: results.middle(key, "rate"),
        "CPU for a comment, µs": lambda key: results.middle(key, "cpu") * 1e6,
        "The last has it after, µs": lambda key: results.middle(key, "seconds") * 1e6,
        "Memory of a connection, KiB": lambda key: results.memory[key] / KIB,
    }
    panels = [
        Panel(title, [Bar(results.titles[key], results.kinds[key], figure(key)) for key in _ordered(results)])
        for title, figure in figures.items()
    ]
    return draw(panels, f"What a live comment costs each server with {results.subscribers:,} subscribers")


def _ordered(results: Results) -> list[str]:
    return sorted(results.titles, key=lambda key: -results.middle(key, "rate"))


def _name(results: Results, key: str) -> str:
    title = results.titles[key]
    return f"**{title}**" if results.kinds[key] == "ours" else title


def _rounds(results: Results) -> str:
    head = ["", "The last has it", "Deliveries", "CPU for a comment", "Memory", "Idle"]
    return (
        table(
            head,
            [
                [
                    _name(results, key),
                    f"{results.middle(key, 'seconds') * 1e3:.1f} ms",
                    f"{results.middle(key, 'rate'):,.0f}/s",
                    f"{results.middle(key, 'cpu') * 1e3:.1f} ms",
                    f"{results.memory[key] / KIB:.1f} KiB",
                    f"{results.idle[key] * HOUR:.0f} s",
                ]
                for key in _ordered(results)
            ],
        )
        + f"\n\nCauserie without any subscriber: {results.idle_alone * HOUR:.0f} s for each hour."
    )


def _target(results: Results, target: Target) -> list[str]:
    figure, sign = target.figure(results), "≥" if target.at_least else "≤"
    shown = f"{figure:.2f}" if figure < 10 else f"{figure:.0f}"  # noqa: PLR2004 - three digits
    missed = "" if target.reached(results) else "not "
    return [target.words, f"{shown}{target.unit}", f"{missed}{sign} {target.limit:g}{target.unit}"]


def _many(results: Results) -> str:
    return table(
        ["", "The last has it", "Fastest", "Slowest"],
        [
            [_name(results, key), *(f"{each(times):.3f} s" for each in (median, min, max))]
            for key, times in sorted(results.many.items(), key=lambda item: median(item[1]))
        ],
    )


def _varieties(results: Results) -> str:
    head = ["Subscribers", "Posts", "Answers to a comment", "Deliveries of a comment", "CPU for a comment"]
    return table(
        head,
        [
            [
                f"{one.subscribers:,}",
                str(one.posts),
                str(one.answers),
                f"{one.deliveries:,}",
                f"{one.cpu * 1e3:.1f} ms",
            ]
            for one in results.varieties
        ],
        left=0,
    )


def _storms(results: Results) -> str:
    seconds, delays = ([getattr(one, what) for one in results.storms] for what in ("seconds", "delay"))
    rows = [
        ["All are served after", *(f"{each(seconds):.2f} s" for each in (median, min, max))],
        ["Live events are late by", *(f"{each(delays) * 1e3:.0f} ms" for each in (median, min, max))],
    ]
    return table(["", "Median", "Best", "Worst"], rows)


def _machine(results: Results) -> str:
    machine = [f"- {name}: {value}" for name, value in results.machine.items()]
    used = ", ".join(f"{name} {results.versions[name]}" for name in USED if name in results.versions)
    return "\n".join([*machine, f"- {used}"])
