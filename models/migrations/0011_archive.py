"""The archive: years and months with posts. The server that starts next makes the rows, in its site's time zone."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.fields import GivenKeyField, InstantField
from models.together import Together

STATE = "archive.timezone"
ROWS_ALIKE = {
    ("archive_months", "idx_archive_mon_year_id_aab877"): "240 12 1",
    ("posts", "idx_posts_pinned"): "100 50 50 1 1 1",
    ("posts", "idx_posts_uncounted"): "100 50 50 1",
}
"""What SQLite's planner should believe, as in 0003."""


async def begin(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    """The row is there before anybody looks, so that whoever writes a post can wait for who makes the archive."""
    await editor.client.execute_query(f"INSERT INTO site_state (name, value) VALUES ('{STATE}', '')")  # noqa: S608
    if editor.client.capabilities.dialect == "sqlite":
        for (table, index), stat in ROWS_ALIKE.items():
            await editor.client.execute_query(
                "INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [table, index, stat]
            )


async def end(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(f"DELETE FROM site_state WHERE name = '{STATE}'")  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("models", "0010_linkbacks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ArchiveYear",
            fields=[
                ("id", GivenKeyField(primary_key=True, unique=True, db_index=True)),
                ("starts_at", InstantField(generated=False, null=False, unique=False)),
                ("ends_at", InstantField(generated=False, null=False, unique=False)),
                ("post_count", fields.IntField(default=0)),
            ],
            options={"table": "archive_years", "app": "models", "pk_attr": "id"},
            bases=["Period"],
        ),
        ops.CreateModel(
            name="ArchiveMonth",
            fields=[
                ("id", GivenKeyField(primary_key=True, unique=True, db_index=True)),
                ("starts_at", InstantField(generated=False, null=False, unique=False)),
                ("ends_at", InstantField(generated=False, null=False, unique=False)),
                ("post_count", fields.IntField(default=0)),
                (
                    "year",
                    fields.ForeignKeyField(
                        "models.ArchiveYear",
                        source_field="year_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="months",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("month", fields.IntField()),
                ("path", fields.CharField(max_length=7)),
            ],
            options={
                "table": "archive_months",
                "app": "models",
                "indexes": [Index(fields=["year_id", "id"])],
                "pk_attr": "id",
            },
            bases=["Period"],
        ),
        Together(
            "Post",
            [
                ops.RemoveIndex(model_name="Post", name="idx_posts_pinned"),
                ops.AddIndex(
                    model_name="Post",
                    index=PartialIndex(
                        fields=["kind", "status", "published_at", "id", "counted"],
                        name="idx_posts_pinned",
                        condition={"pinned": True},
                    ),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=PartialIndex(
                        fields=["kind", "status", "published_at"],
                        name="idx_posts_uncounted",
                        condition={"counted": False},
                    ),
                ),
            ],
        ),
        ops.RunPython(begin, end),
    ]
