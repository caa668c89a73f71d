"""What runs in a connection's thread: each function is one job that nothing can interleave with."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from time import thread_time
from typing import Any

Rows = list[Any]


def value(
    connection: sqlite3.Connection, sql: str, parameters: Sequence[Any], limit: int
) -> tuple[bytes | None, float]:
    """The first column of the first row, a text, in UTF-8; and how many seconds it kept a processor busy.

    It is given up when it, or anything on the way to it, has more bytes than the limit.
    Not how long it lasted: when it has ended, its thread waits for the event loop to let go of the interpreter.
    """
    begun = thread_time()
    connection.text_factory = (
        bytes  # decoding what is encoded again at once would double the way to the thread
    )
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)
    try:
        # An open cursor would hold its snapshot, and the next statement on this connection would read the past.
        with closing(connection.execute(sql, parameters)) as cursor:
            row = cursor.fetchone()
    finally:
        connection.text_factory = str
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)
    return None if row is None else row[0], thread_time() - begun


def rows(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> tuple[int, Rows]:
    """How many rows were changed or, by a statement that changes nothing, found; and what it returned."""
    with closing(connection.execute(sql, parameters)) as cursor:
        found = cursor.fetchall()
        return (len(found) if cursor.rowcount < 0 else cursor.rowcount), found


def insert(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> int | None:
    """The key of the row that was inserted."""
    with closing(connection.execute(sql, parameters)) as cursor:
        return cursor.lastrowid


def many(connection: sqlite3.Connection, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
    """The statement once for each of the parameters, all of them or none."""
    with atomic(connection):
        connection.executemany(sql, parameters).close()


def script(connection: sqlite3.Connection, sql: str) -> None:
    """Several statements, all of them or none."""
    with atomic(connection):
        for statement in split(sql):
            connection.execute(statement).close()


@contextmanager
def atomic(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing: a transaction of its own, or a savepoint of the one that is open."""
    nested = connection.in_transaction
    connection.execute("SAVEPOINT several" if nested else "BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("RELEASE SAVEPOINT several" if nested else "COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO SAVEPOINT several" if nested else "ROLLBACK")
        raise


def split(sql: str) -> Iterator[str]:
    """The statements of a script, since sqlite3's own executescript would commit what is open."""
    statement = ""
    for piece in sql.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip("; \n\t\r"):
                yield statement
            statement = ""
    if statement.strip("; \n\t\r"):
        yield statement
