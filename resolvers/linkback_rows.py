"""Linkbacks and their posts as the verbs take them, and what becoming public, or no longer, makes of the counts.

The post is locked first, as with comments: what is counted and what the feed is told agree on every database.
"""

from datetime import datetime

from models import Linkback, LinkbackStatus, Post
from resolvers import counters
from resolvers.comment_rows import POST_COLUMNS, commented_post
from resolvers.feed_events import announce, linkback_changed

COLUMNS = (*POST_COLUMNS, "address", "linkbacks_open", "linkback_count", "trackback_count")


async def linked_post(post_id: int, *, locked_at: datetime | None = None) -> Post | None:
    """A post that others link to; locked, it has been noticed if its time has come."""
    return await commented_post(post_id, locked_at=locked_at, columns=COLUMNS)


async def linkback_and_post(
    linkback_id: int, *, locked_at: datetime | None = None
) -> tuple[Linkback | None, Post | None]:
    """The linkback and its post; locked, as they are now that nobody else writes under that post."""
    found = await Linkback.filter(id=linkback_id).only("id", "post_id").first()
    post = await linked_post(found.post_id, locked_at=locked_at) if found else None
    return (await Linkback.get_or_none(id=linkback_id) if post else None), post


async def store(post: Post, linkback: Linkback, before: LinkbackStatus) -> None:
    """Store what has become of a linkback that was `before`; the last thing in its unit of work."""
    await linkback.save()
    await _counted(post, linkback, before, linkback.status)


async def remove(post: Post, linkback: Linkback) -> None:
    """Forget a linkback; the last thing in its unit of work."""
    await linkback.delete()
    await _counted(post, linkback, linkback.status, None)


async def _counted(
    post: Post, linkback: Linkback, before: LinkbackStatus, after: LinkbackStatus | None
) -> None:
    was, is_public = before is LinkbackStatus.APPROVED, after is LinkbackStatus.APPROVED
    if was is not is_public:
        await counters.count_linkback(post, linkback, is_public - was)
    await announce(post, linkback_changed(post, linkback, before, after))
