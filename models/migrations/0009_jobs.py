"""Jobs; and what becomes of them, which on SQLite is kept in a file beside: see `jobs.bookkeeping`."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.fields import InstantField

ATTEMPTS = """
CREATE TABLE job_attempts (
    mark BIGINT NOT NULL PRIMARY KEY, job_id BIGINT NOT NULL, attempts INT NOT NULL, next_try TIMESTAMPTZ NOT NULL,
    outcome VARCHAR(8), error TEXT
)
"""
LEASE = "CREATE TABLE job_lease (id INT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, beat BIGINT NOT NULL)"


async def make_attempts(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect != "sqlite":
        for statement in (ATTEMPTS, LEASE):
            await editor.client.execute_query(statement)


async def drop_attempts(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect != "sqlite":
        await editor.client.execute_query("DROP TABLE job_attempts, job_lease")


class Migration(migrations.Migration):
    dependencies = [("models", "0008_real_blogs")]
    operations = [
        ops.CreateModel(
            name="Job",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("mark", fields.BigIntField()),
                ("kind", fields.CharField(max_length=40)),
                ("key", fields.CharField(null=True, max_length=400)),
                ("payload", fields.TextField(unique=False)),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
                ("not_before", InstantField(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "jobs",
                "app": "models",
                "unique_together": (("kind", "key"),),
                "indexes": [Index(fields=["kind", "id"]), Index(fields=["not_before"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.RunPython(make_attempts, drop_attempts),
    ]
