"""What keeps a backup from being made or put back."""


class BackupError(Exception):
    """The message says what is wrong and what to do; the database has not been changed."""
