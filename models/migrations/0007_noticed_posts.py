"""The lists of posts by date tell from their index, as before, which are public: `counted` is part of that now."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

BY_DATE = ("published_at", "id")
LISTS = {
    ("status",): ("idx_posts_status_b415bf", "5000 5000 1 1 1"),
    ("category_id", "status"): ("idx_posts_categor_7d6a49", "5000 209 209 1 1 1"),
    ("author_id", "status"): ("idx_posts_author__395377", "5000 125 125 1 1 1"),
    ("language", "status"): ("idx_posts_languag_6c8638", "5000 2500 2500 1 1 1"),
}
"""By what comes first in it: the name of each new index, and what SQLite's planner should believe, as in 0003."""


async def believe(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for index, stat in LISTS.values():
            await editor.client.execute_query(
                "INSERT INTO sqlite_stat1 VALUES ('posts', ?, ?)", [index, stat]
            )


async def forget(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    """SQLite has forgotten what it believed together with the indexes."""


class Migration(migrations.Migration):
    dependencies = [("models", "0006_chosen_names")]
    operations = [
        *(ops.RemoveIndex(model_name="Post", fields=[*first, *BY_DATE]) for first in LISTS),
        *(
            ops.AddIndex(model_name="Post", index=Index(fields=[*first, *BY_DATE, "counted"]))
            for first in LISTS
        ),
        ops.RunPython(believe, forget),
    ]
