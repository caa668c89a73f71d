"""A clock of a server's own, which can be set while it runs: libfaketime, of Debian's package `faketime`."""

from pathlib import Path

from tests.tools import missing

LIBRARIES = ("/usr/lib", "/usr/local/lib")


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

    @property
    def variables(self) -> dict[str, str]:
        """The environment of whoever goes by this clock."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _library() -> Path:
    found = [path for folder in LIBRARIES for path in Path(folder).glob("**/faketime/libfaketime.so.1")]
    return found[0] if found else missing("libfaketime is missing: install faketime")
