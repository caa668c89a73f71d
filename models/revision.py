"""What posts and comments were before they were changed."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.comment import Comment
from models.fields import InstantField
from models.post import BodyFormat, Post
from models.user import User


class Revision(Model):
    """A state that there was: the `number`-th, from 1 on, which was written by `author` at `created_at`.

    What was never changed has none. The last one is the present state, which its row has as well.
    """

    id = fields.BigIntField(primary_key=True)
    number = fields.IntField()
    body = fields.TextField()
    body_format = fields.CharEnumField(BodyFormat, max_length=8)
    author: fields.ForeignKeyNullableRelation[User]
    author_id: int | None
    created_at: datetime = InstantField()

    class Meta:
        abstract = True


class PostRevision(Revision):
    """A title and body that a post has had."""

    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="revisions", on_delete=fields.CASCADE
    )
    post_id: int
    title = fields.CharField(max_length=200)
    author: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="post_revisions", on_delete=fields.SET_NULL, null=True
    )

    class Meta:
        table = "post_revisions"
        unique_together = (("post_id", "number"),)


class CommentRevision(Revision):
    """A body that a comment has had."""

    comment: fields.ForeignKeyRelation[Comment] = fields.ForeignKeyField(
        "models.Comment", related_name="revisions", on_delete=fields.CASCADE
    )
    comment_id: int
    author: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="comment_revisions", on_delete=fields.SET_NULL, null=True
    )

    class Meta:
        table = "comment_revisions"
        unique_together = (("comment_id", "number"),)
