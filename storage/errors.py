"""What can go wrong with a database, each with a sentence for those who run the site.

StorageError
├── BadDatabaseURL          the address makes no sense (also a ValueError)
├── DatabaseUnavailable     it cannot be opened, reached, written to or believed
│   ├── DatabaseLocked      another process has held the write lock for too long
│   ├── DatabaseBusy        every connection has been in use for too long
│   └── MemoryBusy          what is under way takes as much memory as it may
├── StatementTimeout        a read took too long and was interrupted in the database
└── AnswerTooLarge          what a read makes is larger than it may be
"""


class StorageError(Exception):
    """Something is wrong with the database rather than with a request. The message has no password in it."""

    told = False
    """Whether the log knows: of what lasts it is told once, not by everybody who notices."""


class BadDatabaseURL(StorageError, ValueError):
    """The address of the database makes no sense."""


class DatabaseUnavailable(StorageError):
    """The database cannot be opened, reached, written to or believed."""


class DatabaseLocked(DatabaseUnavailable):
    """Another process has been writing for longer than this one waits."""


class DatabaseBusy(DatabaseUnavailable):
    """Every connection has been in use for longer than a caller waits."""


class MemoryBusy(DatabaseUnavailable):
    """What is under way, of one client or of all, takes as much memory as it may, and nothing of it went in time."""


class StatementTimeout(StorageError):
    """A read took longer than it may and was interrupted in the database."""


class AnswerTooLarge(StorageError):
    """A read makes a value that is larger than it may be, and was given up; its `size`, where the database says it."""

    def __init__(self, message: str, size: int = 0) -> None:
        super().__init__(message)
        self.size = size
