"""Where an archive is written to: a ZIP file or a folder, which appears whole or not at all, for its owner alone.

A ZIP is the same to the byte for the same files: no times, no owners, one order, one way of packing.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from transfer.archive.manifest import FileEntry
from transfer.placing import UNFINISHED, refuse_existing, synced_folder

ZIP_ENDING = ".zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
PRIVATE_FILE = 0o600


class Target(ABC):
    """What files are written to, one after the other."""

    @contextmanager
    def file(self, name: str, *, packed: bool = True) -> Iterator["HashedFile"]:
        """A file that is being written; `packed` says whether packing would make it smaller."""
        with closing(self.begin(name, packed=packed)) as file:
            yield HashedFile(name, file)

    @abstractmethod
    def begin(self, name: str, *, packed: bool) -> BinaryIO:
        """A file to write to, and to close."""


class HashedFile:
    """A file that knows what has been written to it."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name = name
        self._file = file
        self._hash = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes) -> None:
        """Write more of it."""
        self._file.write(data)
        self._hash.update(data)
        self._bytes += len(data)

    def entry(self) -> FileEntry:
        """What the manifest says of it."""
        return FileEntry(self._name, self._bytes, self._hash.hexdigest())


class ZipTarget(Target):
    """A ZIP file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def begin(self, name: str, *, packed: bool) -> BinaryIO:
        """See `Target.begin`."""
        member = zipfile.ZipInfo(name, EPOCH)
        member.create_system = UNIX
        member.external_attr = PRIVATE_FILE << 16
        member.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        return cast("BinaryIO", self._archive.open(member, "w", force_zip64=True))


class FolderTarget(Target):
    """A folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, name: str, *, packed: bool) -> BinaryIO:  # noqa: ARG002 - nothing is packed here
        """See `Target.begin`."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open(path, "xb", opener=_private)


@contextmanager
def new_archive(path: Path) -> Iterator[Target]:
    """Something to write an archive to, which is at `path` when all has gone well, and nowhere otherwise.

    Raises:
        ArchiveError: something is there already.
    """
    refuse_existing(path)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=path.absolute().parent))
    try:
        if path.suffix.lower() == ZIP_ENDING:
            yield from _new_zip(path, unfinished / "archive")
        else:
            yield FolderTarget(unfinished)
            refuse_existing(path)
            unfinished.replace(path)
        synced_folder(path.absolute().parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _new_zip(path: Path, unfinished: Path) -> Iterator[Target]:
    with open(unfinished, "xb", opener=_private) as file:
        with zipfile.ZipFile(file, "w") as archive:
            yield ZipTarget(archive)
        file.flush()
        os.fsync(file.fileno())
    refuse_existing(path)
    unfinished.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)
