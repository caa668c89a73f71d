"""Wake-ups from process to process.

A wake-up only says "look": it carries nothing, several count as one, and losing one loses nothing, because everybody
looks now and then anyway. So a bus may be away, late or deaf, and the feed is only slower for it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Hint(StrEnum):
    """Where to look."""

    FEED = "feed"
    """The log has grown."""
    SESSIONS = "sessions"
    """Sessions have ended."""


Hear = Callable[[Hint], None]
"""What to do when another process has said "look". It neither waits nor fails."""


class Bus(Protocol):
    """Whatever carries hints between the processes of a site. None of it waits for the network."""

    def open(self, hear: Hear) -> None:
        """Begin to carry: call `hear` for what others say, and for what they may have said unheard."""

    def tell(self, hint: Hint) -> None:
        """Say it to the other processes, soon, or not at all."""

    async def close(self) -> None:
        """Carry nothing any more."""


class NullBus:
    """No bus: everybody looks now and then."""

    def open(self, hear: Hear) -> None:
        """Nothing will be heard."""

    def tell(self, hint: Hint) -> None:
        """Nobody is told."""

    async def close(self) -> None:
        """Nothing was open."""
