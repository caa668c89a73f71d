"""The feed's single row, at position 0 of an epoch that nobody else has."""

import secrets

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps


async def begin_feed(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    cursor = f"0-{secrets.token_hex(8)}"
    await editor.client.execute_query(
        f"INSERT INTO feed (id, position, cursor) VALUES (1, 0, '{cursor}')"  # noqa: S608 - made just above
    )


async def end_feed(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query("DELETE FROM feed")


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    operations = [ops.RunPython(begin_feed, end_feed)]
