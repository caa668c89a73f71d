"""How far people have read the comments of posts: nobody has, and nothing that is there already is new to anybody."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

ROWS_ALIKE = {
    ("comments", "idx_comments_post_id_a9dc8a"): "100000 22 2 1",
    ("post_visits", "idx_post_visits_post_id_efcbd9"): "100000 25",
    ("post_visits", "sqlite_autoindex_post_visits_1"): "100000 50 1",
}
"""What SQLite's planner should believe, as in 0003."""


async def believe(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect != "sqlite":
        return
    for (table, index), stat in ROWS_ALIKE.items():
        await editor.client.execute_query("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [table, index, stat])


async def forget(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for _, index in ROWS_ALIKE:
            await editor.client.execute_query("DELETE FROM sqlite_stat1 WHERE idx = ?", [index])


class Migration(migrations.Migration):
    dependencies = [("models", "0012_search")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PostVisit",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="visits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="visits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("seen_number", fields.IntField()),
            ],
            options={
                "table": "post_visits",
                "app": "models",
                "unique_together": (("user_id", "post_id"),),
                "indexes": [Index(fields=["post_id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Post", name="shown_number", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(
            model_name="Comment", name="shown_number", field=fields.IntField(default=0, db_default=0)
        ),
        ops.AddIndex(model_name="Comment", index=Index(fields=["post_id", "shown_number", "id"])),
        ops.RunPython(believe, forget),
    ]
