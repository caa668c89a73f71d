"""Whether the files that are open are still those that have the database's name.

A file that was deleted, or replaced by another one, is there for those who have it open, and only for them: SQLite
goes on writing to it, and whatever it acknowledges is gone with the process. Likewise the log beside it, in which the
latest commits are until they are copied, and its index, by which processes agree on what is in it.
"""

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path

from storage.errors import DatabaseUnavailable

LOOK_EVERY_SECONDS = 1.0
"""Seconds between two looks while nobody writes."""
REMEDIES = {
    "": "put the file back, or stop the server and start it again",
    "-wal": "stop the server, which saves what was in it, and start it again",
    "-shm": "stop the server, and start it again",
}
"""What to do when a file is not there any more, by the end of its name."""
Identity = tuple[int, int] | None

logger = logging.getLogger(__name__)


class FileWatch:
    """Remembers which files they were when they were opened."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._names: dict[str, str] = {}
        self._opened: dict[str, Identity] = {}
        self._lost = False
        self._next: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Remember the files, which are open now, and look after them until `close`."""
        main = Path(self._path).absolute()
        beside = os.path.realpath(main)  # where a link points to is where SQLite has the other two
        self._names = {end: f"{beside}{end}" if end else str(main) for end in REMEDIES}
        self._opened = {end: _identity(name) for end, name in self._names.items()}
        self._look_again()

    def close(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()

    def check(self) -> None:
        """Fail with DatabaseUnavailable unless they are the same. The log is told once, and once that they are back."""
        for end, name in self._names.items():
            if _identity(name) != self._opened[end]:
                raise self._told(
                    f"{self._path}{end} was deleted or replaced while it was open, so what is written would be lost: "
                    f"{REMEDIES[end]}"
                )
        if self._lost:
            self._lost = False
            logger.info("%s is there again", self._path)

    def _told(self, words: str) -> DatabaseUnavailable:
        if not self._lost:
            self._lost = True
            logger.error("%s. Until then nothing is written, and the server is not ready", words)
        error = DatabaseUnavailable(words)
        error.told = True
        return error

    def _look_again(self) -> None:
        with suppress(DatabaseUnavailable):
            self.check()
        self._next = asyncio.get_running_loop().call_later(LOOK_EVERY_SECONDS, self._look_again)


def _identity(name: str) -> Identity:
    try:
        found = os.stat(name)  # noqa: PTH116 - three for each write, and Path takes twice as long
    except OSError:
        return None
    return found.st_dev, found.st_ino
