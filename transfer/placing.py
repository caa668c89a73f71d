"""Putting what has been written in its place: whole, on the disk, and never over something that is there."""

import os
from pathlib import Path

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


def synced_folder(path: Path) -> None:
    """See that the folder's names are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
