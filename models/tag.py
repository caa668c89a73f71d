"""Labels of posts."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Tag(Model):
    """A label that authors give to posts. `post_count` counts as a category's does.

    `key` is the name without regard to case: two tags never differ by that alone.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=100, unique=True)
    name = fields.CharField(max_length=100)
    key = fields.CharField(max_length=300, unique=True)
    post_count = fields.IntField(default=0)

    class Meta:
        table = "tags"
        indexes = [Index(fields=("name", "id")), Index(fields=("post_count", "id"))]
