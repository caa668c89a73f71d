"""Deciding about linkbacks."""

from auth import requirements
from auth.viewer import Viewer
from models import LinkbackStatus
from resolvers.due_posts import publishing_due_posts
from resolvers.ids import primary_key
from resolvers.linkback_rows import linkback_and_post, store
from storage import unit_of_work


@publishing_due_posts
@unit_of_work
async def set_linkback_status(viewer: Viewer, linkback_id: str, status: LinkbackStatus) -> int:
    """Decide about a linkback; its id. Raises NotSignedIn, NotFound, NotAllowed."""
    found, post = await linkback_and_post(primary_key("linkback", linkback_id), locked_at=viewer.now)
    linkback = requirements.require_may_decide_linkback(viewer, found, post)
    requirements.require_decision(linkback, status)
    if status is not linkback.status and post is not None:
        before, linkback.status = linkback.status, status
        await store(post, linkback, before)
    return int(linkback.id)


@publishing_due_posts
@unit_of_work
async def delete_linkback(viewer: Viewer, linkback_id: str) -> None:
    """Take away a linkback and all that it says; that it was here is kept, so that it does not come again.

    Raises NotSignedIn, NotFound, NotAllowed.
    """
    found, post = await linkback_and_post(primary_key("linkback", linkback_id), locked_at=viewer.now)
    linkback = requirements.require_may_decide_linkback(viewer, found, post)
    if post is not None:
        before, linkback.status = linkback.status, LinkbackStatus.REJECTED
        linkback.title = linkback.excerpt = linkback.site_name = ""
        linkback.author_name = None
        await store(post, linkback, before)
