"""How a text is cut into words, and what each of them is called: the same for what is stored and for what is asked.

A word is a run of letters and digits. What is written differently and read alike has one name: `Œuvre`, `œuvre` and
`oeuvre`, accents composed or not or left out, `l'entreprise` and `entreprise`. Chinese and Japanese, which put no
blanks between words, are cut into characters; `+` and `#` belong to what they end, as in C++.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 64
"""Characters of a word that count; longer ones are alike when they begin alike."""
KEPT_WORDS = 65_536
"""Names that are remembered: as many as the vocabulary of a large blog has."""
KEPT = {
    "à": "a",
    "dès": "des",
    "dû": "du",
    "là": "la",
    "où": "ou",
    "sûr": "sur",
    "thé": "the",
    "thés": "thes",
}
"""Words that keep their accents: without, they would be among the most common ones of French or English."""
LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "\u0131": "i", "đ": "d", "ð": "d", "þ": "th", "ħ": "h"}
)
"""What Unicode does not take apart."""
ACCENTS_FROM = 10
"""The combining classes of accents; below are marks that a letter of India or Japan is not the same without."""

IDEOGRAPHS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
INVISIBLE = "\xad\u200b-\u200d\u2060\ufe00-\ufe0f"
"""What may stand in a word and is not seen."""


class Word(NamedTuple):
    """A word and where it stands in the text; without an elided article."""

    start: int
    end: int
    name: str


def _marks() -> str:
    """All combining marks as the inside of a character class."""
    marks = (char for char in map(chr, range(0x300, 0x10000)) if unicodedata.category(char)[0] == "M")
    return "".join(marks)


RUN = f"(?:[^\\W_{IDEOGRAPHS}][{_marks()}{INVISIBLE}]*)+"
SIGNS = r"(?:(?<=[^\W\d_])(?:\+\+|\+|#)(?![^\W\d_]))?"
WORD = re.compile(f"[{IDEOGRAPHS}]|{RUN}{SIGNS}")
ELISIONS = frozenset({*"ldjmnstc", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"})
ELIDED = re.compile("['\u2019\u02bc](?=[^\\W_])")
"""What follows an article that is no word."""
APOSTROPHE = re.compile("['\u2019\u02bc]")
ELIDING = re.compile(f"({WORD.pattern})({ELIDED.pattern})?")
"""A word, and what follows it if it is an article."""


def words(text: str, start: int = 0) -> Iterator[Word]:
    """The words of a text in their order, from a place on where one begins."""
    for match in WORD.finditer(text, start):
        name = folded(match[0])
        if name and not (name in ELISIONS and ELIDED.match(text, match.end())):
            yield Word(*match.span(), name)


def names(text: str) -> list[str]:
    """What the words of a text are called."""
    if not APOSTROPHE.search(text):
        return [*filter(None, map(folded, WORD.findall(text)))]
    found = ((folded(word), elided) for word, elided in ELIDING.findall(text))
    return [name for name, elided in found if name and not (elided and name in ELISIONS)]


@lru_cache(maxsize=KEPT_WORDS)
def folded(word: str) -> str:
    """What a word is called; empty for what has neither letters nor digits."""
    word = word[: 4 * LONGEST_WORD].casefold()
    if not word.isascii():
        composed = unicodedata.normalize("NFC", word)
        word = composed if composed in KEPT else without_accents(composed)
    return word[:LONGEST_WORD]


def without_accents(word: str) -> str:
    """The word in small letters of the plainest kind that Unicode has of them; of such a word, itself.

    Accents go before letters are looked up, which may be those of Ǽ or of Ǿ.
    """
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    bare = "".join(char for char in parts if unicodedata.combining(char) < ACCENTS_FROM)
    plainest = unicodedata.normalize("NFKC", bare.translate(LETTERS))
    return "".join(char for char in plainest if _belongs(char))


def _belongs(char: str) -> bool:
    return char.isalnum() or char in "+#" or unicodedata.category(char)[0] == "M"
