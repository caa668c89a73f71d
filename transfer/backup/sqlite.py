"""A copy of an SQLite file that is in use, and a copy put in a file's place that is not."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from storage.migration import known
from storage.sqlite.failures import translated
from transfer.backup.errors import BackupError
from transfer.placing import UNFINISHED, new_place, synced_folder

PAGES_AT_ONCE = 2_000
IN_USE_SECONDS = 0.5
"""How long to wait for somebody who is just about to close the file."""
LOGS = ("-wal", "-shm", "-journal")
IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
UNREADABLE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
CONTENT = ("users", "posts", "comments", "categories")
Progress = Callable[[str, int, int], None]


def back_up(database: Path, target: Path, progress: Progress) -> None:
    """Copy the file as it is now; nobody who writes meanwhile waits for it.

    Raises:
        PlaceTaken: there is something at `target`.
        BackupError: the file is damaged.
    """
    with new_place(target) as unfinished:
        try:
            with closing(_connect(database)) as source, closing(_connect(unfinished)) as copy:
                copy.execute("PRAGMA journal_mode = OFF")
                _copy_pages(source, copy, progress)
                _refuse_damaged(copy, database)
        except sqlite3.DatabaseError as error:
            raise _told(error, database) from error


def _copy_pages(source: sqlite3.Connection, copy: sqlite3.Connection, progress: Progress) -> None:
    source.execute("BEGIN")
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees one moment
    copy.execute("PRAGMA synchronous = OFF")  # it is synchronised when it is whole
    source.backup(
        copy,
        pages=PAGES_AT_ONCE,
        progress=lambda _status, left, total: progress("pages", total - left, total),
    )
    copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def restore(backup: Path, database: Path, *, replace: bool) -> None:
    """Put a copy of a backup in the place of the database, which is either the old one or the new one at any time.

    Raises:
        BackupError: the backup is damaged, newer, or none; the file is in use, or its content is not to be replaced.
    """
    place = Path(os.path.realpath(database))
    if place.exists() and place.samefile(backup):
        raise BackupError(f"{backup} is the database itself: name a backup of it")
    with _unfinished(place) as unfinished:
        _copy(backup, unfinished)
        if not place.exists():
            _put(unfinished, place)
            return
        owner, mode = place.stat(), place.stat().st_mode & 0o777
        with _unused(place, replace=replace):
            unfinished.chmod(mode)
            with suppress(PermissionError):
                os.chown(unfinished, owner.st_uid, owner.st_gid)
            _put(unfinished, place)


def _copy(backup: Path, unfinished: Path) -> None:
    log = Path(f"{backup}-wal")
    if log.exists() and log.stat().st_size:
        raise BackupError(f"{backup} is a database with a log beside it, and no backup: make one of it first")
    shutil.copyfile(backup, unfinished)
    try:
        with closing(_connect(unfinished)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
            _refuse_damaged(copy, backup)
            _refuse_strange(copy, backup)
    except sqlite3.DatabaseError as error:
        raise _told(error, backup) from error
    _sync(unfinished)


def _refuse_damaged(copy: sqlite3.Connection, path: Path) -> None:
    (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise BackupError(f"{path} is damaged ({found}): try `sqlite3 {path} .recover`")


def _refuse_strange(copy: sqlite3.Connection, path: Path) -> None:
    """Nothing but a database of this Causerie or of an older one is taken."""
    try:
        steps = {
            name for (name,) in copy.execute("SELECT name FROM tortoise_migrations WHERE app = 'models'")
        }
    except sqlite3.OperationalError:
        steps = set()
    if known()[0] not in steps:
        raise BackupError(f"{path} is no database of Causerie's")
    if newer := sorted(steps - set(known())):
        raise BackupError(
            f"{path} is from a newer Causerie (tables {newer[-1]}): install that, or a newer one"
        )


@contextmanager
def _unused(database: Path, *, replace: bool) -> Iterator[None]:
    """The database for us alone, its log put into it; fails where anybody has it open."""
    content = BackupError(f"{database} has content, which would be lost: --replace says that it may be")
    with closing(_connect(database)) as connection:
        try:
            if not replace and _has_content(connection):
                raise content
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if _code(error) in IN_USE:
                raise BackupError(f"{database} is in use: stop the server first") from None
            if _code(error) not in UNREADABLE:
                raise
            if not replace:
                raise content from error
        yield


def _has_content(connection: sqlite3.Connection) -> bool:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return any(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - names of ours
        for table in CONTENT
        if table in tables
    )


def _put(unfinished: Path, place: Path) -> None:
    """Replace the file, after the logs of the one before, which would be taken for its own."""
    for end in LOGS:
        Path(f"{place}{end}").unlink(missing_ok=True)
    unfinished.replace(place)
    synced_folder(place.parent)


@contextmanager
def _unfinished(place: Path) -> Iterator[Path]:
    """A file of nobody else's, beside the place; it is gone afterwards, unless it has been moved."""
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=place.absolute().parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for end in ("", *LOGS):
            Path(f"{name}{end}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=IN_USE_SECONDS, isolation_level=None
    )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _told(error: sqlite3.Error, path: Path) -> Exception:
    """What to raise instead."""
    return (
        BackupError(f"{path} is damaged ({error})")
        if _code(error) in UNREADABLE
        else translated(error, str(path))
    )


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
