"""Where posts are filed: in several categories, the main one first, and under tags.

Each row holds what lists are filtered and sorted by, copied from the post, so that a page of a category is read from
one index, however many posts there are. `resolvers.filing` copies it anew whenever the post changes.
"""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model

from models.category import Category
from models.fields import InstantField
from models.post import Post, PostKind, PostStatus
from models.tag import Tag


class Filing(Model):
    """What both kinds of rows hold: `position` is the place in the post's own list, the rest is the post's."""

    id = fields.BigIntField(primary_key=True)
    position = fields.IntField()
    kind = fields.CharEnumField(PostKind, max_length=8)
    status = fields.CharEnumField(PostStatus, max_length=9)
    published_at: datetime = InstantField()
    counted = fields.BooleanField()
    comment_count = fields.IntField()
    last_commented_at: datetime = InstantField()
    author_id = fields.BigIntField()

    class Meta:
        abstract = True


class PostCategory(Filing):
    """A post in a category; at position 0 it is the main one, `Post.category`."""

    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="filed", on_delete=fields.CASCADE
    )
    post_id: int
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="filed", on_delete=fields.RESTRICT
    )
    category_id: int

    class Meta:
        table = "post_categories"
        unique_together = (("post_id", "category_id"),)
        indexes = [
            Index(fields=("category_id", "kind", "status", "published_at", "post_id", "counted")),
            Index(fields=("category_id", "kind", "status", "comment_count", "post_id")),
            Index(fields=("category_id", "kind", "status", "last_commented_at", "post_id")),
            PartialIndex(
                fields=("category_id", "published_at"),
                name="idx_post_categories_uncounted",
                condition={"counted": False},
            ),
        ]


class PostTag(Filing):
    """A post under a tag, in the order in which its author gave them."""

    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="tagged", on_delete=fields.CASCADE
    )
    post_id: int
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField(
        "models.Tag", related_name="tagged", on_delete=fields.CASCADE
    )
    tag_id: int

    class Meta:
        table = "post_tags"
        unique_together = (("post_id", "tag_id"),)
        indexes = [
            Index(fields=("tag_id", "kind", "status", "published_at", "post_id", "counted")),
            Index(fields=("tag_id", "kind", "status", "comment_count", "post_id")),
            Index(fields=("tag_id", "kind", "status", "last_commented_at", "post_id")),
            PartialIndex(
                fields=("tag_id", "published_at"),
                name="idx_post_tags_uncounted",
                condition={"counted": False},
            ),
        ]
