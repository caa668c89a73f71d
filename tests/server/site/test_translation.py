"""The site's words: each of them is there in each language, and as that language sets it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import web
from server.site import notices
from server.site.language import LANGUAGES
from server.site.translation import translations_of

FUNCTIONS = ("_", "gettext", "ngettext")
TEMPLATES = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
SPACED = re.compile(r"[^\s\u202f][:;?!»](?!\w)|[^\u202f\s] [:;?!»](?!\w)|«(?!\u202f)")
"""Where French has a narrow no-break space, and the text has none; `author:name` is not French."""


def words() -> Iterator[str]:
    """The first form of each message of the templates, and of the notices."""
    found: list[Any] = []
    for path in sorted(web.TEMPLATES.rglob("*.html")):
        with path.open("rb") as file:
            found += [message for _, _, message, _ in babel_extract(file, FUNCTIONS, (), TEMPLATES)]
    with Path(notices.__file__).open("rb") as file:
        found += [message for _, message, _, _ in extract("python", file, {"_": None})]
    for message in found:
        yield message if isinstance(message, str) else message[0]


def catalogs(language: str) -> Iterator[Catalog]:
    for path in sorted((web.TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            yield read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_word_is_there(language: str) -> None:
    told = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for catalog in catalogs(language)
        for message in catalog
        if message.string and all(message.string) and not message.fuzzy
    }
    needed = set(words())
    assert len(needed) > 70
    assert needed - told == set()


def test_french_is_set_as_french() -> None:
    for catalog in catalogs("fr"):
        for message in catalog:
            forms = [message.string] if isinstance(message.string, str) else message.string or ()
            wrong = [form for form in forms if form and (SPACED.search(form) or "'" in form)]
            assert not message.id or wrong == []


def test_what_is_filled_in_is_the_same_in_each_form() -> None:
    for catalog in catalogs("fr"):
        for message in catalog:
            assert not list(message.check()), message.id


def test_plurals_follow_the_language() -> None:
    counted = translations_of("fr").ngettext
    assert [counted("%(count)s comment", "%(count)s comments", number) for number in (0, 1, 2)] == [
        "%(count)s commentaire",
        "%(count)s commentaire",
        "%(count)s commentaires",
    ]


def test_no_two_files_say_the_same_differently() -> None:
    """The first one would be taken, whichever is meant."""
    told: dict[str, Any] = {}
    for catalog in catalogs("fr"):
        for message in catalog:
            if message.id:
                assert told.setdefault(str(message.id), message.string) == message.string
