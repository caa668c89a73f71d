"""SQLite's errors, as Tortoise knows them or as a sentence for those who run the site."""

import sqlite3

from tortoise.exceptions import IntegrityError, OperationalError

from storage.errors import DatabaseLocked, DatabaseUnavailable

PRIMARY_CODE = 0xFF

READ_ONLY = "cannot be written: this process must be allowed to write the file and its folder"
UNAVAILABLE = {
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: its folder must exist, and this process must be allowed in",
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_NOTADB: "is not an SQLite database",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a backup, or try `sqlite3 FILE .recover`",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "could not be read or written by the system",
}


def translated(error: sqlite3.Error, path: str) -> Exception:
    """What to raise instead of an error of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(f"{path} has been locked by another process for too long")
    if code in UNAVAILABLE:
        return DatabaseUnavailable(f"{path} {UNAVAILABLE[code]} ({error})")
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(error)
    if isinstance(error, sqlite3.OperationalError):
        return OperationalError(error)
    return error
