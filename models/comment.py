"""Comments in their threads."""

from datetime import datetime
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField
from models.post import BodyFormat, Post
from models.user import User


class CommentDecision(StrEnum):
    """What the moderators decided about a comment."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SPAM = "SPAM"


class CommentStatus(StrEnum):
    """What has become of a comment: what was decided about it, or HIDDEN by what stands around it.

    Only APPROVED comments are public and counted.
    """

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SPAM = "SPAM"
    HIDDEN = "HIDDEN"


class Comment(Model):
    """A comment or a reply; `depth` is 0 at the top of a thread and its parent's plus one below.

    A deleted comment that has replies stays as a tombstone: `deleted_at` set, body empty, author null, no
    longer counted. `author_id` is also null when the account was deleted.

    `decision` is what moderators said, and what clients are shown as its status. `status` follows from it, and says
    who sees the comment: it is HIDDEN under one that is not approved, and so is a tombstone without visible replies.
    `resolvers.visibility` has the rule.

    `shown_number` orders the comments of a post as they first became visible to everybody, in the order of commits
    and not of clocks; those that did by one write share a number. It is 0 for one that never was, that has been
    imported, or that is older than these numbers.
    """

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="comments", on_delete=fields.CASCADE
    )
    post_id: int
    author: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="comments", on_delete=fields.SET_NULL, null=True
    )
    author_id: int | None
    parent: fields.ForeignKeyNullableRelation["Comment"] = fields.ForeignKeyField(
        "models.Comment", related_name="replies", on_delete=fields.CASCADE, null=True
    )
    parent_id: int | None
    depth = fields.IntField(default=0)
    body = fields.TextField()
    body_html = fields.TextField()
    body_format = fields.CharEnumField(
        BodyFormat, max_length=8, default=BodyFormat.MARKDOWN, db_default="MARKDOWN"
    )
    status = fields.CharEnumField(CommentStatus, max_length=8, default=CommentStatus.PENDING)
    decision = fields.CharEnumField(
        CommentDecision, max_length=8, default=CommentDecision.PENDING, db_default="APPROVED"
    )
    created_at: datetime = InstantField()
    edited_at: datetime | None = InstantField(null=True)
    deleted_at: datetime | None = InstantField(null=True)
    reply_count = fields.IntField(default=0)
    shown_number = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "comments"
        indexes = [
            Index(fields=("post_id", "depth", "created_at", "id")),
            Index(fields=("post_id", "created_at", "id")),
            Index(fields=("post_id", "shown_number", "id")),
            Index(fields=("parent_id", "created_at", "id")),
            Index(fields=("author_id", "created_at", "id")),
            Index(fields=("status", "created_at", "id")),
            Index(fields=("created_at", "id")),
        ]
