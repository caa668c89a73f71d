"""Staggered leaving: many clients are told to go, but not all at once, because all of them come back at once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

HARMLESS_PER_SECOND = 200
"""Leavers in a second that need no more time than that."""
SHORTEST_SLEEP_SECONDS = 0.02
"""Seconds to sleep at least: what falls due meanwhile is done together."""
SLICE_LEAVERS = 500
"""How many leave before others may run."""

Leaver = TypeVar("Leaver")


async def staggered(leavers: Sequence[Leaver], leave: Callable[[Leaver], None], seconds: float) -> None:
    """Let each leave in its turn, evenly over `seconds`; a few of them need less."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    duration = min(seconds, len(leavers) / HARMLESS_PER_SECOND)
    for number, leaver in enumerate(leavers):
        early = begun + duration * number / len(leavers) - loop.time()
        if early > 0:
            await asyncio.sleep(max(early, SHORTEST_SLEEP_SECONDS))
        elif number % SLICE_LEAVERS == SLICE_LEAVERS - 1:
            await asyncio.sleep(0)
        leave(leaver)
