"""Pages elsewhere that say they link to a post, and those that a post's links were told of."""

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
    """A page that links to the post, once for each source; `source_digest` is the SHA-256 of `source_url`.

    `target_url` is what the source said that it links to; empty where it came with an import.
    """

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="linkbacks", on_delete=fields.CASCADE
    )
    post_id: int
    kind = fields.CharEnumField(LinkbackKind, max_length=10)
    source_url = fields.TextField()
    source_digest = fields.CharField(max_length=64)
    target_url = fields.TextField(default="", db_default="")
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


class DeliveryStatus(StrEnum):
    """What has become of something that is sent: FAILED will be tried again, GIVEN_UP will not."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"
    GIVEN_UP = "GIVEN_UP"


class OutgoingLinkback(Model):
    """A page that the post links to, or did, once for each; `target_digest` is the SHA-256 of `target_url`.

    `kind` and `endpoint` are null until it is known how the page takes linkbacks, if at all. `linked` tells whether the
    post as it was last published links to it: what was sent is sent again once it does no more.
    """

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="outgoing_linkbacks", on_delete=fields.CASCADE
    )
    post_id: int
    target_url = fields.TextField()
    target_digest = fields.CharField(max_length=64)
    kind = fields.CharEnumField(LinkbackKind, max_length=10, null=True)
    endpoint = fields.TextField(null=True)
    linked = fields.BooleanField(default=True, db_default=True)
    status = fields.CharEnumField(DeliveryStatus, max_length=8, default=DeliveryStatus.WAITING)
    attempts = fields.IntField(default=0)
    last_tried_at: datetime | None = InstantField(null=True)
    error = fields.TextField(null=True)

    class Meta:
        table = "outgoing_linkbacks"
        unique_together = (("post_id", "target_digest"),)
        indexes = [Index(fields=("status", "id"))]
