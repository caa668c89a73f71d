"""What is wrong with a form that was sent, beside its fields and in the language of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.http.http_error import Headers, HTTPError
from server.site.sentences import again_in, said

UNPROCESSABLE = 422
STATUS = {"NotSignedIn": 403, "NotAllowed": 403, "CommentsClosed": 403, "NotFound": 404, "EditConflict": 409}
"""By the type of the payload's error, where it is not for a field."""


@dataclass(frozen=True, slots=True)
class Mistakes:
    """`fields` has a sentence by the name of a field of the form; `others` are for none of them."""

    fields: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    status: int = UNPROCESSABLE
    headers: Headers = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.others)


def mistakes_of(error: Mapping[str, Any], language: str, named: Mapping[str, str]) -> Mistakes:
    """Those of a payload's `error`; `named` is what the form calls each field of the input that it has."""
    kind, message = error["__typename"], said(error["message"], language)
    if kind == "TooManyRequests":
        return throttled(error["retryAfter"], language)
    if kind != "InvalidInput":
        return Mistakes(others=(message,), status=STATUS.get(kind, UNPROCESSABLE))
    fields: dict[str, str] = {}
    others: list[str] = []
    for each in error["fields"]:
        sentence = said(each["message"], language)
        if each["field"] in named:
            fields.setdefault(named[each["field"]], sentence)
        else:
            others.append(sentence)
    return Mistakes(fields, tuple(others))


def mistake(name: str, sentence: str) -> Mistakes:
    """The only one, of a field, in the page's language already."""
    return Mistakes({name: sentence})


def refused_field(name: str, error: HTTPError, language: str) -> Mistakes:
    """What is wrong with a field that the API has not taken by a mutation, such as a picture."""
    return Mistakes({name: said(error.message, language)}, status=error.status, headers=error.headers)


def throttled(seconds: int, language: str) -> Mistakes:
    """What somebody is told who has tried something too often."""
    retry = ((b"retry-after", str(seconds).encode()),)
    return Mistakes(others=(again_in(seconds, language),), status=429, headers=retry)
