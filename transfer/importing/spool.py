"""Records that came before what they belong to: kept in a temporary file until all have been read."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from transfer.formats.records import Record


class Spool:
    """A queue of records that takes no memory, however many they are; nobody else can write to its file."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="causerie-import-")  # noqa: SIM115 - see `close`
        self.count = 0

    def add(self, records: Iterable[Record]) -> None:
        """Keep these."""
        for record in records:
            pickle.dump(record, self._file, pickle.HIGHEST_PROTOCOL)
            self.count += 1

    def __iter__(self) -> Iterator[Record]:
        self._file.seek(0)
        for _ in range(self.count):
            yield pickle.load(self._file)  # noqa: S301 - see above

    def close(self) -> None:
        """Forget them."""
        self._file.close()
