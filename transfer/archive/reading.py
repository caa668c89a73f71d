"""Where an archive is read from: a ZIP file or a folder, of which nothing is believed before it has been checked.

Only files that the manifest names are opened, and none is unpacked under a name of its own. What has more bytes than
the manifest says, or grows beyond measure, is refused when it does.
"""

import hashlib
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from transfer.archive.errors import ArchiveError
from transfer.archive.manifest import LARGEST_BYTES, NAME, FileEntry, Manifest, decoded

ZIP = b"PK\x03\x04"
PIECE_BYTES = 256 * 1024
LONGEST_LINE_BYTES = 64 * 2**20
TIMES_LARGER = 250
ALWAYS_UNPACKED_BYTES = 64 * 2**20
DAMAGED = (EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)


class Archive(ABC):
    """An archive that is open for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def manifest(self) -> Manifest:
        """What it says of itself."""
        with self.opened(NAME) as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise ArchiveError(f"{self.path}: its {NAME} is far too large")
        return decoded(data)

    def pieces(self, entry: FileEntry) -> Iterator[bytes]:
        """A file's bytes, which are those that the manifest speaks of when they have come to their end."""
        found, left = hashlib.sha256(), entry.bytes
        self.refuse_bomb(entry)
        with self.opened(entry.name) as file:
            while piece := file.read(min(PIECE_BYTES, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise self.wrong(entry)
                found.update(piece)
                yield piece
        if left or found.hexdigest() != entry.sha256:
            raise self.wrong(entry)

    def lines(self, entry: FileEntry) -> Iterator[bytes]:
        """A file's lines."""
        with self.opened(entry.name) as file:
            while line := file.readline(LONGEST_LINE_BYTES):
                if not line.endswith(b"\n"):
                    raise ArchiveError(f"{self.path}: a line of {entry.name} is too long, or cut off")
                yield line

    def wrong(self, entry: FileEntry) -> ArchiveError:
        """What to say of a file that is another one than the manifest says."""
        return ArchiveError(
            f"{self.path}: {entry.name} is not what was exported: the archive was changed, or damaged on its way"
        )

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """A file of the archive, with one kind of error for all that can be wrong with it."""
        try:
            with self.open(name) as file:
                yield file
        except (KeyError, FileNotFoundError, IsADirectoryError):
            raise ArchiveError(f"{self.path}: {name} is missing, so this is no whole export") from None
        except DAMAGED as error:
            raise ArchiveError(f"{self.path}: {name} is damaged ({error})") from error

    @abstractmethod
    def open(self, name: str) -> BinaryIO:
        """A file; KeyError or FileNotFoundError where there is none."""

    @abstractmethod
    def refuse_bomb(self, entry: FileEntry) -> None:
        """Fail with ArchiveError when so few bytes cannot be an honest file of that size."""


class ZipArchive(Archive):
    """A ZIP file."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        super().__init__(path)
        self._file = file

    def open(self, name: str) -> BinaryIO:
        """See `Archive.open`."""
        return cast("BinaryIO", self._file.open(name))

    def refuse_bomb(self, entry: FileEntry) -> None:
        """See `Archive.refuse_bomb`."""
        with self.opened(entry.name):
            packed = self._file.getinfo(entry.name).compress_size
        if entry.bytes > max(ALWAYS_UNPACKED_BYTES, TIMES_LARGER * packed):
            raise ArchiveError(
                f"{self.path}: {entry.name} would grow to {entry.bytes} bytes, which no export does"
            )


class FolderArchive(Archive):
    """A folder."""

    def open(self, name: str) -> BinaryIO:
        """See `Archive.open`."""
        return (self.path / name).open("rb")

    def refuse_bomb(self, entry: FileEntry) -> None:
        """Nothing grows here."""


def is_archive(path: Path) -> bool:
    """Whether it looks like one."""
    if path.is_dir():
        return (path / NAME).is_file()
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """The archive at `path`.

    Raises:
        ArchiveError: it is none, or its end is missing.
    """
    if path.is_dir():
        yield FolderArchive(path)
        return
    try:
        file = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ArchiveError(
            f"{path} is no whole ZIP file ({error}): it may have been cut off on its way"
        ) from error
    with file:
        yield ZipArchive(path, file)
