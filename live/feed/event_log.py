"""The log of the comment feed: what happened, in commit order.

The database is the log. Every writer raises the one row of `feed` at the end of its transaction and holds it
until it has committed: positions appear in their order, without gaps that fill later, on every database.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from live.feed.batch import Batch, Change, CommentChange, batches, insert, size
from live.feed.cursor import Cursor, new_mark, parse
from live.feed.wakeup import wake
from models import CommentEvent, Feed
from storage import after_commit, execute, placeholder_mark

KEPT_FOR = timedelta(days=7)


class LoggedEvent(NamedTuple):
    """A row of the log."""

    position: int
    cursor: str
    comment_id: int
    parent_id: int | None
    post_id: int
    category_id: int
    author_id: int | None
    status_before: str | None
    status_after: str | None
    moved: bool = False
    linkback_id: int | None = None


CURRENT = f"SELECT cursor FROM {Feed._meta.db_table} WHERE id = 1"  # noqa: S608, SLF001 - a name of ours
READ = f"SELECT {', '.join(LoggedEvent._fields)} FROM {CommentEvent._meta.db_table}"  # noqa: S608, SLF001 - likewise
"""Written out because every comment pays for them, and a queryset costs several times as much."""


async def append(changes: Sequence[Change]) -> None:
    """Write what happened, as the last thing in a unit of work; the feed is woken when it has committed."""
    count = size(changes)
    if not count:
        return
    mark = new_mark()
    position = await _advance(count, mark) - count + 1
    happened_at = datetime.now(UTC)
    for some in batches(changes):
        if isinstance(some, Batch):
            await insert(some, position, mark, happened_at)
            position += some.count
        else:
            await _insert(some, position, mark, happened_at)
            position += len(some)
    after_commit(wake)


async def _insert(changes: Sequence[CommentChange], first: int, mark: str, happened_at: datetime) -> None:
    await CommentEvent.bulk_create(
        CommentEvent(
            position=position,
            cursor=str(Cursor(position, mark)),
            happened_at=happened_at,
            comment_id=change.comment_id,
            parent_id=change.parent_id,
            post_id=change.post_id,
            category_id=change.category_id,
            author_id=change.author_id,
            status_before=change.before,
            status_after=change.after,
            moved=change.moved,
            linkback_id=change.linkback_id,
        )
        for position, change in enumerate(changes, first)
    )


async def _advance(count: int, mark: str) -> int:
    """Take `count` positions and return the last; the row stays locked until the transaction ends."""
    rows = await execute(
        f"UPDATE feed SET position = position + {count:d}, "  # noqa: S608 - a number and hexadecimal digits of ours
        f"cursor = CAST(position + {count:d} AS VARCHAR(20)) || '-{mark}' WHERE id = 1 RETURNING position"
    )
    position: int = rows[0]["position"]
    return position


POSITIONS_SKIPPED = 2
"""So that even who has heard of the last event is behind the first that is kept."""


async def begin_anew() -> None:
    """Let nobody go on from a cursor that was handed out before, as the last thing in a unit of work.

    What has changed is too much to be told: all that is left of the log is an event that means nothing, as in the
    beginning, and every follower is told FeedReset.
    """
    mark = new_mark()
    position = await _advance(POSITIONS_SKIPPED, mark)
    await CommentEvent.all().delete()
    await CommentEvent.create(
        position=position,
        cursor=str(Cursor(position, mark)),
        happened_at=datetime.now(UTC),
        comment_id=0,
        post_id=0,
        category_id=0,
    )
    after_commit(wake)


async def current() -> Cursor:
    """Where the log stands now."""
    rows = await execute(CURRENT)
    return parse(rows[0]["cursor"])


async def check(text: str) -> int | None:
    """The position to go on from; None when the log cannot: pruned, or from another history of this database.

    Raises:
        MalformedCursor: it never was a cursor.
    """
    position = parse(text).position
    return position if await CommentEvent.filter(position=position, cursor=text).exists() else None


async def read_after(
    position: int, limit: int, *, post_id: int | None = None, category_id: int | None = None
) -> list[LoggedEvent]:
    """The next events after a position, in order; of one post or of one category when asked for."""
    wanted = {"position >": position, "post_id =": post_id, "category_id =": category_id}
    given = {condition: value for condition, value in wanted.items() if value is not None}
    mark = placeholder_mark()
    where = " AND ".join(f"{condition} {mark}{place}" for place, condition in enumerate(given, 1))
    sql = f"{READ} WHERE {where} ORDER BY position LIMIT {limit:d}"
    return [LoggedEvent(*row) for row in await execute(sql, list(given.values()))]


async def prune(kept_for: timedelta = KEPT_FOR) -> int:
    """Forget the events older than `kept_for`, but never the newest one; says how many.

    What goes is a beginning of the log, never a piece out of its middle, though clocks may have been wrong. An event
    whose moment is to come is as old as the one after it; one that seems older than those before it stays with them.
    """
    now = datetime.now(UTC)
    horizon = now - kept_for
    young = await _position("position", happened_at__gte=horizon, happened_at__lte=now)
    newest = (await current()).position
    before = newest if young is None else min(young, newest)
    last = await _position("-position", happened_at__lt=horizon, position__lt=before)
    return 0 if last is None else await CommentEvent.filter(position__lte=last).delete()


async def _position(order: str, **which: Any) -> int | None:
    """The first position of these events."""
    event = await CommentEvent.filter(**which).order_by(order).first().only("position")
    return None if event is None else int(event.position)


async def oldest() -> int:
    """The first position that has not been pruned."""
    (event,) = await CommentEvent.all().order_by("position").limit(1)
    position: int = event.position
    return position
