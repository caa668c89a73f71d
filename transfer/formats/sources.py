"""A file as a stream of bytes that can be opened again: plain, gzip, a member of a ZIP, or one of a folder's files.

Nothing is ever unpacked under a name that an archive gives, so that its names can lead nowhere. What grows beyond
measure while it is unpacked is refused when it does, whatever its archive says of its size.
"""

import gzip
import io
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from transfer.formats.records import FormatError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 65_536
MEMBERS = 100_000
UNPACKED_BYTES = 32 * 2**30
TIMES_LARGER = 250
ALWAYS_UNPACKED_BYTES = 64 * 2**20
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
ENCRYPTED = 0x1
DAMAGED = (EOFError, NotImplementedError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error)


class Source:
    """One stream, of the file at `path` or of its `member`; `name` is what to call it in messages.

    `size` is how many bytes the stream has, as far as its container knows, and `position` how many of them the
    stream that was opened last has given.
    """

    def __init__(self, path: Path, member: zipfile.ZipInfo | None = None, name: str = "") -> None:
        self.path = path
        self.member = member
        self.name = name or (f"{path.name}: {member.filename}" if member else path.name)
        self.position = 0
        self._packed_bytes = member.compress_size if member else path.stat().st_size

    @property
    def size(self) -> int:
        """The bytes of the stream as its container tells them: those of gzip are counted modulo 4 GiB."""
        if not self._is_gzip:
            return self.member.file_size if self.member else self._packed_bytes
        if self.member:
            return self.member.file_size
        with self.path.open("rb") as file:
            file.seek(-4, os.SEEK_END)
            return int.from_bytes(file.read(4), "little")

    def open(self) -> BinaryIO:
        """The stream from its start, unpacked while it is read; FormatError when it cannot be unpacked further."""
        self.position = 0
        return cast("BinaryIO", io.BufferedReader(_Unpacked(self, self._raw(), self._is_gzip), HEAD_BYTES))

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """The first bytes of the stream; fewer than asked for if it is shorter."""
        with self.open() as stream:
            return stream.read(size)

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """The stream as a file for those who need one: the file itself, or a copy that is removed afterwards."""
        if self.member is None and not self._is_gzip:
            yield self.path
            return
        with tempfile.NamedTemporaryFile(prefix="causerie-import-") as copy, self.open() as stream:
            shutil.copyfileobj(stream, copy)
            copy.flush()
            yield Path(copy.name)

    def allows(self, unpacked_bytes: int) -> bool:
        """Whether the stream may have that many bytes, given how many its container has."""
        if self.member is None and not self._is_gzip:
            return True
        allowed = max(ALWAYS_UNPACKED_BYTES, TIMES_LARGER * self._packed_bytes)
        return unpacked_bytes <= min(allowed, UNPACKED_BYTES)

    @cached_property
    def _is_gzip(self) -> bool:
        with self._raw() as file:
            return file.read(2) == GZIP

    def _raw(self) -> BinaryIO:
        if self.member is None:
            return self.path.open("rb")
        if self.member.flag_bits & ENCRYPTED:
            raise FormatError(f"{self.name} is encrypted. Unpack it with its password first.")
        with zipfile.ZipFile(self.path) as archive:
            return cast("BinaryIO", archive.open(self.member))


class _Unpacked(io.RawIOBase):
    """The bytes of a source, counted, with one kind of error for all that can be wrong with its container."""

    def __init__(self, source: Source, packed: BinaryIO, is_gzip: bool) -> None:
        self._source = source
        self._packed = packed
        self._stream = gzip.GzipFile(fileobj=packed) if is_gzip else packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        try:
            data = self._stream.read(len(view))
        except DAMAGED as error:
            raise FormatError(self._at(f"is damaged or cut off ({error})")) from error
        view[: len(data)] = data
        self._source.position += len(data)
        if not self._source.allows(self._source.position):
            raise FormatError(self._at("grows far more than an export does when it is unpacked"))
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._packed.close()
        super().close()

    def _at(self, fault: str) -> str:
        return f"{self._source.name} {fault}, after {self._source.position} bytes."


def sources(path: Path) -> list[Source]:
    """All streams at `path`: the file itself, or the members of a ZIP or the files of a folder, by their names."""
    if path.is_dir():
        return [Source(file, name=str(file.relative_to(path))) for file in _files(path)]
    with path.open("rb") as file:
        if file.read(len(ZIP)) != ZIP:
            return [Source(path)]
    return [Source(path, member) for member in _members(path)]


def _files(folder: Path) -> list[Path]:
    found = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return sorted(file for file in found if file.is_file() and not file.is_symlink())


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise FormatError(f"{path.name} is a damaged ZIP file ({error}). Fetch or copy it again.") from error
    if len(members) > MEMBERS:
        raise FormatError(
            f"{path.name} has more than {MEMBERS:,} members. Unpack it, and name the export itself."
        )
    return sorted((member for member in members if not member.is_dir()), key=lambda member: member.filename)
