"""The feed's single row, at position 0 of an epoch that nobody else has, and an event that means nothing.

Through the event, a cursor that was handed out before the first comment is found like any other.
"""

import secrets
from datetime import UTC, datetime

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.fields import rfc3339


async def begin_feed(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    cursor = f"0-{secrets.token_hex(4)}"
    await editor.client.execute_query(
        f"INSERT INTO feed (id, position, cursor) VALUES (1, 0, '{cursor}')"  # noqa: S608 - made just above
    )
    await editor.client.execute_query(
        "INSERT INTO comment_events (position, cursor, happened_at, comment_id, post_id, category_id) "  # noqa: S608 - likewise
        f"VALUES (0, '{cursor}', '{rfc3339(datetime.now(UTC))}', 0, 0, 0)"
    )


async def end_feed(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query("DELETE FROM comment_events")
    await editor.client.execute_query("DELETE FROM feed")


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    operations = [ops.RunPython(begin_feed, end_feed)]
