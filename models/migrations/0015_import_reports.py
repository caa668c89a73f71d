"""What moderators and administrators look through: accounts, what was sent and failed, and what imports reported.

Guests are no accounts, and there may be many more of them: the indexes leave them out.
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.fields import InstantField
from models.indexes import NotNullIndex
from models.together import Together

ACCOUNTS = {
    "named": ["name", "id"],
    "newest": ["created_at", "id"],
    "role_named": ["role", "name", "id"],
    "role_newest": ["role", "created_at", "id"],
}
ROWS_ALIKE = {
    ("outgoing_linkbacks", "idx_outgoing_li_status_a7c1fe"): "10000 2500 1",
    ("users", "idx_users_named"): "1000 2 1",
    ("users", "idx_users_newest"): "1000 1 1",
    ("users", "idx_users_role_named"): "1000 250 2 1",
    ("users", "idx_users_role_newest"): "1000 250 1 1",
}
"""What SQLite's planner should believe, as in 0003."""


async def believe(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for (table, index), stat in ROWS_ALIKE.items():
            values = [table, index, stat]
            await editor.client.execute_query("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", values)


async def forget(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for _, index in ROWS_ALIKE:
            await editor.client.execute_query("DELETE FROM sqlite_stat1 WHERE idx = ?", [index])


class Migration(migrations.Migration):
    dependencies = [("models", "0014_pages")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ImportReport",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("source", fields.CharField(max_length=200)),
                ("started_at", InstantField(generated=False, null=False, unique=False)),
                ("finished_at", InstantField(null=True, generated=False, unique=False)),
                ("error", fields.TextField(null=True, unique=False)),
                ("account", fields.TextField(default="[]", unique=False)),
            ],
            options={"table": "import_reports", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.AddIndex(model_name="OutgoingLinkback", index=Index(fields=["status", "id"])),
        Together(
            "User",
            [
                ops.AddIndex(
                    model_name="User",
                    index=NotNullIndex(fields=fields_, name=f"idx_users_{name}", column="username"),
                )
                for name, fields_ in ACCOUNTS.items()
            ],
        ),
        ops.RunPython(believe, forget),
    ]
