"""From an empty or an older database to the present tables."""

from functools import cached_property
from pkgutil import iter_modules
from typing import Any

from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_editor import BasePostgresSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps

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
        if client.capabilities.dialect == "postgres":
            # A slow machine thinks for longer between two steps than a transaction may else be idle.
            await execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        executor = _executor(client)
        # Before anything else: the executor takes a failing look for this table as "nothing applied yet", but
        # PostgreSQL would have given the transaction up.
        await executor.recorder.ensure_schema(_editor(client))
        names = [step.migration.name for step in await executor.plan()]
        await executor.migrate(direction="forward")
    return names


class _Snapshot(State):
    """What was before a step. Its classes of rows are made when somebody looks at them: few steps do.

    Tortoise makes all of them for every step, which takes half of the time in which a new database is migrated.
    """

    def __init__(self, models: dict[tuple[str, str], ModelState], apps: StateApps) -> None:
        self.models = models
        self._made_of = apps

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]
        return self._made_of.clone(model_states=self.models)


class _State(State):
    """What Tortoise knows of all tables at one step of the migrations."""

    def clone(self) -> State:
        return _Snapshot({key: model.clone() for key, model in self.models.items()}, self.apps)


class _Executor(MigrationExecutor):
    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        known = await super()._project_state(applied, upto=upto)
        return _State(known.models, known.apps)


def _executor(client: Client[Any]) -> MigrationExecutor:
    return _Executor(client, {"models": app(client.connection_name)})


def _editor(client: Client[Any]) -> BaseSchemaEditor:
    kind = SqliteSchemaEditor if client.capabilities.dialect == "sqlite" else BasePostgresSchemaEditor
    return kind(client, atomic=False)
