"""The archive: the months and years of the site's time zone in which there are posts, and how many.

`resolvers.archive_months` makes a row as soon as any post, also a draft, has a date in it, and keeps the counts. The
zone that the rows are made for is `SiteState`'s, under `TIMEZONE`.
"""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import GivenKeyField, InstantField

TIMEZONE = "archive.timezone"
"""Under this name: the time zone of the rows; empty as long as there are none."""


class Period(Model):
    """A span from `starts_at` until before `ends_at`, where the next one starts.

    `post_count` counts the articles in it whose `counted` is true, as categories do.
    """

    id = GivenKeyField()
    starts_at: datetime = InstantField()
    ends_at: datetime = InstantField()
    post_count = fields.IntField(default=0)

    class Meta:
        abstract = True


class ArchiveYear(Period):
    """A year; its key is its number."""

    class Meta:
        table = "archive_years"


class ArchiveMonth(Period):
    """A month; its key is twelve times its year and 0 for January to 11 for December. `path` is as in 2024/03."""

    year: fields.ForeignKeyRelation[ArchiveYear] = fields.ForeignKeyField(
        "models.ArchiveYear", related_name="months", on_delete=fields.CASCADE
    )
    year_id: int
    month = fields.IntField()
    path = fields.CharField(max_length=7)

    class Meta:
        table = "archive_months"
        indexes = [Index(fields=("year_id", "id"))]
