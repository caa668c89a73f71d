"""The rows: Tortoise models, one module per noun, and their migrations.

This room knows columns, constraints and indexes, and which text is fit for them. It knows no GraphQL, no
permission and no connection. What the API promises never to be null is NOT NULL here; every order and filter of
the API has its index here. Beside the rows stand the errors that say what the blog refuses (`models.errors`).
"""

from models.category import Category
from models.comment import Comment, CommentDecision, CommentStatus
from models.feed import CommentEvent, Feed
from models.idempotency import IdempotencyKey
from models.post import Post, PostSlug, PostStatus
from models.throttle import Throttle
from models.user import Role, Session, User

__all__ = [
    "Category",
    "Comment",
    "CommentDecision",
    "CommentEvent",
    "CommentStatus",
    "Feed",
    "IdempotencyKey",
    "Post",
    "PostSlug",
    "PostStatus",
    "Role",
    "Session",
    "Throttle",
    "User",
]

for _model in (
    Category,
    Comment,
    CommentEvent,
    Feed,
    IdempotencyKey,
    Post,
    PostSlug,
    Session,
    Throttle,
    User,
):
    # Tortoise would make the docstring a comment in the database, and every better wording a migration.
    _model._meta.table_description = ""  # noqa: SLF001 - there is no public way to say so
