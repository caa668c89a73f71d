"""What a post's record becomes, as far as that can be said without the database: text, rendered, and moments."""

from datetime import datetime
from typing import Any, NamedTuple

from models import PostStatus
from models.text import purged_paragraphs, shortened
from resolvers.validation import EXCERPT_LENGTH, MADE_EXCERPT_LENGTH, TITLE_LENGTH
from transfer.formats.records import BodyFormat, Post, PostKind
from transfer.importing.cleaning import (
    fit_language,
    fit_line,
    fit_moment,
    fit_website,
    rendered_post,
)
from transfer.importing.incoming import Item
from transfer.importing.ledger import Kind
from transfer.importing.report import Report

UNTITLED = {
    "fr": "Sans titre",
    "de": "Ohne Titel",
    "es": "Sin título",
    "it": "Senza titolo",
    "nl": "Zonder titel",
}
TITLE_FROM_TEXT = 60
LONGEST_ADDRESS = 2000


class PostValues(NamedTuple):
    """Columns of a post, by their names."""

    columns: dict[str, Any]

    @property
    def counted(self) -> bool:
        """Whether it is public."""
        return bool(self.columns["counted"])


def post_values(
    item: Item[Post], blog_language: str, site_language: str, now: datetime, report: Report
) -> PostValues:
    """The columns of a post but for its slug, and for what refers to other rows."""
    record = item.record
    body = purged_paragraphs(record.body)
    rendered, as_it_is = rendered_post(body, record.body_format, record.base)
    if as_it_is:
        report.changed(
            Kind.POST, item.key, "The body is nested too deeply, or too long, and shown as it was written."
        )
    language = fit_language(record.language, blog_language, site_language)
    excerpt, _ = fit_line(record.excerpt, EXCERPT_LENGTH)
    return PostValues(
        {
            "kind": record.kind.value,
            "title": _title(item, rendered.text, language, report),
            "body": body,
            "body_html": rendered.html,
            "body_format": BodyFormat(record.body_format).value,
            "excerpt": excerpt or shortened(rendered.text, longest=MADE_EXCERPT_LENGTH),
            "excerpt_written": bool(excerpt),
            "language": language,
            "address": _address(record),
            "pinned": record.pinned,
            "comments_open": record.comments_open,
            **_times(item, now, report),
        }
    )


def _title(item: Item[Post], text: str, language: str, report: Report) -> str:
    title, cut = fit_line(item.record.title, TITLE_LENGTH)
    if cut:
        report.changed(Kind.POST, item.key, "The title was cut.")
    if title:
        return title
    report.changed(Kind.POST, item.key, "It had no title.")
    return shortened(text, longest=TITLE_FROM_TEXT) or UNTITLED.get(language.partition("-")[0], "Untitled")


def _address(record: Post) -> str | None:
    if record.kind is not PostKind.EXTERNAL or len(record.address) > LONGEST_ADDRESS:
        return None
    return fit_website(record.address) or None


def _times(item: Item[Post], now: datetime, report: Report) -> dict[str, Any]:
    """When it was written, published and changed; a draft has the date of its writing."""
    record = item.record
    given = [record.published_at, record.created_at, record.updated_at]
    fitted = [None if moment is None else fit_moment(moment) for moment in given]
    if any(pair is not None and pair[1] for pair in fitted):
        report.changed(Kind.POST, item.key, "A date that cannot be was replaced.")
    published, created, updated = (None if pair is None else pair[0] for pair in fitted)
    created = created or published or updated or now
    is_public = published is not None or record.kind is PostKind.EXTERNAL
    published = published or created
    return {
        "status": (PostStatus.PUBLISHED if is_public else PostStatus.DRAFT).value,
        "published_at": published,
        "created_at": created,
        "updated_at": updated or published,
        "counted": is_public and published <= now,
    }
