"""Which comments of a thread are shown: one rule for counts, lists, trees and the feed.

What hangs under a comment that is not approved is hidden, whatever was decided about it; and a tombstone, the empty
place of a deleted comment, is shown while something is shown in it. `Comment.status` stores what follows, so that no
read has to look any further, and `settle` stores it anew when a decision has changed or a comment has gone.
"""

# ruff: noqa: S608 - the statements below are put together from texts of ours
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Comment, CommentStatus
from resolvers import many
from storage import execute

_ROOT = """
    SELECT id FROM (
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT id, parent_id FROM comments WHERE id = {comment_id:d}
            UNION ALL
            SELECT comments.id, comments.parent_id FROM above JOIN comments ON comments.id = above.parent_id
        ) SELECT id FROM above WHERE parent_id IS NULL
    ) AS root
"""
RULE = """
WITH RECURSIVE thread (id, parent_id, author_id, depth, decision, status, deleted_at, created_at, reached) AS (
    SELECT id, parent_id, author_id, depth, decision, status, deleted_at, created_at, 1
    FROM comments WHERE {beginning}
    UNION ALL
    SELECT reply.id, reply.parent_id, reply.author_id, reply.depth, reply.decision, reply.status, reply.deleted_at,
        reply.created_at, CASE WHEN thread.reached = 1 AND thread.decision = 'APPROVED' THEN 1 ELSE 0 END
    FROM thread JOIN comments AS reply ON reply.parent_id = thread.id
), held (id, decision) AS (
    SELECT parent_id, decision FROM thread
    WHERE reached = 1 AND deleted_at IS NULL AND decision IN ('APPROVED', 'PENDING') AND parent_id IS NOT NULL
    UNION
    SELECT place.parent_id, held.decision FROM held JOIN comments AS place ON place.id = held.id
    WHERE place.deleted_at IS NOT NULL AND place.parent_id IS NOT NULL
), settled AS (
    SELECT thread.*, CASE
        WHEN decision IN ('REJECTED', 'SPAM') THEN decision
        WHEN reached = 0 THEN 'HIDDEN'
        WHEN deleted_at IS NULL THEN decision
        WHEN id IN (SELECT id FROM held WHERE decision = 'APPROVED') THEN 'APPROVED'
        WHEN id IN (SELECT id FROM held WHERE decision = 'PENDING') THEN 'PENDING'
        ELSE 'HIDDEN'
    END AS becomes FROM thread
)
"""
"""`settled` has the comments of the threads that begin with `beginning`; `becomes` is what `status` should be."""


SHOWN = (CommentStatus.APPROVED, CommentStatus.PENDING)
"""What is shown to somebody; rejected comments, spam and what is hidden are shown in no thread."""


@dataclass(frozen=True, slots=True)
class SettledComment:
    """A comment whose status has changed."""

    id: int
    parent_id: int | None
    author_id: int | None
    created_at: datetime
    is_tombstone: bool
    before: CommentStatus
    after: CommentStatus


async def settle(comment_id: int, shown_number: int) -> list[SettledComment]:
    """Store what has become of the comments in the same thread; those that changed.

    Who disappears comes first, replies before what they reply to; who appears comes last, the other way round. What is
    public for the first time gets the number. The lock of the post's row is held.
    """
    rows = await _wrong(comment_id)
    numbered = f", shown_number = CASE shown_number WHEN 0 THEN {shown_number:d} ELSE shown_number END"
    for status in CommentStatus:
        ids = [row.id for row in rows if row.after is status]
        if ids:
            is_public = status is CommentStatus.APPROVED
            await many.change(ids, f"status = '{status}'{numbered if is_public else ''}")
    return rows


async def _wrong(comment_id: int) -> list[SettledComment]:
    rule = RULE.format(beginning=f"id = ({_ROOT.format(comment_id=comment_id)})")
    rows = await execute(rule + " SELECT * FROM settled WHERE status <> becomes")
    return [_settled(row) for row in sorted(rows, key=_turn)]


def _turn(row: dict[str, Any]) -> tuple[int, int]:
    appears, depth = row["becomes"] in SHOWN, row["depth"]
    return (depth if appears else -depth - 1), row["id"]


def _settled(row: dict[str, Any]) -> SettledComment:
    to_moment = Comment._meta.fields_map["created_at"].to_python_value  # noqa: SLF001 - as Tortoise reads it
    return SettledComment(
        id=row["id"],
        parent_id=row["parent_id"],
        author_id=row["author_id"],
        created_at=to_moment(row["created_at"]),
        is_tombstone=row["deleted_at"] is not None,
        before=CommentStatus(row["status"]),
        after=CommentStatus(row["becomes"]),
    )
