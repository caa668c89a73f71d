"""What a comment's record becomes, as far as that can be said without the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models import CommentDecision
from models.text import purged_paragraphs
from transfer.formats.records import Comment, Visibility
from transfer.importing.cleaning import fit_moment, rendered_comment
from transfer.importing.incoming import Item
from transfer.importing.ledger import Kind, stamp
from transfer.importing.report import Report

DECISIONS = {
    Visibility.PUBLIC: CommentDecision.APPROVED.value,
    Visibility.PENDING: CommentDecision.PENDING.value,
    Visibility.HIDDEN: CommentDecision.REJECTED.value,
}
EMPTY = "It is empty, or nothing of it can be shown."


class CommentValues(NamedTuple):
    """A comment with its text rendered; `deleted_at` where it has left its place."""

    item: Item[Comment]
    body: str
    html: str
    decision: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None

    @property
    def stamp(self) -> str:
        """What changes when somebody edits it here, or decides about it."""
        return comment_stamp(self.decision, self.edited_at)


def comment_values(items: Sequence[Item[Comment]], base: str, report: Report) -> list[CommentValues]:
    """What becomes of these comments; those of which nothing would be seen are left out."""
    made = []
    for item in items:
        values = _tombstone(item, report) if item.record.deleted else _said(item, base, report)
        if values is None:
            report.left_out(Kind.COMMENT, item.key, EMPTY)
        else:
            made.append(values)
    return made


def _said(item: Item[Comment], base: str, report: Report) -> CommentValues | None:
    record = item.record
    body = purged_paragraphs(record.body)
    html, as_it_is = rendered_comment(body, record.body_format, base)
    if not html.strip():
        return None
    if as_it_is:
        report.changed(
            Kind.COMMENT, item.key, "The body is nested too deeply, or too long, and shown as it was written."
        )
    created, edited = _moments(item, report)
    return CommentValues(item, body, html, DECISIONS[record.visibility], created, edited, None)


def _tombstone(item: Item[Comment], report: Report) -> CommentValues:
    """Nothing of it waits for a decision, since its text is gone."""
    created, edited = _moments(item, report)
    hidden = item.record.visibility is Visibility.HIDDEN
    decision = DECISIONS[Visibility.HIDDEN if hidden else Visibility.PUBLIC]
    return CommentValues(item, "", "", decision, created, None, edited or created)


def _moments(item: Item[Comment], report: Report) -> tuple[datetime, datetime | None]:
    record = item.record
    created, replaced = fit_moment(record.created_at)
    edited, also = fit_moment(record.edited_at) if record.edited_at else (None, False)
    if replaced or also:
        report.changed(Kind.COMMENT, item.key, "A date that cannot be was replaced.")
    return created, edited


def comment_stamp(decision: str, edited_at: datetime | None) -> str:
    """See `CommentValues.stamp`."""
    if edited_at is None:
        return _UNEDITED[decision]
    return stamp(decision, edited_at.isoformat())


_UNEDITED = {each.value: stamp(each.value, None) for each in CommentDecision}
