"""A query as each database is asked: of words of ours alone, so that neither reads what somebody typed.

What has all terms in its title is listed by its title, and there alone. See `search.documents` for what is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from search.documents import ANYTHING, FORM, LISTED_BY_TITLE, TITLE
from search.query import Query, Term

NEVER = "=="
"""A word that no text has."""


@dataclass(frozen=True)
class Language:
    """How a database says it."""

    quote: str
    next_to: str
    both: str
    either: str
    without: str

    def word(self, *names: str) -> str:
        """One word, or several in a row."""
        if not self.next_to:
            return f"{self.quote}{' '.join(names)}{self.quote}"
        return self.next_to.join(f"{self.quote}{name}{self.quote}" for name in names)

    def all(self, parts: Iterable[str]) -> str:
        """All of the parts."""
        return f"({self.both.join(parts)})"

    def any(self, parts: Iterable[str]) -> str:
        """Any of the parts."""
        return f"({self.either.join(parts)})"

    def but(self, part: str, excluded: str) -> str:
        """One part without the other."""
        return f"({part}{self.without}{excluded})"


FTS5 = Language('"', "", " AND ", " OR ", " NOT ")
TSQUERY = Language("'", " <-> ", " & ", " | ", " & !")


def fts5(query: Query) -> str:
    """What SQLite's MATCH is given."""
    return _asked(query, FTS5)


def tsquery(query: Query) -> str:
    """What PostgreSQL casts to a `tsquery`."""
    return _asked(query, TSQUERY)


def _asked(query: Query, language: Language) -> str:
    if query.is_empty:
        return language.word(NEVER)
    asked = language.word(ANYTHING)
    if query.terms:
        anywhere = language.all(_anywhere(term, language) for term in query.terms)
        by_title = language.all(_in_title(term, language) for term in query.terms)
        listed_by_title = language.word(LISTED_BY_TITLE)
        elsewhere = language.but(language.all([asked, anywhere]), by_title)
        asked = language.any([language.all([listed_by_title, by_title]), elsewhere])
    if query.without:
        asked = language.but(asked, language.any(_anywhere(term, language) for term in query.without))
    return asked


def _anywhere(term: Term, language: Language) -> str:
    if term.forms:
        return language.any(language.word(FORM + form) for form in term.forms)
    return language.any([language.word(*term.words), _in_title(term, language)])


def _in_title(term: Term, language: Language) -> str:
    if term.forms:
        return language.any(language.word(TITLE + FORM + form) for form in term.forms)
    return language.word(*(TITLE + word for word in term.words))
