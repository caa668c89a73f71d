"""Checking an input as a whole, so that a client learns at once everything that is wrong with it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from auth.names import email_problem, normal_email, normal_name
from models import text
from models.errors import InvalidInput

TITLE_LENGTH = 200
EXCERPT_LENGTH = 500
MADE_EXCERPT_LENGTH = 200
BIO_LENGTH = 2000
SLUG_LENGTH = 80
WEBSITE_LENGTH = 500
LANGUAGE_LENGTH = 35
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
"""To PostgreSQL's driver the last moment that Python knows is `infinity`, which no answer can show."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
    re.IGNORECASE | re.ASCII,
)
_UNFIT_FOR_ADDRESSES = re.compile(r"[\s<>\"\\^`{|}]")


def normal_language(tag: str) -> str | None:
    """A language tag (a langtag of RFC 5646 without extensions) in its usual spelling, such as zh-Hant-TW, or None."""
    if len(tag) > LANGUAGE_LENGTH or not _LANGUAGE.fullmatch(tag):
        return None
    first, *rest = tag.lower().split("-")
    spelling = {2: str.upper, 4: str.capitalize}
    return "-".join([first, *(spelling.get(len(part), str)(part) for part in rest)])


def normal_slug(slug: str) -> str:
    """A slug as it is looked up: people type addresses in upper case, too."""
    return slug.strip().lower()


Checkers = Mapping[str, Callable[[Any], Any]]
"""By a field's name: what its value is stored as; the checks behind it note what is wrong."""


class Validator:
    """Collects what is wrong, field by field; each check answers with the value to store."""

    def __init__(self) -> None:
        self._problems: list[tuple[str, str]] = []

    def apply(self, checkers: Checkers, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Each given field as its checker makes it, in that order; raises InvalidInput."""
        values = {name: check(fields[name]) for name, check in checkers.items() if name in fields}
        self.conclude()
        return values

    def refuse(self, field: str, message: str) -> None:
        """Note that the field cannot be accepted, and why."""
        self._problems.append((field, message))

    def conclude(self) -> None:
        """Raise InvalidInput if anything was refused."""
        if self._problems:
            raise InvalidInput(self._problems)

    def line(
        self, field: str, value: str | None, *, longest: int, optional: bool = False, called: str = ""
    ) -> str:
        """One line of text, in messages called what it is where the field does not tell; null is no text."""
        return self._text(partial(text.line, longest=longest), field, value, optional=optional, called=called)

    def paragraphs(self, field: str, value: str | None, *, longest: int, optional: bool = False) -> str:
        """Text of several lines; null is no text."""
        return self._text(partial(text.paragraphs, longest=longest), field, value, optional=optional)

    def name(self, field: str, value: str | None) -> str:
        """What an account may be called; null is no name."""
        return self._text(normal_name, field, value)

    def email(self, field: str, value: str | None) -> str | None:
        """An e-mail address in its normal form; None for nothing."""
        address = normal_email(value or "")
        if address and (problem := email_problem(address)):
            self.refuse(field, problem)
        return address or None

    def language(self, field: str, value: str | None) -> str:
        """A language tag in its usual spelling."""
        tag = None if value is None else normal_language(value)
        if tag is None:
            self.refuse(field, "The language is not a BCP 47 tag such as fr or en-GB.")
        return tag or ""

    def slug(self, field: str, value: str) -> str:
        """A part of an address, as somebody chose it."""
        if len(value) > SLUG_LENGTH or not _SLUG.fullmatch(value):
            self.refuse(field, f"A slug is up to {SLUG_LENGTH} of a to z, 0 to 9, and single - in between.")
        return value

    def website(self, field: str, value: str | None) -> str | None:
        """An absolute http or https address; None for nothing."""
        address = self.line(field, value, longest=WEBSITE_LENGTH, optional=True)
        if address and not is_web_address(address):
            self.refuse(field, f"The {_words(field)} is not an http or https address.")
        return address or None

    def boolean(self, field: str, value: bool | None) -> bool:
        """True or false, but not null."""
        if value is None:
            self.refuse(field, f"{field} is true or false, not null.")
        return bool(value)

    def moment(self, field: str, value: datetime) -> datetime:
        """A moment that a post may have been published at."""
        if value < EARLIEST:
            self.refuse(field, "Nothing was published before 1970.")
        if value >= LATEST:
            self.refuse(field, "Nothing is published after the year 9998.")
        return value

    def _text(
        self,
        clean: Callable[[str], str],
        field: str,
        value: str | None,
        *,
        optional: bool = False,
        called: str = "",
    ) -> str:
        called = called or _words(field)
        try:
            cleaned = clean(value or "")
        except text.TextError as problem:
            self.refuse(field, f"The {called} {problem}")
            return ""
        if not cleaned and not optional:
            self.refuse(field, f"The {called} is empty.")
        return cleaned


def is_web_address(address: str) -> bool:
    """Whether it is an absolute http or https address that a link can have."""
    if _UNFIT_FOR_ADDRESSES.search(address):
        return False
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and parts.port != 0
        )
    except ValueError:
        return False


def _words(field: str) -> str:
    """`commentsOpen` as a reader would say it, `guest.name` as the name that it is."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field.rpartition(".")[2]).lower()
