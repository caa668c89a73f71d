"""PostgreSQL's own tools, run as they should be: no password on a command line, and nothing half done."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage import Database, execute
from transfer.archive.tables import tables
from transfer.backup.errors import BackupError
from transfer.placing import new_place

DUMP = ("pg_dump", "--format=custom")
RESTORE = (
    "pg_restore",
    "--clean",
    "--if-exists",
    "--no-owner",
    "--no-privileges",
    "--single-transaction",
    "--exit-on-error",
)
OTHERS = """
SELECT count(*) AS others FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'causerie' AND pid <> pg_backend_pid()
"""


def back_up(url: str, target: Path) -> None:
    """Have pg_dump write a file of its custom format.

    Raises:
        PlaceTaken: there is something at `target`.
        BackupError: there is no pg_dump, or it has failed.
    """
    with new_place(target) as unfinished:
        _run([*DUMP, f"--file={unfinished}"], url)


def restore(backup: Path, url: str) -> None:
    """Have pg_restore put everything back in one transaction.

    Raises:
        BackupError: there is no pg_restore, or it has failed.
    """
    _run([*RESTORE, str(backup)], url)


async def refuse_in_use(database: Database, *, replace: bool) -> None:
    """Fail with BackupError when servers use the open database, or it has content that is not to be replaced."""
    (row,) = await execute(OTHERS)
    if row["others"]:
        raise BackupError(f"{database.location.shown} is in use: stop the server first")
    if not replace and await _has_content():
        raise BackupError(
            f"{database.location.shown} has content, which would be lost: --replace says that it may be"
        )


async def _has_content() -> bool:
    for table in tables():
        (found,) = await execute(f"SELECT to_regclass('{table.name}') AS oid")
        if found["oid"] and await execute(f'SELECT 1 FROM "{table.name}" LIMIT 1'):  # noqa: S608 - a name of ours
            return True
    return False


def _run(command: Sequence[str], url: str) -> None:
    program = shutil.which(command[0])
    shown, password = _without_password(url)
    words = [program or command[0], *command[1:], f"--dbname={shown}"]
    if program is None:
        raise BackupError(
            f"{command[0]} is not there: install PostgreSQL's client programs, or run where they are: "
            f"{' '.join(words)}"
        )
    environment = {**os.environ, **({} if password is None else {"PGPASSWORD": password})}
    done = subprocess.run(  # noqa: S603 - the program is the one on the PATH
        words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise BackupError(f"{command[0]} has failed, and nothing was changed: {reason}")


def _without_password(url: str) -> tuple[str, str | None]:
    """The address as a command line may show it, and the password."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    shown = parts._replace(netloc=f"{name}{at}{host}").geturl()
    return shown, unquote(password) if colon else None
