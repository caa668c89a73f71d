"""What imports reported."""

from datetime import datetime
from typing import Any

import orjson
import strawberry

import compiler
import models
from auth.viewer import Viewer
from resolvers.reads import import_reports


@strawberry.type(
    description="Records of an import that were left out, or that came over changed, for the same reason."
)
class ImportReason:
    """Records that share a reason."""

    reason: str = strawberry.field(description="Why, in English.")
    count: int = strawberry.field(description="How many they are.")
    examples: list[str] = strawberry.field(description="Of the first few, what they are called in the file.")


@strawberry.type(
    description="What became of all records of one kind; each was written, updated, unchanged or left out."
)
class ImportedKind:
    """The account of one kind of record."""

    kind: str = strawberry.field(
        description="author, category, tag, image, post, comment, linkback, or what else the file has."
    )
    read: int = strawberry.field(description="How many the file has.")
    written: int = strawberry.field(description="How many are new here.")
    updated: int = strawberry.field(description="How many were here and have changed in the file.")
    unchanged: int = strawberry.field(description="How many were here already.")
    left_out: int = strawberry.field(description="How many do not come over.")
    reasons_for_leaving_out: list[ImportReason] = strawberry.field(description="Why; the first 50 reasons.")
    reasons_for_changing: list[ImportReason] = strawberry.field(
        description="Why some came over otherwise than they are in the file; the first 50 reasons."
    )


@compiler.row_type(models.ImportReport, prefix="import", visible=import_reports.visible)
@strawberry.type(description="What an import of another blog reported.")
class ImportReport:
    """What an import reported."""

    source: str = compiler.column("What the blog is known by, when it is imported again.")
    started_at: datetime = compiler.column("When it began.")
    finished_at: datetime | None = compiler.column("When it ended; null while it runs, or if it was killed.")
    error: str | None = compiler.column("Why it ended before its end; null if it did not.")

    @compiler.computed("What became of the records, by kind.", needs=("account",))
    def kinds(rows: list[dict[str, Any]], _: Viewer) -> list[list[ImportedKind]]:
        return [[_kind(each) for each in orjson.loads(row["account"])] for row in rows]


def _kind(account: dict[str, Any]) -> ImportedKind:
    names = ("reasons_for_leaving_out", "reasons_for_changing")
    reasons: dict[str, Any] = {name: [ImportReason(**each) for each in account[name]] for name in names}
    return ImportedKind(**{**account, **reasons})
