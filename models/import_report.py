"""What imports reported, for those who look at it later."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.fields import InstantField


class ImportReport(Model):
    """One import of `source`: the account of its records, in JSON and cut to what people read.

    `finished_at` is null while it runs, and stays so when it was killed; `error` says why one ended before its end.
    """

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=200)
    started_at: datetime = InstantField()
    finished_at: datetime | None = InstantField(null=True)
    error = fields.TextField(null=True)
    account = fields.TextField(default="[]")

    class Meta:
        table = "import_reports"
