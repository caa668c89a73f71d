"""A text as the search for the beginnings of words sees it: as long as it is, and in few different letters.

Each Latin letter is its plain small one. Patterns over such a text are short, and quickly made for a new query; sets of
all spellings of a letter are not.
"""

from search.folding import IDEOGRAPHS, without_accents

SEVERAL, IDEOGRAPH, MARK, ODD = "\x01", "\x02", "\x03", "\x04"
"""What is several letters or in no Latin script; what is a word by itself; an accent; what else is not ASCII."""
_LATIN_ENDS = 0x250


def skeleton(text: str) -> str:
    """The text in these letters; what stands at a place in it stands there in the text."""
    return text.lower() if text.isascii() else text.translate(_letters)


class _Letters(dict[int, str]):
    """What each character becomes, looked at once."""

    def __missing__(self, number: int) -> str:
        found = self[number] = _letter(chr(number))
        return found


_letters = _Letters()


def _letter(char: str) -> str:
    if char.isascii():
        return char.lower()
    if "\u0300" <= char <= "\u036f" or char == "\xad":
        return MARK
    if not char.isalnum():
        return ODD
    plainly = without_accents(char) if ord(char) < _LATIN_ENDS else ""
    if len(plainly) == 1 and plainly.isascii():
        return plainly
    return IDEOGRAPH if _is_ideograph(char) else SEVERAL


def _is_ideograph(char: str) -> bool:
    return any(first <= char <= last for first, last in zip(IDEOGRAPHS[::3], IDEOGRAPHS[2::3], strict=True))
