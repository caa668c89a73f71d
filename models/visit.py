"""How far people have read the comments of posts."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.post import Post
from models.user import User


class PostVisit(Model):
    """An account has seen the comments of a post up to this `Comment.shown_number`; without a row, none are new to it.

    `resolvers.visits` writes it, and only where it changes what is new.
    """

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="visits", on_delete=fields.CASCADE
    )
    user_id: int
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="visits", on_delete=fields.CASCADE
    )
    post_id: int
    seen_number = fields.IntField()

    class Meta:
        table = "post_visits"
        unique_together = (("user_id", "post_id"),)
        indexes = [Index(fields=("post_id",))]
