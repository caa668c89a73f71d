"""What a new connection has to be before anything relies on it: to a server new enough, within the limits asked for.

A pooler may stand between us and PostgreSQL. It refuses what a connection asks for at its start, or drops it without a
word, and then a statement would run for as long as it likes. What is asked here are statements of the simple protocol,
whose answer is how many rows there are: prepared ones are just what may not work yet.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import asyncpg

from storage.errors import DatabaseUnavailable

OLDEST_VERSION = 14
REFUSAL = "unsupported startup parameter"
"""How PgBouncer begins to say that it does not know a setting."""
MORE_TO_READ = "docs/operations.md has it under PgBouncer"


async def check_connection(connection: Any, limits: Mapping[str, str], place: str) -> None:
    """Fail with DatabaseUnavailable for a server that is too old, or a connection that does not keep to the limits."""
    refuse_old(connection.get_server_version())
    asked = ", ".join(f"('{name}', '{value}')" for name, value in limits.items())
    if await _count(connection, f"FROM pg_settings WHERE (name, setting) IN ({asked})") < len(limits):
        raise DatabaseUnavailable(await _remedy(connection, limits, place))


def refuse_old(version: Any) -> None:
    """Fail with DatabaseUnavailable for a version that lacks something."""
    if version.major < OLDEST_VERSION:
        raise DatabaseUnavailable(
            f"PostgreSQL {version.major}.{version.minor} is too old: {OLDEST_VERSION} or newer is needed"
        )


def refused(error: Exception, settings: Mapping[str, str]) -> str:
    """What to add to an error on connecting: nothing, or what to do about a pooler that knows less than a server."""
    if not (isinstance(error, asyncpg.ProtocolViolationError) and REFUSAL in str(error)):
        return ""
    dropped = ",".join(sorted(settings.keys() - {"application_name", "timezone"}))
    return (
        f". A pooler such as PgBouncer has to be told ignore_startup_parameters = {dropped}; {MORE_TO_READ}"
    )


async def keeps_statements(connection: Any) -> bool:
    """Whether what is prepared on this connection will be there the next time, on whichever backend that runs.

    PostgreSQL itself keeps it, and so does a pooler that gives statements names of its own. One that lets our names
    through has not noticed, and hands the next transaction to a backend that knows nothing of them.
    """
    if await _count(connection, f"WHERE pg_backend_pid() = {connection.get_server_pid()}"):
        return True  # nobody is in between: a pooler makes these numbers up
    name = f"causerie_{secrets.token_hex(8)}"
    async with connection.transaction():
        await connection.prepare("SELECT 1", name=name)
        if not await _count(connection, f"FROM pg_prepared_statements WHERE name = '{name}'"):
            return True
        await connection.execute(f"DEALLOCATE {name}")
    return False


async def _count(connection: Any, source: str) -> int:
    status: str = await connection.execute(f"SELECT {source}")
    return int(status.rsplit(" ", 1)[-1])


async def _remedy(connection: Any, limits: Mapping[str, str], place: str) -> str:
    async with connection.transaction():  # prepared and run on one backend
        found = await connection.fetch(
            "SELECT name, setting, quote_ident(session_user::text) || ' IN DATABASE ' ||"
            " quote_ident(current_database()::text) AS role FROM pg_settings WHERE name = ANY($1::text[])",
            list(limits),
        )
    wrong = {row["name"]: row["role"] for row in found if row["setting"] != limits[row["name"]]}
    cures = "; ".join(f"ALTER ROLE {role} SET {name} = '{limits[name]}'" for name, role in wrong.items())
    return (
        f"{place} does not keep to {', '.join(wrong)}: a pooler such as PgBouncer drops what a connection asks for. "
        f"Say it once for all of them, then let the pooler connect anew: {cures}; {MORE_TO_READ}"
    )
