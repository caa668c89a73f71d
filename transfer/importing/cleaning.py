"""Texts, names, addresses and moments of other systems, made fit for our rows; what had to be changed is told."""

import html
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import ftfy
import nh3
from slugify import slugify

from auth.names import USERNAME_LENGTH, username_problem
from models.errors import InvalidInput
from models.text import TextError, is_blank, purged, shortened, without_direction
from resolvers.html import clean_comment_html, render_post_html
from resolvers.markdown import RenderedText, render_comment, render_post
from resolvers.validation import EARLIEST, LATEST, Validator, normal_language
from transfer.formats.records import BodyFormat, Record

LONGEST_MARKDOWN = 1_000_000
"""Characters of Markdown that are read as such: what is longer would keep a processor busy for minutes."""
AnyRecord = TypeVar("AnyRecord", bound=Record)
SHORT_CHARACTERS = 1000
TEXTS = {"name", "title", "body", "excerpt", "description", "bio", "alt", "site_name"}
_MENDING = ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False, fix_latin_ligatures=False)


def fit_line(value: str, longest: int) -> tuple[str, bool]:
    """One line of that length at most, and whether it had to be cut."""
    whole = " ".join(without_direction(purged(value)).split())
    if is_blank(whole):
        return "", False
    return shortened(whole, longest=longest), len(whole) > longest


def fit_website(value: str) -> str | None:
    """An address of the web, if it is one."""
    checks = Validator()
    address = checks.website("website", purged(value)) if value else None
    try:
        checks.conclude()
    except InvalidInput:
        return None
    return address


def fit_moment(moment: datetime) -> tuple[datetime, bool]:
    """The moment, or the nearest one that there can be, and whether that is another one."""
    if moment < EARLIEST:
        return EARLIEST, True
    if moment >= LATEST:
        return LATEST - timedelta(days=1), True
    return moment, False


def fit_language(*tags: str) -> str:
    """The first that is a language."""
    return next((normal for tag in tags if tag and (normal := normal_language(tag.replace("_", "-")))), "en")


def username_of(*names: str) -> str:
    """A username made of the first of these that gives one."""
    for name in names:
        made = slugify(name, regex_pattern=r"[^-a-z0-9_]+", max_length=USERNAME_LENGTH - 6).strip("-_")
        if username_problem(made, by_owner=True) is None:
            return made
    return "author"


def rendered_post(body: str, written: BodyFormat, base: str) -> tuple[RenderedText, bool]:
    """A post's body as HTML, and whether it could only be shown as it was written."""
    try:
        if written is BodyFormat.HTML:
            return render_post_html(body, longest=_longest(body), base=usable_base(base)), False
        return render_post(_readable(body), longest=_longest(body)), False
    except TextError:
        return RenderedText(_as_it_is(body), " ".join(body.split())), True


def rendered_comment(body: str, written: BodyFormat, base: str) -> tuple[str, bool]:
    """A comment's body as HTML, likewise."""
    try:
        if written is BodyFormat.HTML:
            return clean_comment_html(body, longest=_longest(body), base=usable_base(base)), False
        return render_comment(_readable(body), longest=_longest(body)).html, False
    except TextError:
        return _as_it_is(body), True


@lru_cache(maxsize=64)
def usable_base(address: str) -> str:
    """The address that relative ones go out from; empty where it is none of the web."""
    try:
        nh3.clean("", url_relative=("rewrite_with_base", address))
    except ValueError:
        return ""
    return address if address.lower().startswith(("http://", "https://")) else ""


def _longest(body: str) -> int:
    """What was written elsewhere may be as long as it is; what may come of it is in proportion to that."""
    return max(len(body), SHORT_CHARACTERS)


def _readable(body: str) -> str:
    if len(body) > LONGEST_MARKDOWN:
        raise TextError("is too long to be read as Markdown.")
    return body


def _as_it_is(body: str) -> str:
    return "\n".join(f"<p>{html.escape(each)}</p>" for each in body.split("\n\n") if each.strip())


def repaired(record: AnyRecord) -> AnyRecord:
    """The record with its garbled letters mended, in texts that people read."""
    mended = {
        field.name: ftfy.fix_text(value, _MENDING)
        for field in fields(record)
        if field.name in TEXTS and isinstance(value := getattr(record, field.name), str)
    }
    return replace(record, **mended)  # type: ignore[arg-type]
