"""How the server stops: whoever has a part in it asks here, and nobody else says when."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Drain = Callable[[float, float], Awaitable[None]]
"""Takes leave of open streams: the seconds to spread that over, and those after which nothing is waited for."""


@dataclass(slots=True)
class Shutdown:
    """How the server stops: it is no longer ready, finishes what runs, and has a deadline for that."""

    patience: float
    spread: float
    drains: list[Drain] = field(default_factory=list)
    """One for each kind of stream; they drain at the same time."""
    replaced: bool = False
    """Whether others serve at the same address: then requests are welcome there, whoever gets them."""
    deadline: float | None = None

    @property
    def ordered(self) -> bool:
        """Whether this process is to stop."""
        return self.deadline is not None

    @property
    def ready(self) -> bool:
        """Whether requests should be sent to the address."""
        return self.replaced or not self.ordered

    def order(self) -> None:
        """Begin to stop; may be called by a signal's handler."""
        if self.deadline is None:
            self.deadline = time.monotonic() + self.patience

    async def drain(self) -> None:
        """Take leave of all streams."""
        self.order()
        await asyncio.gather(*(drain(self.spread, self.time_left()) for drain in self.drains))

    def time_left(self) -> float:
        """Seconds that may still be spent on finishing what runs; one at least, for what is short."""
        if self.deadline is None:
            return self.patience
        return max(1.0, self.deadline - time.monotonic())
