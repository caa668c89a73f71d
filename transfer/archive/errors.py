"""What is wrong with an archive, or with the place that it should come from or go to."""


class ArchiveError(Exception):
    """The message says what is wrong and what to do; nothing has been changed."""
