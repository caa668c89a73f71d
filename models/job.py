"""What is to be done after a write, by the worker."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField


class Job(Model):
    """Work that a unit of work has left behind: which `kind`, and what its handler needs to know, in JSON.

    There is one job of a kind under a `key` at most; null: any number. `mark` is drawn anew whenever the row is
    written, and what becomes of a job is noted under its mark, elsewhere (`jobs.bookkeeping`): so neither a row that
    took another one's place nor one that came back with a backup is taken for something that has been done.
    """

    id = fields.BigIntField(primary_key=True)
    mark = fields.BigIntField()
    kind = fields.CharField(max_length=40)
    key = fields.CharField(max_length=400, null=True)
    payload = fields.TextField()
    created_at: datetime = InstantField()
    not_before: datetime | None = InstantField(null=True)

    class Meta:
        table = "jobs"
        unique_together = (("kind", "key"),)
        indexes = [Index(fields=("kind", "id")), Index(fields=("not_before",))]
