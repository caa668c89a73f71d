"""Pictures in a folder of this machine. Processes may share it: a file appears whole or not at all."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from media.errors import StoreUnavailable
from media.names import digest_of
from media.store import StoredFile

PIECE_BYTES = 256 * 1024
UNFINISHED = ".unfinished-"
"""How files begin that are not whole yet; what a crash has left of them is in nobody's way."""
MODE = 0o644
"""A web server of another user may serve them, too."""


class Folder:
    """A folder, which is made with the first picture."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file; when this returns, it is on the disk."""
        try:
            await asyncio.to_thread(_write, self.path / name, data)
        except OSError as error:
            raise StoreUnavailable(f"No picture can be written to {self.path}: {error}.") from error

    async def read(self, name: str) -> StoredFile | None:
        """The file; None when there is none of that name."""
        try:
            file, size = await asyncio.to_thread(_open, self.path / name)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise StoreUnavailable(f"A picture in {self.path} cannot be read: {error}.") from error
        return StoredFile(size, _pieces(file), file.close)

    async def delete(self, names: Sequence[str]) -> None:
        """Keep these no longer, as far as they are there."""
        try:
            await asyncio.to_thread(_delete, [self.path / name for name in names])
        except OSError as error:
            raise StoreUnavailable(f"A picture in {self.path} cannot be deleted: {error}.") from error

    async def listed(self) -> AsyncIterator[tuple[str, datetime]]:
        """The names of all files, and when each was written last."""
        for folder in await asyncio.to_thread(_folders, self.path):
            for found in await asyncio.to_thread(_files, folder):
                yield found


def _write(path: Path, data: bytes) -> None:
    """Write beside the place and move there; then see that the folder knows it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), MODE)
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _open(path: Path) -> tuple[BinaryIO, int]:
    file = path.open("rb")
    return file, os.fstat(file.fileno()).st_size


async def _pieces(file: BinaryIO) -> AsyncGenerator[bytes, None]:
    while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
        yield piece


def _delete(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _folders(path: Path) -> list[Path]:
    with suppress(FileNotFoundError):
        return sorted(each for each in path.iterdir() if each.is_dir())
    return []


def _files(folder: Path) -> list[tuple[str, datetime]]:
    found = []
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            name = f"{folder.name}/{entry.name}"
            if digest_of(name) is not None:
                found.append((name, datetime.fromtimestamp(entry.stat().st_mtime, UTC)))
    return sorted(found)
