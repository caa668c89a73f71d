"""The database of this process: opened and closed by the composition of the server, a command or a test."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from tortoise.context import TortoiseContext, get_current_context, set_global_context

from storage import migration
from storage.errors import StorageError
from storage.location import Dialect, Location, locate

if TYPE_CHECKING:
    from storage.postgresql import PostgresqlClient
    from storage.sqlite import SqliteClient


async def open_database(
    url: str,
    *,
    readers: int = 4,
    statement_timeout: float | None = 5.0,
    busy_timeout: float = 5.0,
    idle_timeout: float = 4.0,
    acquire_timeout: float | None = 5.0,
    largest_answer: int = 24 * 2**20,
    pool_size: int = 10,
    proof: tuple[str, str] | None = None,
) -> "Database":
    """Open the database of this process; ordinary Tortoise calls use it from now on, in every task.

    Args:
        url: `sqlite://relative.db`, `sqlite:///absolute.db`, a plain path, or `postgresql://user:password@host/name`.
        readers: SQLite: how many connections read.
        statement_timeout: seconds after which a read outside a unit of work is interrupted; None lets it run.
        busy_timeout: seconds to wait for another process's lock.
        idle_timeout: PostgreSQL: seconds of silence after which the server ends a transaction and frees its locks.
        acquire_timeout: seconds to wait for a connection while all are in use; None waits for ever.
        largest_answer: bytes of the largest value that a read outside a unit of work may make.
        pool_size: PostgreSQL: how many connections at most.
        proof: SQLite: a statement over no tables and its only right answer, without which nothing is opened.

    Raises:
        BadDatabaseURL: the address makes no sense.
        DatabaseUnavailable: it cannot be opened or reached, or is no database, or the proof fails.
        StorageError: this process has a database open already.
    """
    location = locate(url)
    if get_current_context() is not None:
        raise StorageError("A database is already open in this process")
    credentials: dict[str, Any] = {
        "statement_timeout": statement_timeout,
        "busy_timeout": busy_timeout,
        "acquire_timeout": acquire_timeout,
        "largest_answer": largest_answer,
    }
    if location.dialect == "sqlite":
        credentials |= {"file_path": location.target, "readers": readers, "proof": proof}
    else:
        credentials |= {
            "url": location.target,
            "place": location.shown,
            "pool_size": pool_size,
            "idle_timeout": idle_timeout,
        }
    context = await _context(location.dialect, credentials)
    database = Database(location, context)
    try:
        await database.connect()
        set_global_context(context)
    except BaseException:
        await database.close()
        raise
    return database


async def _context(dialect: Dialect, credentials: dict[str, Any]) -> TortoiseContext:
    """Tortoise's state.

    The connection is called after the dialect because Tortoise remembers INSERT statements by that name.
    """
    config = {
        "connections": {dialect: {"engine": f"storage.{dialect}", "credentials": credentials}},
        "apps": {"models": migration.app(dialect)},
    }
    context = TortoiseContext()
    with context:
        await context.init(config)
    return context


class Database:
    """An open database. There is one in a process at a time."""

    def __init__(self, location: Location, context: TortoiseContext) -> None:
        self.location = location
        self._context = context
        self._client = cast("SqliteClient | PostgresqlClient", context.db())

    @property
    def dialect(self) -> Dialect:
        """Which SQL it speaks."""
        return self.location.dialect

    async def connect(self) -> None:
        """Open the connections."""
        await self._client.create_connection(with_db=True)

    async def fetch_text(self, sql: str, parameters: Sequence[object]) -> str | None:
        """As `fetch_json`, decoded."""
        value = await self._client.fetch_json(sql, parameters)
        return None if value is None else value.decode()

    def data_version(self) -> int | None:
        """A number that is another one once anybody has committed, own writes included; None: there is no such number.

        What was read between two equal answers is what the database still holds.
        """
        return self._client.data_version()

    async def fetch_json(self, sql: str, parameters: Sequence[object]) -> bytes | None:
        """The first column of the first row, a text, in UTF-8; None when there is no row or it is NULL.

        Placeholders are ?1 ?2 … on SQLite and $1 $2 … on PostgreSQL. Outside a unit of work it sees what was
        committed before it began; inside one, also what that has done. Cancelling it interrupts it in the
        database.

        Raises:
            StatementTimeout: it took longer than it may.
            AnswerTooLarge: it is larger than it may be.
            DatabaseBusy: no connection was free for too long.
        """
        return await self._client.fetch_json(sql, parameters)

    def fetch_json_nowait(
        self, statements: Sequence[tuple[str, Sequence[object]]]
    ) -> Sequence[bytes | None] | None:
        """What `fetch_json` says to each of the statements, run right here, on the event loop.

        None when they are better waited for: they have not proved to be short, or this database is another process.
        """
        return self._client.fetch_json_nowait(statements)

    async def explain(self, sql: str, parameters: Sequence[object]) -> str:
        """How the database would run a statement, in its own words, a line for each step."""
        return await self._client.explain(sql, parameters)

    async def migrated(self) -> bool:
        """Whether every migration has been applied."""
        await self.ping()
        return not await migration.missing(self._client)

    async def migrate(self) -> list[str]:
        """Apply the migrations that are missing, all or none of them; return their names."""
        return await migration.migrate(self._client)

    async def ping(self) -> None:
        """Fail with DatabaseUnavailable unless the database answers a read, and keeps what is written."""
        await self._client.ping()

    async def close(self, grace: float = 10.0) -> None:
        """Close the connections once no unit of work runs any more.

        What still runs after `grace` seconds is cancelled and rolled back.
        """
        await self._client.close(grace)
        await self._context.close_connections()
