"""Looking something up by a name as somebody typed it: in the same normal form as when it was stored."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from auth.names import normal_username
from compiler.params import Placeholder
from models.page_address import page_key
from resolvers import paths
from resolvers.paths import normal_path
from resolvers.validation import normal_language, normal_slug

LONGEST_PART = 100
"""Characters of what is looked for; the rest is left out."""


def username(typed: Any) -> Any:
    """The username as it is stored. A placeholder gives a placeholder, here and below."""
    return _as_stored(typed, normal_username)


def slug(typed: Any) -> Any:
    """The slug as it is stored."""
    return _as_stored(typed, normal_slug)


def path(typed: Any) -> Any:
    """The path in its normal form."""
    return _as_stored(typed, normal_path)


def page(typed: Any) -> Any:
    """The key of the page of another site at this address; empty, which no page has, where it is none."""
    return _as_stored(typed, page_key)


def last_of(prefix: str, typed: Any) -> Any:
    """What stands behind `/prefix/` in a path; empty, which nothing is called, in any other."""
    return _as_stored(typed, partial(paths.last_of, prefix))


def part(typed: Any) -> Any:
    """A pattern of LIKE for texts that hold this one somewhere; `!` stands before what is meant as it is."""
    return _as_stored(typed, _pattern)


def language(typed: Any) -> Any:
    """The language tag as it is stored; what is none stays as it is, and no post has it."""
    return _as_stored(typed, lambda tag: normal_language(tag.strip()) or tag)


def _as_stored(typed: Any, normal: Callable[[str], str]) -> Any:
    return typed.map(normal) if isinstance(typed, Placeholder) else normal(typed)


def _pattern(text: str) -> str:
    meant = re.sub("[!%_]", r"!\g<0>", text.strip()[:LONGEST_PART])
    return f"%{meant}%"
