"""What of a title or a text is shown with a hit: plain text in segments, those that were asked for marked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice

from search.folding import WORD, folded, without_accents, words
from search.query import Query, Term
from search.skeleton import IDEOGRAPH, MARK, ODD, SEVERAL, skeleton
from search.stemming import language_of, stored_forms

LONGEST_SNIPPET = 240
BEFORE = 60
"""Characters in front of the first word that was asked for."""
MOST_READ = 20_000
"""Characters of a text that are searched for that word; of a longer one the beginning is shown."""
ELLIPSIS = "…"
TAG = re.compile(r"<(/?[a-z0-9]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
INLINE = re.compile(
    "/?(?:a|abbr|acronym|b|bdi|bdo|cite|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr)?"
)
"""Elements that cut no word in two."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text, and whether it was asked for."""

    text: str
    matched: bool


@dataclass(frozen=True)
class Wanted:
    """What marks a word: one of its forms, or that it begins a row; `begins` finds those that may be marked."""

    forms: frozenset[str]
    rows: tuple[tuple[str, ...], ...]
    begins: re.Pattern[str]

    def end(self, text: str, start: int, language: str | None) -> int:
        """Where what begins there ends; 0 if it is nothing that was asked for."""
        word = WORD.match(text, start)
        if word is None:
            return 0
        name = folded(word[0])
        for row in self.rows:
            if row[0] == name:
                found = [*islice(words(text, start), len(row))]
                if tuple(each.name for each in found) == row:
                    return found[-1].end
        return 0 if self.forms.isdisjoint(stored_forms(name, language)) else word.end()


def wanted_by(query: Query) -> Wanted:
    """What a query marks; asked once for all hits."""
    return _wanted(tuple(query.terms))


@lru_cache(maxsize=512)
def _wanted(terms: tuple[Term, ...]) -> Wanted:
    forms = frozenset(form for term in terms for form in term.forms)
    rows = tuple(sorted((term.words for term in terms if not term.forms), key=len, reverse=True))
    return Wanted(forms, rows, _beginnings({*forms, *(row[0] for row in rows)}))


def plain(html: str) -> str:
    """The text of sanitised HTML."""
    text = TAG.sub(_between, html)
    return unescape(text) if "&" in text else text


@lru_cache(maxsize=1_024)
def _cuts(tag: str) -> str:
    return "" if INLINE.fullmatch(tag.lower()) else " "


def _between(tag: re.Match[str]) -> str:
    return _cuts(tag[1])


def marked(text: str, wanted: Wanted, language: str) -> list[Segment]:
    """All of a text in segments."""
    return [*_segments(text, 0, len(text), _found(text, wanted, language_of(language)))]


def snippet(text: str, wanted: Wanted, language: str) -> list[Segment]:
    """The text around the first word that was asked for, with blanks of one kind, cut between words."""
    spoken = language_of(language)
    first = next(_found(text[:MOST_READ], wanted, spoken), (0, 0))[0]
    start = max(0, first - 2 * BEFORE)
    before = " ".join(text[start:first].split())
    before += (before != "" and text[first - 1].isspace()) * " "
    end = first + 2 * LONGEST_SNIPPET
    shown = before + " ".join(text[first:end].split())
    begin = _begin(shown, len(before), whole=not start)
    last = _last(shown, begin, whole=end >= len(text))
    window = shown[begin:last]
    segments = [*_segments(window, 0, len(window), _found(window, wanted, spoken))]
    ahead = [Segment(ELLIPSIS, matched=False)] if start or begin else []
    return [
        *ahead,
        *segments,
        *([Segment(ELLIPSIS, matched=False)] if end < len(text) or last < len(shown) else []),
    ]


def _begin(text: str, first: int, *, whole: bool) -> int:
    """Where to begin, so that some words are in front of the first one."""
    if first <= BEFORE and whole:
        return 0
    blank = text.find(" ", max(0, first - BEFORE), first)
    return first if blank < 0 else blank + 1


def _last(text: str, start: int, *, whole: bool) -> int:
    """Where to end: behind a word, if there is an end of one."""
    end = start + LONGEST_SNIPPET
    if end >= len(text) and whole:
        return len(text)
    blank = text.rfind(" ", start + 1, end + 1)
    return min(end, len(text)) if blank < 0 else blank


def _segments(text: str, start: int, end: int, found: Iterator[tuple[int, int]]) -> Iterator[Segment]:
    for first, last in found:
        if first > start:
            yield Segment(text[start:first], matched=False)
        yield Segment(text[first : min(last, end)], matched=True)
        start = min(last, end)
    if start < end:
        yield Segment(text[start:end], matched=False)


def _found(text: str, wanted: Wanted, language: str | None) -> Iterator[tuple[int, int]]:
    """Where the words are that were asked for, in their order; those in a row as one."""
    end = 0
    for beginning in wanted.begins.finditer(skeleton(text)):
        start = beginning.start()
        if start < end:
            continue
        end = wanted.end(text, start, language)
        if end:
            yield start, end


def _beginnings(found: Iterable[str]) -> re.Pattern[str]:
    """Where words may begin, in a skeleton, of which these are forms: forms of one have the same first letters.

    One set of letters comes first, which the search for a place is quickest with.
    """
    prefixes = {without_accents(each)[: max(1, min(3, len(each) - 1))] for each in found}
    latin = sorted(prefix for prefix in prefixes if prefix[0].isascii())
    first = "".join(re.escape(letter) for letter in sorted({prefix[0] for prefix in latin}))
    ways = [f"(?<={re.escape(prefix[0])}){_rest(prefix[1:])}" for prefix in latin]
    other = f"{SEVERAL}{IDEOGRAPH}"
    return re.compile(f"[{first}{other}](?<![0-9a-z{SEVERAL}].)(?:{'|'.join([*ways, f'(?<=[{other}])'])})")


def _rest(letters: str) -> str:
    """The letters one after the other, or up to one that stands for several."""
    if not letters:
        return ""
    other = f"[{SEVERAL}{IDEOGRAPH}{ODD}]"
    if not letters[0].isascii():
        return f"{MARK}*{other}"
    return f"{MARK}*(?:{other}|{re.escape(letters[0])}{_rest(letters[1:])})"
