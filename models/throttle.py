"""Counters of attempts, shared by every process of a site."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField


class Throttle(Model):
    """How often something was tried under one key, and until when it is closed.

    A key says what and, as a digest, whose: `sign-in:account:3af6…`. One that begins with `trusted:` counts nothing:
    until its window ends, its subject is known.
    """

    key = fields.CharField(max_length=300, primary_key=True)
    attempts = fields.IntField()
    window_ends_at: datetime = InstantField()
    blocked_until: datetime | None = InstantField(null=True)

    class Meta:
        table = "throttles"
        indexes = [Index(fields=("window_ends_at",))]
