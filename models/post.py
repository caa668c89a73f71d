"""Posts and every address a post has had."""

from datetime import datetime
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model

from models.category import Category
from models.fields import InstantField
from models.image import Image
from models.user import User


class PostKind(StrEnum):
    """An ARTICLE is in the lists, a PAGE stands beside them, and EXTERNAL is a page of another site."""

    ARTICLE = "ARTICLE"
    PAGE = "PAGE"
    EXTERNAL = "EXTERNAL"


class BodyFormat(StrEnum):
    """How a body is written."""

    MARKDOWN = "MARKDOWN"
    HTML = "HTML"


class PostStatus(StrEnum):
    """Where a post is in its life. SCHEDULED is never stored: it is PUBLISHED with a date still to come."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    PUBLISHED = "PUBLISHED"


class Post(Model):
    """A post. It is public when `status` is PUBLISHED, and `published_at` is not in the future or was not once.

    A draft's `published_at` is when it was created, so that drafts have an order too; the API shows null.
    `counted` tells whether it is public as far as has been noticed: whether the category's `post_count` includes
    it, and followers have been told of its comments. It stays so, whatever a clock says. `last_commented_at` is
    1970 until somebody comments.
    `slug_chosen` and `excerpt_written` tell what somebody gave: what was made instead follows the title and the body.
    `address` is where a page of another site is. The main category stands here and, with the others, in
    `models.filing`. `shown_number` is the highest one that a comment of it was given.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(PostKind, max_length=8, default=PostKind.ARTICLE, db_default="ARTICLE")
    slug = fields.CharField(max_length=100, unique=True)
    slug_chosen = fields.BooleanField(default=False, db_default=False)
    title = fields.CharField(max_length=200)
    body = fields.TextField()
    body_html = fields.TextField()
    body_format = fields.CharEnumField(
        BodyFormat, max_length=8, default=BodyFormat.MARKDOWN, db_default="MARKDOWN"
    )
    excerpt = fields.TextField()
    excerpt_written = fields.BooleanField(default=False, db_default=False)
    language = fields.CharField(max_length=35)
    status = fields.CharEnumField(PostStatus, max_length=9, default=PostStatus.DRAFT)
    published_at: datetime = InstantField()
    created_at: datetime = InstantField()
    updated_at: datetime = InstantField()
    author: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="posts", on_delete=fields.RESTRICT
    )
    author_id: int
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="posts", on_delete=fields.RESTRICT
    )
    category_id: int
    image: fields.ForeignKeyNullableRelation[Image] = fields.ForeignKeyField(
        "models.Image", related_name="posts", on_delete=fields.SET_NULL, null=True
    )
    image_id: int | None
    address = fields.CharField(max_length=2000, null=True)
    pinned = fields.BooleanField(default=False, db_default=False)
    comments_open = fields.BooleanField(default=True)
    comment_count = fields.IntField(default=0)
    last_commented_at: datetime = InstantField()
    counted = fields.BooleanField(default=False)
    linkbacks_open = fields.BooleanField(default=True, db_default=True)
    linkback_count = fields.IntField(default=0, db_default=0)
    trackback_count = fields.IntField(default=0, db_default=0)
    shown_number = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "posts"
        indexes = [
            *(
                Index(fields=(*first, "kind", "status", *order))
                for first in ((), ("author_id",), ("language",))
                for order in (
                    ("published_at", "id", "counted"),
                    ("comment_count", "id"),
                    ("last_commented_at", "id"),
                )
            ),
            Index(fields=("category_id",)),
            Index(fields=("image_id",)),
            PartialIndex(
                fields=("kind", "status", "published_at", "id", "counted"),
                name="idx_posts_pinned",
                condition={"pinned": True},
            ),
            PartialIndex(
                fields=("kind", "status", "published_at"),
                name="idx_posts_uncounted",
                condition={"counted": False},
            ),
        ]


class PostSlug(Model):
    """An address under which a post can be found: its present slug and every earlier one."""

    slug = fields.CharField(max_length=100, primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="slugs", on_delete=fields.CASCADE
    )
    post_id: int

    class Meta:
        table = "post_slugs"
        indexes = [Index(fields=("post_id",))]
