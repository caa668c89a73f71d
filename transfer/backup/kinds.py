"""What a file is that somebody wants to restore: found by what is in it, whatever it is called."""

from enum import Enum
from pathlib import Path

from transfer.archive.reading import is_archive
from transfer.backup.errors import BackupError

SQLITE = b"SQLite format 3\x00"
PG_DUMP = b"PGDMP"


class BackupKind(Enum):
    """What can be restored, and what it is called in sentences."""

    EXPORT = "an export"
    SQLITE = "a backup of an SQLite database"
    POSTGRESQL = "a backup of a PostgreSQL database"


def kind_at(path: Path) -> BackupKind:
    """What is at `path`.

    Raises:
        BackupError: nothing is, or nothing that can be restored.
    """
    if not path.exists():
        raise BackupError(f"{path} does not exist")
    if is_archive(path):
        return BackupKind.EXPORT
    head = b""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(len(SQLITE))
    if head == SQLITE:
        return BackupKind.SQLITE
    if head.startswith(PG_DUMP):
        return BackupKind.POSTGRESQL
    raise BackupError(
        f"{path} is neither a backup nor an export of Causerie's; causerie import reads those of other systems"
    )
