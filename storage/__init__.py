"""Connections: SQLite (one writer, several readers), PostgreSQL, and the unit of work.

This room knows how statements reach a database and come back, and what a transaction is. It knows the rows
only to migrate them, and nothing of GraphQL.
"""

from storage.database import Database, open_database
from storage.errors import (
    AnswerTooLarge,
    BadDatabaseURL,
    DatabaseBusy,
    DatabaseLocked,
    DatabaseUnavailable,
    MemoryBusy,
    StatementTimeout,
    StorageError,
)
from storage.fair_limiter import caller
from storage.snapshot import Snapshot, snapshot
from storage.sql import (
    dialect,
    execute,
    execute_counted,
    execute_many,
    execute_update,
    placeholder_mark,
)
from storage.stopwatch import Stopwatch, measured, stopwatch
from storage.unit import after_commit, unit_of_work

__all__ = [
    "AnswerTooLarge",
    "BadDatabaseURL",
    "Database",
    "DatabaseBusy",
    "DatabaseLocked",
    "DatabaseUnavailable",
    "MemoryBusy",
    "Snapshot",
    "StatementTimeout",
    "Stopwatch",
    "StorageError",
    "after_commit",
    "caller",
    "dialect",
    "execute",
    "execute_counted",
    "execute_many",
    "execute_update",
    "measured",
    "open_database",
    "placeholder_mark",
    "snapshot",
    "stopwatch",
    "unit_of_work",
]
