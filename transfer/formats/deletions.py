"""Which deleted comments leave their place behind: those below which something still stands."""


class Deletions:
    """It is told of all comments of a file, in any order, before it is asked.

    It remembers hashes: some hundred bytes for each comment that was answered or deleted.
    """

    def __init__(self) -> None:
        self._answered: set[int] = set()
        self._deleted: dict[int, int | None] = {}

    def add(self, key: str, parent: str | None, *, deleted: bool) -> None:
        """A comment, and the one that it answers, if any."""
        above = None if parent is None else hash(parent)
        if deleted:
            self._deleted[hash(key)] = above
        elif above is not None:
            self._answered.add(above)

    def settle(self) -> None:
        """Follows each answer up, as long as there are deleted comments above it."""
        for answered in list(self._answered):
            above: int | None = answered
            while above in self._deleted:
                self._answered.add(above)
                above = self._deleted.pop(above)

    def leave_a_place(self, key: str) -> bool:
        """Whether the deleted comment with that key has something below it."""
        return hash(key) in self._answered
