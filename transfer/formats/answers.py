"""Which deleted comments have to keep their places, because somebody answered them."""


class Answers:
    """Is told of all comments first, in any order, and knows then which of them have answers that are still there."""

    def __init__(self) -> None:
        self._answered: set[str] = set()
        self._deleted: dict[str, str] = {}
        self._is_spread = False

    def note(self, key: str, parent: str, *, is_deleted: bool) -> None:
        """A comment, with what it answers, if anything."""
        if is_deleted:
            self._deleted[key] = parent
        elif parent:
            self._answered.add(parent)

    def __contains__(self, key: str) -> bool:
        if not self._is_spread:
            self._spread()
        return key in self._answered

    def _spread(self) -> None:
        self._is_spread = True
        for key in [key for key in self._deleted if key in self._answered]:
            above = self._deleted[key]
            while above and above not in self._answered:
                self._answered.add(above)
                above = self._deleted.get(above, "")
