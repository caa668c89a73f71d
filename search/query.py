"""What somebody typed into a search box becomes what is asked. Any text is a question; none is a mistake.

rust axum            both words, in any of their forms
"event log"          these words in this order, as they are written
-python -"old one"   without these
author: category: tag: before: after: in:    narrow what is found; what is none of these is words, too
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from search.folding import names
from search.stemming import asked_forms, language_of

MOST_CHARACTERS = 1_000
"""What is behind them is not looked at."""
MOST_TERMS = 32
QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"') | {"\0": " "})
PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)(?:"|\Z)|(?P<plain>[^\s"]+))', re.IGNORECASE
)
DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
PLACES = {"posts": "POSTS", "post": "POSTS", "comments": "COMMENTS", "comment": "COMMENTS"}


@dataclass(frozen=True)
class Term:
    """A word by any of its `forms`; or, without these, `words` in a row as they are."""

    words: tuple[str, ...]
    forms: tuple[str, ...] = ()


@dataclass
class Query:
    """What is asked: all `terms`, none of those `without`; of several values of a filter the last one counts."""

    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    author: str | None = None
    category: str | None = None
    tag: str | None = None
    place: str | None = None
    after: date | None = None
    before: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked."""
        return self == Query()


@lru_cache(maxsize=512)
def parsed(text: str, language: str) -> Query:
    """What the text asks on a site of this language."""
    query, spoken = Query(), language_of(language)
    text = text[:MOST_CHARACTERS].translate(QUOTES).encode(errors="replace").decode()
    for piece in PIECE.finditer(text):
        value = piece["plain"] if piece["quoted"] is None else piece["quoted"]
        name = (piece["name"] or "").lower()
        if name and not piece["minus"] and _narrows(query, name, value):
            continue
        whole = f"{piece['name']} {value}" if name else value
        if len(query.terms) + len(query.without) < MOST_TERMS:
            _add(query, whole, spoken, quoted=piece["quoted"] is not None, without=bool(piece["minus"]))
    return query


def _add(query: Query, text: str, language: str | None, *, quoted: bool, without: bool) -> None:
    found = tuple(names(text)[:MOST_TERMS])
    if not found:
        return
    is_word = len(found) == 1 and not quoted
    forms = tuple(sorted(asked_forms(found[0], language))) if is_word else ()
    (query.without if without else query.terms).append(Term(found, forms))


def _narrows(query: Query, name: str, value: str) -> bool:
    """Whether that is a filter, which is noted then."""
    value = value.strip()
    match name:
        case "author" | "category" | "tag" if value:
            setattr(query, name, value)
        case "in" if value.lower() in PLACES:
            query.place = PLACES[value.lower()]
        case "before" | "after" if (day := first_day(value)) is not None:
            setattr(query, name, day)
        case _:
            return False
    return True


def first_day(text: str) -> date | None:
    """The first day of a year, a month or a day; None when the text is none of these."""
    match = DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
