"""What a comment's record becomes, as far as that can be said without the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models import CommentDecision
from models.text import purged_paragraphs
from transfer.formats.records import Comment, Visibility
from transfer.importing.cleaning import fit_moment, rendered_comment
from transfer.importing.incoming import Item, Said
from transfer.importing.ledger import Kind, stamp
from transfer.importing.report import Report

DECISIONS = {
    Visibility.PUBLIC: CommentDecision.APPROVED.value,
    Visibility.PENDING: CommentDecision.PENDING.value,
    Visibility.HIDDEN: CommentDecision.REJECTED.value,
}
AS_IT_IS = "The body is nested too deeply, or too long, and shown as it was written."
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


def rendered(record: Comment, base: str) -> Said:
    """What the comment says; its links go out from `base`."""
    body = purged_paragraphs(record.body)
    return Said(body, *rendered_comment(body, record.body_format, base))


def comment_values(items: Sequence[Item[Comment]], report: Report) -> list[CommentValues]:
    """What becomes of these comments; those of which nothing would be seen are left out."""
    made = []
    for item in items:
        if item.record.deleted:
            made.append(_tombstone(item, report))
        elif item.said is None or not item.said.html.strip():
            report.left_out(Kind.COMMENT, item.key, EMPTY)
        else:
            made.append(_said(item, item.said, report))
    return made


def _said(item: Item[Comment], said: Said, report: Report) -> CommentValues:
    if said.as_it_is:
        report.changed(Kind.COMMENT, item.key, AS_IT_IS)
    created, edited = _moments(item, report)
    return CommentValues(item, said.body, said.html, DECISIONS[item.record.visibility], created, edited, None)


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
