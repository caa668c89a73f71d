"""Where files of pictures are kept: what every such place can do.

Names are those of `media.names`, and what is under a name never changes; so writing it again does no harm.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is being read, and has to be closed."""

    size: int
    pieces: AsyncGenerator[bytes, None]
    release: Callable[[], object] = lambda: None

    async def close(self) -> None:
        """Read no more of it."""
        await self.pieces.aclose()
        self.release()  # which a generator that has not begun does not


class MediaStore(Protocol):
    """Each of these raises StoreUnavailable when the place does not answer."""

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file; when this returns, it is there for good."""

    async def read(self, name: str) -> StoredFile | None:
        """The file; None when there is none of that name."""

    async def delete(self, names: Sequence[str]) -> None:
        """Keep these no longer, as far as they are there."""

    def listed(self) -> AsyncIterator[tuple[str, datetime]]:
        """The names of all files, and since when each is there."""
