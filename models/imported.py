"""What has been imported from where, so that a second import of the same file finds it again."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class ImportedRow(Model):
    """A row that came from `source`, where it was the `kind` called `key`; no foreign key, since it may be gone here.

    `digest` is half of the SHA-256 of what was read, by which a later import knows what has changed, and half of that
    of the row as it was written, by which it knows what somebody has changed here since. Kinds that are no rows are
    notes of what an import has still to do.
    """

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=10)
    key = fields.CharField(max_length=500)
    row_id = fields.BigIntField()
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "imported_rows"
        unique_together = (("source", "kind", "key"),)
        indexes = [Index(fields=("kind", "row_id"))]
