"""Labels of posts."""

from tortoise import fields
from tortoise.models import Model


class Tag(Model):
    """A label that authors give to posts. `post_count` counts as a category's does."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=100, unique=True)
    name = fields.CharField(max_length=100)
    post_count = fields.IntField(default=0)

    class Meta:
        table = "tags"
