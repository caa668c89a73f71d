"""Events of many comments at once, written by one statement.

Their rows stay with the database: a text of JSON, read before anybody has to wait, and given back when it is this
transaction's turn. Other writers wait meanwhile, and objects of Python took several times as long.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from models import CommentEvent, CommentStatus
from storage import dialect, execute

FEW_EVENTS = 16
"""Changes that are as fast as ordinary rows."""


@dataclass(frozen=True, slots=True)
class CommentChange:
    """One comment before and after, or one linkback: None where it did not exist or does no longer.

    A deleted comment that leaves a tombstone is APPROVED before and after, as long as somebody sees its replies. Of one
    whose post has `moved` only the category's followers hear: it came into their category, or left it.
    Of a linkback, 0 is the `comment_id`, and None stands for all but PENDING and APPROVED.
    """

    comment_id: int
    parent_id: int | None
    post_id: int
    category_id: int
    author_id: int | None
    before: CommentStatus | None
    after: CommentStatus | None
    moved: bool = False
    linkback_id: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """`count` comments of one post; `rows` are JSON: id, parent, author, status before and after, linkback of each."""

    post_id: int
    category_id: int
    count: int
    rows: str
    moved: bool = False


Change = CommentChange | Batch


def size(changes: Sequence[Change]) -> int:
    """How many events they are."""
    return sum(change.count if isinstance(change, Batch) else 1 for change in changes)


def batches(changes: Sequence[Change]) -> Iterator[Batch | list[CommentChange]]:
    """The same changes in the same order, single ones together: as a batch unless they are few."""
    for place, some in groupby(changes, _place):
        if place is None:
            yield from (each for each in some if isinstance(each, Batch))
            continue
        single = [each for each in some if isinstance(each, CommentChange)]
        post_id, category_id, moved = place
        yield (
            single
            if len(single) <= FEW_EVENTS
            else Batch(post_id, category_id, len(single), _rows(single), moved)
        )


def _place(change: Change) -> tuple[int, int, bool] | None:
    return None if isinstance(change, Batch) else (change.post_id, change.category_id, change.moved)


def _rows(changes: Sequence[CommentChange]) -> str:
    return json.dumps(
        [
            (each.comment_id, each.parent_id, each.author_id, each.before, each.after, each.linkback_id)
            for each in changes
        ]
    )


COLUMNS = (
    *("position", "cursor", "happened_at", "comment_id", "parent_id", "author_id"),
    *("status_before", "status_after", "linkback_id", "post_id", "category_id", "moved"),
)
INTO = f"INSERT INTO {CommentEvent._meta.db_table} ({', '.join(COLUMNS)})"  # noqa: SLF001 - a name of ours
INSERT = {
    "sqlite": INTO
    + """
SELECT ?1 + key, (?1 + key) || '-' || ?2, ?3, value->>0, value->>1, value->>2, value->>3, value->>4,
    value->>5, ?4, ?5, ?6
FROM json_each(?7)""",
    "postgresql": INTO
    + """
SELECT $1::bigint + place - 1, ($1::bigint + place - 1) || '-' || $2::text, $3::timestamptz, (value->>0)::bigint,
    (value->>1)::bigint, (value->>2)::bigint, value->>3, value->>4, (value->>5)::bigint, $4::bigint, $5::bigint,
    $6::boolean
FROM json_array_elements($7::json) WITH ORDINALITY AS found (value, place)""",
}


async def insert(batch: Batch, first: int, mark: str, happened_at: datetime) -> None:
    """Write the batch's events, from a position on."""
    to_column = CommentEvent._meta.fields_map["happened_at"].to_db_value  # noqa: SLF001 - as Tortoise writes it
    moment = to_column(happened_at, CommentEvent)
    values = [first, mark, moment, batch.post_id, batch.category_id, batch.moved, batch.rows]
    await execute(INSERT[dialect()], values)
