"""Addresses that are not ours: where things were found before the blog moved, and pages whose conversation is here."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.category import Category
from models.post import Post
from models.tag import Tag
from models.user import User

LONGEST_PATH = 1000


class PathAlias(Model):
    """A path of the old site, decoded and in its normal form (`resolvers.paths`), and what is found there.

    One of the four is set.
    """

    path = fields.CharField(max_length=LONGEST_PATH, primary_key=True)
    post: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="aliases", on_delete=fields.CASCADE, null=True
    )
    post_id: int | None
    category: fields.ForeignKeyNullableRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="aliases", on_delete=fields.CASCADE, null=True
    )
    category_id: int | None
    tag: fields.ForeignKeyNullableRelation[Tag] = fields.ForeignKeyField(
        "models.Tag", related_name="aliases", on_delete=fields.CASCADE, null=True
    )
    tag_id: int | None
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="aliases", on_delete=fields.CASCADE, null=True
    )
    user_id: int | None

    class Meta:
        table = "path_aliases"
        indexes = [Index(fields=(name,)) for name in ("post_id", "category_id", "tag_id", "user_id")]


class PageAddress(Model):
    """A page of another site, by the key of its address (`models.page_address`), and the post that stands for it.

    Several may lead to one post; where two posts are of one page, as imports can make them, it is the first.
    """

    key = fields.CharField(max_length=64, primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="pages", on_delete=fields.CASCADE
    )
    post_id: int

    class Meta:
        table = "page_addresses"
        indexes = [Index(fields=("post_id",))]
