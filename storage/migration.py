"""From an empty or an older database to the present tables."""

from pkgutil import iter_modules
from typing import Any

from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import BasePostgresSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor

from models import migrations
from storage.sql import execute
from storage.unit import Client, UnitContext


def app(client_name: str) -> dict[str, Any]:
    """What Tortoise wants to know about the rows."""
    return {"models": ["models"], "migrations": "models.migrations", "default_connection": client_name}


TORTOISE = {
    "connections": {
        "sqlite": {"engine": "tortoise.backends.sqlite", "credentials": {"file_path": "causerie.db"}}
    },
    "apps": {"models": app("sqlite")},
}
"""For `tortoise makemigrations`, which reads the models and connects to nothing."""


async def missing(client: Client[Any]) -> list[str]:
    """The names of the migrations that this database has not seen, in order."""
    return [step.migration.name for step in await _executor(client).plan()]


def known() -> list[str]:
    """The names of all migrations, in order."""
    return sorted(module.name for module in iter_modules(migrations.__path__) if module.name[:1].isdigit())


async def applied() -> list[str]:
    """The names of those that the open database has seen, in order."""
    rows = await execute("SELECT name FROM tortoise_migrations WHERE app = 'models'")
    return sorted(row["name"] for row in rows)


async def migrate(client: Client[Any]) -> list[str]:
    """Apply what is missing, all of it or nothing, one process at a time; return the names."""
    return await client.shielded.run(_migrate(client))


async def _migrate(client: Client[Any]) -> list[str]:
    async with UnitContext(client, client.transaction(changes_schema=True)):
        executor = _executor(client)
        # Before anything else: the executor takes a failing look for this table as "nothing applied yet", but
        # PostgreSQL would have given the transaction up.
        await executor.recorder.ensure_schema(_editor(client))
        names = [step.migration.name for step in await executor.plan()]
        await executor.migrate(direction="forward")
    return names


def _executor(client: Client[Any]) -> MigrationExecutor:
    return MigrationExecutor(client, {"models": app(client.connection_name)})


def _editor(client: Client[Any]) -> BaseSchemaEditor:
    kind = SqliteSchemaEditor if client.capabilities.dialect == "sqlite" else BasePostgresSchemaEditor
    return kind(client, atomic=False)
