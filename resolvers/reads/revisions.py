"""What posts and comments were, to show."""

from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from models import CommentRevision, PostRevision

NEWEST = ("-number", "-id")


def of_posts(viewer: Viewer) -> QuerySet[PostRevision]:
    """The states of posts whose former states the viewer sees, the newest first."""
    return PostRevision.filter(permissions.visible_post_revisions(viewer)).order_by(*NEWEST)


def of_comments(viewer: Viewer) -> QuerySet[CommentRevision]:
    """The states of comments whose former states the viewer sees, the newest first."""
    return CommentRevision.filter(permissions.visible_comment_revisions(viewer)).order_by(*NEWEST)
