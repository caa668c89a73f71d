"""What is stored of a text so that it is found: its words where they stand, and what they are forms of.

Both databases are given the same: SQLite a line of words, PostgreSQL a literal of its `tsvector`. What one of them
cannot hold, neither is given: PostgreSQL knows 16,383 places in a text, 256 of one word, and a megabyte in all.

    word     a word of the text at its place        ^word    a word of the title at its place
    =form    a form that the post or comment has    ^=form   a form that the title has
    =        anything that is listed once           ^        a post, listed anew for the words of its title
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from search.folding import names
from search.stemming import language_of, stored_forms

VERSION = "1"
"""Changes with all of this room that decides what is stored: what was stored before is made anew then."""
TITLE, FORM = "^", "="
ANYTHING, LISTED_BY_TITLE = "=", "^"
NOTHING = "+"
"""What stands at a place that counts no more; nobody can ask for it."""
MOST_PLACES = 16_000
MOST_OF_ONE = 255
MOST_BYTES = 300_000
"""Of places, and of forms."""


@dataclass(frozen=True)
class Document:
    """What is stored of a post or a comment."""

    places: tuple[str, ...]
    forms: tuple[str, ...]

    def line(self) -> str:
        """All of it, as SQLite is given it."""
        return " ".join((*self.places, *self.forms))

    def vector(self) -> str:
        """All of it, as PostgreSQL is given it."""
        at: dict[str, list[str]] = {}
        for place, name in enumerate(self.places, start=1):
            if name != NOTHING:
                at.setdefault(name, []).append(str(place))
        placed = [f"'{name}':{','.join(places)}" for name, places in at.items()]
        return " ".join((*placed, *(f"'{form}'" for form in self.forms)))


def of_comment(text: str, language: str) -> Document:
    """What is stored of a comment, under a post in this language."""
    found, spoken = names(text), language_of(language)
    return _document([ANYTHING, *found], _forms(FORM, found, spoken))


def of_post(title: str, text: str, language: str) -> tuple[Document, Document]:
    """What is stored of a post: once as any other text, and once to be listed for the words of its title."""
    spoken, entitled, written = language_of(language), names(title), names(text)
    forms = [
        *_forms(TITLE + FORM, entitled, spoken),
        *_forms(FORM, (*entitled, *written), spoken),
    ]
    rest = [*(TITLE + name for name in entitled), NOTHING, *written]
    return _document([ANYTHING, *rest], forms), _document([LISTED_BY_TITLE, *rest], forms)


def _forms(mark: str, found: Iterable[str], language: str | None) -> list[str]:
    return [mark + form for form in dict.fromkeys(f for name in found for f in stored_forms(name, language))]


def _document(places: list[str], forms: list[str]) -> Document:
    if len(places) <= MOST_OF_ONE:
        return Document(tuple(places), tuple(forms))
    return _bounded(places, forms)


def _bounded(places: list[str], forms: list[str]) -> Document:
    """The same within what both databases hold."""
    counts, room = Counter[str](), MOST_BYTES
    written, kept = list[str](), list[str]()
    for name in places[:MOST_PLACES]:
        counts[name] += 1
        room -= len(name.encode()) if counts[name] == 1 else 0
        written.append(name if counts[name] <= MOST_OF_ONE and room > 0 else NOTHING)
    room = MOST_BYTES
    for form in forms:
        room -= len(form.encode())
        if room > 0:
            kept.append(form)
    return Document(tuple(written), tuple(kept))
