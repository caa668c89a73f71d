"""Pages of other sites are found by their addresses; those that are there already, too."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.page_address import page_key

ROW_ALIKE = ("page_addresses", "idx_page_addres_post_id_ab97e8", "1000 1")
"""What SQLite's planner should believe, as in 0003."""
EXTERNAL = "SELECT id, address FROM posts WHERE kind = 'EXTERNAL' AND address IS NOT NULL ORDER BY id"


async def find(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    """Of several posts that are one page, the oldest is found."""
    on_sqlite = editor.client.capabilities.dialect == "sqlite"
    posts: dict[str, int] = {}
    for row in await editor.client.execute_query_dict(EXTERNAL):
        if key := page_key(row["address"]):
            posts.setdefault(key, row["id"])
    values = "(?, ?)" if on_sqlite else "($1, $2)"
    for pair in posts.items():
        await editor.client.execute_query(
            f"INSERT INTO page_addresses (key, post_id) VALUES {values}",  # noqa: S608 - a text of ours
            [*pair],
        )
    if on_sqlite:
        await editor.client.execute_query("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [*ROW_ALIKE])


async def lose(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    """The table goes, and SQLite forgets what it believed together with its indexes."""


class Migration(migrations.Migration):
    dependencies = [("models", "0013_visits")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PageAddress",
            fields=[
                ("key", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "page_addresses",
                "app": "models",
                "indexes": [Index(fields=["post_id"])],
                "pk_attr": "key",
            },
            bases=["Model"],
        ),
        ops.RunPython(find, lose),
    ]
