"""What has been made under an idempotency key."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField


class IdempotencyKey(Model):
    """The row that a request has made, so that the same request sent again answers with it.

    `digest` is the SHA-256 of who asked for what under which key, `fingerprint` that of what was sent. No foreign
    key: a repeated request must find out that its row is gone, and not make it again.
    """

    digest = fields.CharField(max_length=64, primary_key=True)
    fingerprint = fields.CharField(max_length=64)
    row_id = fields.BigIntField()
    created_at: datetime = InstantField()

    class Meta:
        table = "idempotency_keys"
        indexes = [Index(fields=("created_at",))]
