"""Whether this SQLite will do: which version it is, is up to the machine and to Python, not to us."""

import sqlite3
from contextlib import closing

from storage.errors import DatabaseUnavailable

OLDEST_VERSION = (3, 40, 0)

Proof = tuple[str, str]
"""A statement without tables, and the only right answer to it."""


def refuse_old(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> None:
    """Fail with DatabaseUnavailable for a version that lacks something."""
    if version < OLDEST_VERSION:
        found, oldest = (".".join(map(str, each)) for each in (version, OLDEST_VERSION[:2]))
        raise DatabaseUnavailable(
            f"SQLite {found} is too old: {oldest} or newer is needed, which comes with Python or with the system"
        )


def refuse_wrong(connection: sqlite3.Connection, proof: Proof) -> None:
    """Fail with DatabaseUnavailable where the statement's answer is another one."""
    statement, expected = proof
    with closing(connection.execute(statement)) as cursor:
        (answer,) = cursor.fetchone()
    if isinstance(answer, bytes):
        answer = answer.decode(errors="replace")
    if answer != expected:
        raise DatabaseUnavailable(
            f"SQLite {sqlite3.sqlite_version} would give wrong answers: it makes {answer} of what has to be "
            f"{expected}. Run Causerie on a Python with another SQLite, and tell its authors, please"
        )
