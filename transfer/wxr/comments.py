"""A post's comments and linkbacks as WordPress has them: all of them are comments, of several types."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import count
from typing import Any

from models import CommentDecision, CommentStatus, Linkback, LinkbackKind, LinkbackStatus, Post
from storage import Snapshot
from transfer.wxr.text import comment as comment_text
from transfer.wxr.text import escaped
from transfer.wxr.xml import Feed

COMMENTS = """
SELECT comments.id, parent_id, body_html, status, decision, comments.created_at, deleted_at, author_id,
    users.name, coalesce(users.email, users.guest_email) AS email, users.website, users.username
FROM comments LEFT JOIN users ON users.id = author_id
WHERE post_id = {post_id:d} ORDER BY depth, comments.created_at, comments.id
"""
"""Parents before their replies."""
KEPT = {CommentDecision.APPROVED, CommentDecision.PENDING}
LINKBACK_APPROVED = {
    LinkbackStatus.APPROVED: "1",
    LinkbackStatus.PENDING: "0",
    LinkbackStatus.VERIFYING: "0",
}
TYPES = {LinkbackKind.TRACKBACK: "trackback"}
OTHER_TYPE = "pingback"
NOBODY = 0


class Comments:
    """Writes the comments of posts, one post after the other; `left_out` counts by reasons.

    They are numbered as they are written, since WordPress looks for a reply's parent among smaller numbers only.
    """

    def __init__(self, feed: Feed, view: Snapshot) -> None:
        self.left_out: Counter[str] = Counter()
        self.written = 0
        self._feed = feed
        self._view = view
        self._numbers = count(1)

    async def write(self, post: Post) -> None:
        """Write what is about a post."""
        numbers: dict[int | None, int] = {None: NOBODY}
        async for row in self._rows(post.id):
            if row["decision"] not in KEPT or row["parent_id"] not in numbers:
                self.left_out["comments that were rejected or are spam, with their replies"] += 1
            elif row["deleted_at"] is not None:
                numbers[row["id"]] = numbers[row["parent_id"]]
                self.left_out["deleted comments, whose replies move up"] += 1
            else:
                numbers[row["id"]] = self._comment(row, numbers[row["parent_id"]])
        for linkback in await Linkback.filter(post_id=post.id).order_by("received_at", "id"):
            self._linkback(linkback)

    async def _rows(self, post_id: int) -> AsyncIterator[Any]:
        async for page in self._view.pages(COMMENTS.format(post_id=post_id)):
            for row in page:
                yield row

    def _comment(self, row: Any, parent: int) -> int:
        return self._write(
            author=row["name"] or "",
            email=row["email"] or "",
            url=row["website"] or "",
            moment=row["created_at"],
            content=comment_text(row["body_html"]),
            approved="1" if row["status"] == CommentStatus.APPROVED else "0",
            kind="comment",
            parent=parent,
            user_id=row["author_id"] if row["username"] else NOBODY,
        )

    def _linkback(self, linkback: Linkback) -> None:
        if linkback.status not in LINKBACK_APPROVED:
            self.left_out["linkbacks that were rejected or are spam"] += 1
            return
        kind = TYPES.get(linkback.kind, OTHER_TYPE)
        title, excerpt = escaped(linkback.title), escaped(linkback.excerpt)
        is_trackback = kind == "trackback"
        self._write(
            author=(linkback.site_name if is_trackback else linkback.title) or linkback.site_name,
            email="",
            url=linkback.source_url,
            moment=linkback.received_at,
            content=f"<strong>{title}</strong>\n\n{excerpt}" if is_trackback else excerpt,
            approved=LINKBACK_APPROVED[linkback.status],
            kind=kind,
            parent=NOBODY,
            user_id=NOBODY,
        )

    def _write(
        self,
        *,
        author: str,
        email: str,
        url: str,
        moment: datetime | str,
        content: str,
        approved: str,
        kind: str,
        parent: int,
        user_id: int,
    ) -> int:
        number = next(self._numbers)
        with self._feed.element("wp:comment"):
            self._feed.texts("wp", comment_id=number, comment_author=escaped(author))
            self._feed.texts("wp", comment_author_email=email, comment_author_url=url, comment_author_IP="")
            self._feed.date(
                "comment_date", datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            )
            self._feed.texts("wp", comment_content=content, comment_approved=approved, comment_type=kind)
            self._feed.texts("wp", comment_parent=parent, comment_user_id=user_id)
        self.written += 1
        return number
