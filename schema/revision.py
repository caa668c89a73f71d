"""What posts and comments were."""

from datetime import datetime

import strawberry

import compiler
import models
from models import BodyFormat
from resolvers.reads import revisions
from schema.user import User

NUMBER = "Counted from 1, the oldest."
AUTHOR = "Who wrote this state; null when the account was deleted."
WRITTEN = "When this state was written."


@compiler.row_type(models.PostRevision, prefix="post-revision", visible=revisions.of_posts)
@strawberry.type(
    description="A state that a post has had; of one that was changed, the newest is the present one."
)
class PostRevision:
    """A state that a post has had."""

    number: int = compiler.column(NUMBER)
    title: str = compiler.column("The headline then.")
    body: str = compiler.column("The source then.")
    body_format: BodyFormat = compiler.column("How the source was written.")
    author: User | None = compiler.one(AUTHOR, via="author")
    created_at: datetime = compiler.column(WRITTEN)


@compiler.row_type(models.CommentRevision, prefix="comment-revision", visible=revisions.of_comments)
@strawberry.type(
    description="A state that a comment has had; of one that was edited, the newest is the present one."
)
class CommentRevision:
    """A state that a comment has had."""

    number: int = compiler.column(NUMBER)
    body: str = compiler.column("The source then.")
    body_format: BodyFormat = compiler.column("How the source was written.")
    author: User | None = compiler.one(AUTHOR, via="author")
    created_at: datetime = compiler.column(WRITTEN)
