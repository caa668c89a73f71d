"""A clock of a server's own, which can be set while it runs: libfaketime, of Debian's package `faketime`."""

import asyncio
from pathlib import Path

from tests.tools import missing

LIBRARIES = ("/usr/lib", "/usr/local/lib")
LOOK_EVERY_SECONDS = 1
"""How often the library reads the file: doing so at every look at the clock, in several threads, it has hung."""


class Clock:
    """What a server sees on the wall; what it measures intervals by goes on undisturbed."""

    def __init__(self, folder: Path) -> None:
        self._library = _library()
        self._file = folder / "clock"
        self.set(0)

    def set(self, seconds: float) -> None:
        """Be so many seconds ahead of the machine's clock, or behind it."""
        fresh = self._file.with_suffix(".fresh")
        fresh.write_text(f"{seconds:+.6f}\n")
        fresh.rename(self._file)

    async def set_for_all(self, seconds: float) -> None:
        """The same, and wait until those who run have noticed."""
        self.set(seconds)
        await asyncio.sleep(1.5 * LOOK_EVERY_SECONDS)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of whoever goes by this clock."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(LOOK_EVERY_SECONDS),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _library() -> Path:
    found = [path for folder in LIBRARIES for path in Path(folder).glob("**/faketime/libfaketime.so.1")]
    return found[0] if found else missing("libfaketime is missing: install faketime")
