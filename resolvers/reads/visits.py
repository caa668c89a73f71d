"""What is new under a post since the viewer's last visit: comments that have become public since, by others.

Nothing is new to the anonymous, nor to somebody who has not marked the post as read yet.
"""

from functools import partial
from typing import Any, cast

from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import Criterion, Term, ValueWrapper
from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from compiler.terms import Exists, Scalar
from models import Comment


def is_new(comment: Any, viewer: Viewer) -> Criterion:
    """Whether the comment is among the new ones."""
    fits = cast("Criterion", comment.holds(permissions.comments_by_others(viewer)))
    if viewer.role is None:
        return fits
    visits = Table("post_visits")
    query = Query.from_(visits).select(1).where(_is_of(visits, comment.post_id, viewer))
    return fits & Exists(query.where(visits.seen_number < comment.shown_number))


def new_comment_count(post: Any, viewer: Viewer) -> Term:
    """How many there are: a range of an index."""
    if viewer.role is None:
        return ValueWrapper(0)
    unseen = partial(is_unseen, viewer=viewer)
    number: Term = post.number_of(
        Comment.filter(permissions.comments_by_others(viewer)), by="post", having=unseen
    )
    return number


def new_comments(viewer: Viewer) -> QuerySet[Comment]:
    """Those that can be new, in the order in which they became public."""
    return Comment.filter(permissions.comments_by_others(viewer)).order_by("shown_number", "id")


def is_unseen(comment: Any, post: Any, viewer: Viewer) -> Criterion:
    """Whether the comment became public after what the viewer has seen of the post."""
    if viewer.role is None:
        return cast("Criterion", comment.shown_number < 0)
    return cast("Criterion", comment.shown_number > _seen(post, viewer))


def _seen(post: Any, viewer: Viewer) -> Term:
    """Up to which number the viewer has seen the post's comments; null before the first visit."""
    visits = Table("post_visits")
    return Scalar(Query.from_(visits).select(visits.seen_number).where(_is_of(visits, post.id, viewer)))


def _is_of(visits: Table, post_id: Any, viewer: Viewer) -> Criterion:
    return cast("Criterion", (visits.user_id == viewer.id) & (visits.post_id == post_id))
