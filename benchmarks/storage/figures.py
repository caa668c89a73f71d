"""Figures: variants alternate, and the least of some rounds counts; what else the machine does only adds to it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from rich.console import Console

ROUNDS = 15
say = Console(highlight=False, soft_wrap=True).print


def table(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[float]], unit: str = "µs") -> None:
    """Print figures."""
    say(f"\n{title} ({unit})")
    say(f"  {'':34}" + "".join(f"{column:>14}" for column in columns))
    for name, figures in rows.items():
        say(f"  {name:34}" + "".join(f"{figure:14.1f}" for figure in figures))


def alternating(variants: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The best of each variant's rounds; all are tried once before that."""
    for run in variants.values():
        run()
    rounds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, run in variants.items():
            rounds[name].append(run())
    return {name: min(figures) for name, figures in rounds.items()}


async def alternating_async(variants: dict[str, Callable[[], Awaitable[float]]]) -> dict[str, float]:
    """The best of each variant's rounds."""
    rounds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, run in variants.items():
            rounds[name].append(await run())
    return {name: min(figures) for name, figures in rounds.items()}
