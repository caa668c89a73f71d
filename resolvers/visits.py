"""How far people have read a post's comments: a mark that moves forwards, written only where that changes what is new.

A cursor of the feed says what somebody has seen, by the order of commits. What the log has after it they have not
seen: of the post's comments that became public there, the first one's number ends what is seen.
"""

# ruff: noqa: S608 - the statements below are put together from texts of ours
from typing import NamedTuple

from auth import requirements
from auth.viewer import Viewer
from live.feed.cursor import MalformedCursor, parse
from models import Comment, CommentStatus, Post, PostVisit
from models.errors import InvalidInput, NotFound
from resolvers.conflicts import retry_on_conflict
from resolvers.ids import primary_key
from storage import execute, execute_update, placeholder_mark, unit_of_work

FORGOTTEN = (
    "This cursor is not of this site's feed, or older than its log: read the post again for another one."
)
GONE = "There is no such post."
COLUMNS = ("id", "status", "published_at", "author_id", "counted")

_PUBLIC = f"'{CommentStatus.APPROVED}'"
_UNSEEN = f"""
SELECT MIN(comments.shown_number) FROM comment_events JOIN comments ON comments.id = comment_events.comment_id
WHERE comment_events.post_id = posts.id AND comment_events.position > :2 AND NOT comment_events.moved
    AND comment_events.status_after = {_PUBLIC}
    AND (comment_events.status_before IS NULL OR comment_events.status_before <> {_PUBLIC})
    AND comments.shown_number > 0"""
_PLACE = f"""
SELECT COALESCE(({_UNSEEN}) - 1, posts.shown_number) AS reached, visits.seen_number AS seen,
    EXISTS (SELECT 1 FROM comment_events WHERE position = :2 AND cursor = :3) AS is_known
FROM posts LEFT JOIN post_visits AS visits ON visits.post_id = posts.id AND visits.user_id = :4
WHERE posts.id = :1"""
"""All by one statement: the log and the posts are of one moment."""
_MARK = """
INSERT INTO post_visits (user_id, post_id, seen_number)
SELECT users.id, posts.id, CAST(:3 AS INTEGER) FROM users JOIN posts ON posts.id = :2 WHERE users.id = :1
ON CONFLICT (user_id, post_id) DO UPDATE SET seen_number = excluded.seen_number
WHERE post_visits.seen_number < excluded.seen_number"""


class Place(NamedTuple):
    """Where a cursor stands in a post's comments, and what the viewer had seen; None before the first visit."""

    reached: int
    seen: int | None


async def mark_read(viewer: Viewer, *, post: str, cursor: str) -> int:
    """Note that the viewer has seen the post's comments as they were at this cursor of the feed; the post's id.

    A cursor that is older than what they have seen changes nothing.
    Raises NotSignedIn, InvalidInput (cursor), NotFound.
    """
    viewer_id = requirements.require_signed_in(viewer)
    position = _position(cursor)
    stored = await Post.filter(id=primary_key("post", post)).only(*COLUMNS).first()
    post_id: int = requirements.require_post(viewer, stored).id
    place = await _place(post_id, position, cursor, viewer_id)
    if await _changes_anything(place, post_id, viewer_id):
        await _mark(viewer_id, post_id, place.reached)
    return post_id


def _position(cursor: str) -> int:
    try:
        return parse(cursor).position
    except MalformedCursor as error:
        raise InvalidInput([("cursor", str(error))]) from None


async def _place(post_id: int, position: int, cursor: str, viewer_id: int) -> Place:
    rows = await execute(_numbered(_PLACE), [post_id, position, cursor, viewer_id])
    if not rows:
        raise NotFound(GONE)
    if not rows[0]["is_known"]:
        raise InvalidInput([("cursor", FORGOTTEN)])
    return Place(rows[0]["reached"], rows[0]["seen"])


async def _changes_anything(place: Place, post_id: int, viewer_id: int) -> bool:
    """Whether the mark is the first, or something new lies between it and the one that there is."""
    if place.seen is None:
        return True
    between = Comment.filter(post_id=post_id, shown_number__gt=place.seen, shown_number__lte=place.reached)
    public = between.filter(status=CommentStatus.APPROVED, deleted_at__isnull=True)
    return await public.filter(author_id__not=viewer_id).exists()


@retry_on_conflict
@unit_of_work
async def _mark(viewer_id: int, post_id: int, number: int) -> None:
    """Another device may have gone further meanwhile. No lock of the post is taken: nobody waits for this."""
    await execute_update(_numbered(_MARK), [viewer_id, post_id, number])
    if not await PostVisit.filter(user_id=viewer_id, post_id=post_id).exists():
        raise NotFound(GONE)


def _numbered(statement: str) -> str:
    return statement.replace(":", placeholder_mark())
