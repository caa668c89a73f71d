"""The database of this process."""

from collections.abc import Sequence
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from storage.location import Dialect, Location, locate
from storage.unit import _running


async def open_database(
    url: str,
    *,
    readers: int = 4,
    statement_timeout: float = 5.0,
    busy_timeout: float = 5.0,
    pool_size: int = 10,
) -> "Database":
    """Open the database of this process; times are in seconds."""
    del readers, statement_timeout, busy_timeout
    location = locate(url)
    context = TortoiseContext()
    connection: Any
    if location.dialect == "sqlite":
        connection = {"engine": "tortoise.backends.sqlite", "credentials": {"file_path": location.target}}
    else:
        connection = {
            "engine": "tortoise.backends.asyncpg",
            "credentials": {"dsn": location.target, "maxsize": pool_size},
        }
        from tortoise.backends.base.config_generator import expand_db_url

        connection = expand_db_url(location.target.replace("postgresql://", "asyncpg://", 1))
    app = {
        "models": ["models"],
        "migrations": "models.migrations",
        "default_connection": location.dialect,
    }
    with context:
        await context.init(
            {"connections": {location.dialect: connection}, "apps": {"models": app}},
            _enable_global_fallback=True,
        )
    database = Database(location, context, app)
    await database.ping()
    return database


class Database:
    """The open database of this process."""

    def __init__(self, location: Location, context: TortoiseContext, app: dict[str, Any]) -> None:
        self.location = location
        self._context = context
        self._app = app

    @property
    def dialect(self) -> Dialect:
        return self.location.dialect

    @property
    def _client(self) -> BaseDBAsyncClient:
        return self._context.db()

    async def fetch_text(self, sql: str, parameters: Sequence[object]) -> str | None:
        """The first column of the first row."""
        _, rows = await self._client.execute_query(sql, list(parameters))
        return rows[0][0] if rows else None

    async def explain(self, sql: str, parameters: Sequence[object]) -> str:
        """The database's plan."""
        prefix = "EXPLAIN QUERY PLAN " if self.dialect == "sqlite" else "EXPLAIN "
        _, rows = await self._client.execute_query(prefix + sql, list(parameters))
        return "\n".join(str(tuple(row)[-1]) for row in rows)

    async def migrated(self) -> bool:
        """Whether every migration has been applied."""
        return not await MigrationExecutor(self._client, {"models": self._app}).plan()

    async def migrate(self) -> list[str]:
        """Apply what is missing; the names of what was applied."""
        applied: list[str] = []

        def note(event: str, _app: str, name: str) -> None:
            if event == "apply_done":
                applied.append(name)

        executor = MigrationExecutor(self._client, {"models": self._app})
        await executor.migrate(progress=note)
        return applied

    async def ping(self) -> None:
        """Fail unless the database answers."""
        await self._client.execute_query("SELECT 1")

    async def close(self) -> None:
        """Wait for the running units of work and close."""
        import asyncio

        await asyncio.gather(*_running, return_exceptions=True)
        await self._context.close_connections()
