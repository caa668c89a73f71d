"""What received linkbacks are verified by, what is sent to others, and what rows were made by."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.fields import InstantField
from models.linkback import DeliveryStatus, LinkbackKind


class Migration(migrations.Migration):
    dependencies = [("models", "0009_jobs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="OutgoingLinkback",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="outgoing_linkbacks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("target_url", fields.TextField(unique=False)),
                ("target_digest", fields.CharField(max_length=64)),
                ("kind", fields.CharEnumField(null=True, enum_type=LinkbackKind, max_length=10)),
                ("endpoint", fields.TextField(null=True, unique=False)),
                ("linked", fields.BooleanField(default=True, db_default=True)),
                (
                    "status",
                    fields.CharEnumField(
                        default=DeliveryStatus.WAITING, enum_type=DeliveryStatus, max_length=8
                    ),
                ),
                ("attempts", fields.IntField(default=0)),
                ("last_tried_at", InstantField(null=True, generated=False, unique=False)),
                ("error", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "outgoing_linkbacks",
                "app": "models",
                "unique_together": (("post_id", "target_digest"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SiteState",
            fields=[
                ("name", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ("value", fields.TextField(unique=False)),
            ],
            options={"table": "site_state", "app": "models", "pk_attr": "name"},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="CommentEvent",
            name="linkback_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Linkback",
            name="target_url",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="Post",
            name="linkbacks_open",
            field=fields.BooleanField(default=True, db_default=True),
        ),
    ]
