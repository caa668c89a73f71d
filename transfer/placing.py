"""Putting what has been written in its place: whole, on the disk, and never over something that is there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".causerie-unfinished-"
"""How what is not whole yet is called; what a crash leaves of it can be deleted."""


class PlaceTaken(Exception):
    """Something is where something new should go; the message says what to do."""


def refuse_existing(path: Path) -> None:
    """Fail with PlaceTaken unless nothing is there, or an empty folder.

    Raises:
        PlaceTaken: see there.
    """
    if not path.absolute().parent.is_dir():
        raise PlaceTaken(f"{path.parent} is no folder: make it first")
    if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
        return
    if path.is_symlink() or path.exists():
        raise PlaceTaken(f"{path} exists already: name another place, or move it away")


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """As `new_place`, open for writing."""
    with new_place(path) as unfinished, unfinished.open("wb") as file:
        yield file


@contextmanager
def new_place(path: Path) -> Iterator[Path]:
    """A file of its owner's alone for others to write to, which is at `path` when all has gone well, and else nowhere.

    Raises:
        PlaceTaken: something is there already.
    """
    refuse_existing(path)
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.absolute().parent)
    unfinished = Path(name)
    try:
        yield unfinished
        os.fsync(handle)
        refuse_existing(path)
        unfinished.replace(path)
        synced_folder(path.absolute().parent)
    finally:
        os.close(handle)
        unfinished.unlink(missing_ok=True)


def synced_folder(path: Path) -> None:
    """See that the folder's names are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
