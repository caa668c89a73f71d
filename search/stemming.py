"""Words that are forms of one: `entreprise` and `entreprises` have the same stem.

A text is stemmed in its own language. What is asked may be of any language of the site, so each of its words has
several forms: itself, and its stem in each of these languages.
"""

import threading
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

from search.folding import KEPT, KEPT_WORDS

STEMMERS = {
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
"""By the first part of a language's tag. They are given words without accents, on both sides."""
ALWAYS = ("en", "fr")
"""What is asked is stemmed in these, whatever the site's language is."""
SHORTEST = 3
STEMS = {"thés": "thé"}

_of_thread = threading.local()


def language_of(tag: str) -> str | None:
    """The language of a tag such as `fr-CA`, if there is a stemmer for it."""
    first = tag.partition("-")[0].lower()
    return first if first in STEMMERS else None


@lru_cache(maxsize=KEPT_WORDS)
def stem(name: str, language: str | None) -> str:
    """The stem of a folded word; itself where that means nothing."""
    if name in KEPT:
        return STEMS.get(name, name)
    if language is None or len(name) < SHORTEST or not (name.isascii() and name.isalpha()):
        return name
    stemmer = getattr(_of_thread, language, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(STEMMERS[language])
        setattr(_of_thread, language, stemmer)
    return str(stemmer.stemWord(name)) or name


@lru_cache(maxsize=KEPT_WORDS)
def stored_forms(name: str, language: str | None) -> tuple[str, ...]:
    """By what a word of a text in this language is found: its stem, and itself where nobody might ask for that."""
    found = stem(name, language)
    return (found,) if found == name or language in ALWAYS else (found, name)


@lru_cache(maxsize=4_096)
def asked_forms(name: str, site_language: str | None) -> frozenset[str]:
    """What a word that is asked for may be stored as; one without accents may stand for one that keeps them."""
    spelt = [name, *(accented for accented, bare in KEPT.items() if bare == name)]
    return frozenset(
        {*spelt, *(stem(each, language) for each in spelt for language in {*ALWAYS, site_language})}
    )
