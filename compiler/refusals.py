"""The errors of one document: as many as anybody reads, and as far as it need not be read too often for them."""

from __future__ import annotations

from graphql import GraphQLError

MOST_ERRORS = 20
MOST_READ = 2 * 2**20
"""How many characters may be read again for the places of errors, and written into their messages."""


class Enough(Exception):
    """There are more errors than anybody wants to be told."""


class Refusals:
    """Errors of a document of that length."""

    def __init__(self, length: int) -> None:
        self.errors: list[GraphQLError] = []
        self._length = length
        self._read = 0

    def note(self, error: GraphQLError) -> None:
        """Take one more.

        Raises:
            Enough: that is one too many.
        """
        if len(self.errors) == MOST_ERRORS or self._read >= MOST_READ:
            raise Enough
        self._read += self._length + len(error.message)
        self.errors.append(error)
