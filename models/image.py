"""Pictures that have been uploaded or fetched."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField


class Image(Model):
    """A picture in the store of media, under the SHA-256 of its bytes; `width` and `height` are in pixels."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=64)
    media_type = fields.CharField(max_length=40)
    width = fields.IntField()
    height = fields.IntField()
    bytes = fields.BigIntField()
    alt = fields.TextField(default="")
    uploader: fields.ForeignKeyNullableRelation["User"] = fields.ForeignKeyField(  # type: ignore[name-defined]  # noqa: F821 - a row that refers back to this one
        "models.User", related_name="images", on_delete=fields.SET_NULL, null=True
    )
    uploader_id: int | None
    created_at: datetime = InstantField()

    class Meta:
        table = "images"
        indexes = [Index(fields=("digest",)), Index(fields=("uploader_id",))]
