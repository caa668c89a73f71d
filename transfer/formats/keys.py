"""Keys that a file uses twice, told apart in little memory."""


class Keys:
    """Gives the key of each thing as the file has it, and another one to a thing whose key has been taken already.

    Numbers are kept as bits, so that a million of them take as little room as a few thousand texts.
    """

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}
        self._texts: set[str] = set()
        self._times: dict[str, int] = {}

    def take(self, key: str) -> str:
        """The key, or where it is taken the key with a number behind it, the same one each time the file is read."""
        taken = key
        while not self._add(taken):
            self._times[key] = self._times.get(key, 1) + 1
            taken = f"{key}~{self._times[key]}"
        return taken

    def _add(self, key: str) -> bool:
        if not (key.isascii() and key.isdecimal() and str(int(key)) == key):
            before = len(self._texts)
            self._texts.add(key)
            return len(self._texts) > before
        word, bit = divmod(int(key), 64)
        old = self._bits.get(word, 0)
        self._bits[word] = old | 1 << bit
        return not old >> bit & 1
