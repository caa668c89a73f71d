"""Pages elsewhere that say they link to a post."""

from datetime import datetime
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField
from models.post import Post


class LinkbackKind(StrEnum):
    """By which protocol it was said."""

    TRACKBACK = "TRACKBACK"
    PINGBACK = "PINGBACK"
    WEBMENTION = "WEBMENTION"


class LinkbackStatus(StrEnum):
    """What has become of it. Only APPROVED linkbacks are public and counted."""

    VERIFYING = "VERIFYING"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SPAM = "SPAM"


class Linkback(Model):
    """A page that links to the post, once for each source; `source_digest` is the SHA-256 of `source_url`."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="linkbacks", on_delete=fields.CASCADE
    )
    post_id: int
    kind = fields.CharEnumField(LinkbackKind, max_length=10)
    source_url = fields.TextField()
    source_digest = fields.CharField(max_length=64)
    site_name = fields.CharField(max_length=200, default="")
    title = fields.CharField(max_length=200, default="")
    excerpt = fields.TextField(default="")
    author_name = fields.CharField(max_length=100, null=True)
    status = fields.CharEnumField(LinkbackStatus, max_length=9)
    received_at: datetime = InstantField()
    verified_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "linkbacks"
        unique_together = (("post_id", "source_digest"),)
        indexes = [
            Index(fields=("post_id", "status", "received_at", "id")),
            Index(fields=("status", "received_at", "id")),
        ]
