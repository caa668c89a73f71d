"""Comments."""

from datetime import datetime
from typing import Any, Optional

import strawberry

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from models import BodyFormat, CommentDecision
from resolvers.policy import Policy
from resolvers.reads import comments, revisions, visits
from resolvers.reads.comments import CommentOrder
from schema.filters import CommentOrderArgument
from schema.node import Node
from schema.post import Post
from schema.revision import CommentRevision
from schema.user import User


@compiler.row_type(models.Comment, prefix="comment", visible=comments.visible)
@strawberry.type(
    description="A comment or a reply. One that was deleted but has replies stays, with an empty body and no author."
)
class Comment(Node):
    """A comment or a reply."""

    post: Post = compiler.one("What is commented on.", via="post")
    author: User | None = compiler.one("Null when the account or the comment was deleted.", via="author")

    @compiler.expression(
        "Whether it was deleted and stays as an empty place for its replies: it is not counted then."
    )
    def deleted(row: Any, viewer: Viewer) -> bool:
        return comments.deleted(row, viewer)

    body: str = compiler.column("The source, as its author wrote it; no page should show it as it is.")
    body_format: BodyFormat = compiler.column("How the source is written; an edit keeps it.")
    body_html: str = compiler.column("Rendered and sanitised when written.")
    status: CommentDecision = compiler.column("What the moderators decided.", name="decision")
    created_at: datetime = compiler.column("When it was written.")
    edited_at: datetime | None = compiler.column("When it was last edited; null if never.")
    deleted_at: datetime | None = compiler.column("When it was deleted; null if it was not.")
    parent: Optional["Comment"] = compiler.one(
        "What it replies to; null at the top of a thread, or when that is not visible.",
        via="parent",
        rows=comments.visible,
    )
    depth: int = compiler.column("0 at the top of a thread, 1 for a reply, and so on.")
    reply_count: int = compiler.column("Direct replies that everybody sees.")

    @compiler.expression(
        "Whether it has become visible to everybody since the viewer's last `markRead` of its post, and somebody else "
        "wrote it. False before the first one, and for those who are not signed in."
    )
    def is_new(row: Any, viewer: Viewer) -> bool:
        return visits.is_new(row, viewer)

    @compiler.connection("Direct replies.", by="parent")
    def replies(
        viewer: Viewer, order_by: CommentOrderArgument = CommentOrder.OLDEST
    ) -> Connection["Comment"]:
        return comments.replies(viewer, order_by or CommentOrder.OLDEST)

    @compiler.connection(
        "What it has been, the present state first, once it was edited. For its author and moderators; "
        "empty for others.",
        by="comment",
    )
    def revisions(viewer: Viewer) -> Connection[CommentRevision]:
        return revisions.of_comments(viewer)

    @compiler.expression("Whether the viewer may edit it now: `editComment`.", by_policy=True)
    def viewer_can_edit(row: Any, viewer: Viewer, policy: Policy) -> bool:
        return comments.viewer_can_edit(row, viewer, policy.auth)

    @compiler.expression("Whether the viewer may delete it: `deleteComment`.")
    def viewer_can_delete(row: Any, viewer: Viewer) -> bool:
        return comments.viewer_can_delete(row, viewer)

    @compiler.expression(
        "Whether the viewer may reply to it: `addComment(parent:)`; one who is not signed in, as a guest.",
        by_policy=True,
    )
    def viewer_can_reply(row: Any, viewer: Viewer, policy: Policy) -> bool:
        return comments.viewer_can_reply(row, viewer, policy.auth)

    @compiler.expression("Whether the viewer may decide about it: `setCommentStatus`.")
    def viewer_can_moderate(row: Any, viewer: Viewer) -> bool:
        return comments.viewer_can_moderate(row, viewer)
