"""Comments to show."""

from enum import StrEnum
from typing import Any, Protocol, cast

from pypika_tortoise.terms import Term
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from auth import permissions
from auth.policy import AuthPolicy
from auth.viewer import Viewer
from compiler.terms import Found
from models import Comment, CommentDecision
from resolvers.ids import primary_key


class CommentOrder(StrEnum):
    """In which order comments are listed."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"


class Filter(Protocol):
    """What comments can be narrowed to; None means no matter, ids may be placeholders."""

    post: Any
    author: Any
    under: Any
    status: CommentDecision | None


COLUMNS = {CommentOrder.NEWEST: ("-created_at", "-id"), CommentOrder.OLDEST: ("created_at", "id")}


_THREAD = (
    "WITH RECURSIVE thread (comment_id) AS (SELECT top.id FROM comments AS top WHERE top.id = {}"
    " UNION ALL SELECT reply.id FROM thread JOIN comments AS reply ON reply.parent_id = thread.comment_id)"
    " SELECT comment_id FROM thread"
)
"""A comment and all that hangs under it, found by the index of replies."""


def visible(viewer: Viewer) -> QuerySet[Comment]:
    """Every comment that the viewer may see."""
    return Comment.filter(permissions.visible_comments(viewer))


def of_site(viewer: Viewer, filter: Filter | None = None) -> QuerySet[Comment]:
    """Comments under all visible posts, newest first."""
    comments = Comment.filter(
        permissions.listed_comments(viewer, filter.status if filter else None),
        permissions.visible_posts(viewer, "post__"),
    )
    if filter is not None:
        given = {
            "post_id": None if filter.post is None else primary_key("post", filter.post),
            "author_id": None if filter.author is None else primary_key("user", filter.author),
            "id__in": None if filter.under is None else Found(_THREAD, primary_key("comment", filter.under)),
        }
        comments = comments.filter(**{name: value for name, value in given.items() if value is not None})
    return comments.order_by(*COLUMNS[CommentOrder.NEWEST])


def of_user(viewer: Viewer, decision: CommentDecision | None = None) -> QuerySet[Comment]:
    """What somebody wrote under visible posts, newest first; with a decision, what it was made about."""
    seen = permissions.listed_comments(viewer, decision), permissions.visible_posts(viewer, "post__")
    return Comment.filter(*seen).order_by(*COLUMNS[CommentOrder.NEWEST])


def of_post(viewer: Viewer, order_by: CommentOrder, *, flat: bool) -> QuerySet[Comment]:
    """Comments under a visible post: the tops of the threads, or with `flat` all of them."""
    comments = Comment.filter(permissions.listed_comments(viewer))
    if not flat:
        comments = comments.filter(depth=0)
    return comments.order_by(*COLUMNS[order_by])


def replies(viewer: Viewer, order_by: CommentOrder) -> QuerySet[Comment]:
    """Replies to a visible comment."""
    return Comment.filter(permissions.listed_comments(viewer)).order_by(*COLUMNS[order_by])


def by_id(viewer: Viewer, id_: Any) -> QuerySet[Comment]:
    """The visible comment with this global id."""
    return visible(viewer).filter(id=primary_key("comment", id_))


def deleted(row: Any, _: Viewer) -> Term:
    """Whether it is a tombstone."""
    return cast("Term", row.holds(Q(deleted_at__isnull=False)))


def viewer_can_edit(row: Any, viewer: Viewer, policy: AuthPolicy) -> Term:
    """What `editComment` asks."""
    return cast("Term", row.holds(permissions.editable_comments(viewer, policy)))


def viewer_can_delete(row: Any, viewer: Viewer) -> Term:
    """What `deleteComment` asks."""
    return cast("Term", row.holds(permissions.deletable_comments(viewer)))


def viewer_can_reply(row: Any, viewer: Viewer, policy: AuthPolicy) -> Term:
    """What `addComment` asks of the comment that is replied to and of its post."""
    comments = permissions.comments_to_reply_to(viewer, policy)
    posts = permissions.commentable_posts(viewer, policy)
    return cast("Term", row.holds(comments) & row.leads_to("post", posts))


def viewer_can_moderate(row: Any, viewer: Viewer) -> Term:
    """What `setCommentStatus` asks."""
    return cast("Term", row.holds(permissions.decidable_comments(viewer)))
