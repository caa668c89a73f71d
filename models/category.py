"""The tree of categories."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Category(Model):
    """A place in the menu. Siblings stand in the order of `position`, then `id`.

    `post_count` counts the posts whose `counted` is true: a scheduled post whose time has come is counted by
    the first write after it, and read as one more until then.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=100, unique=True)
    name = fields.CharField(max_length=100)
    description = fields.TextField(default="")
    parent: fields.ForeignKeyNullableRelation["Category"] = fields.ForeignKeyField(
        "models.Category", related_name="children", on_delete=fields.RESTRICT, null=True
    )
    parent_id: int | None
    position = fields.IntField(default=0)
    post_count = fields.IntField(default=0)

    class Meta:
        table = "categories"
        indexes = [Index(fields=("parent_id", "position", "id"))]
