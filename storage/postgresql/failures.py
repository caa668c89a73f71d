"""PostgreSQL's errors, as Tortoise knows them or as a sentence for those who run the site."""

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from storage.errors import DatabaseLocked, DatabaseUnavailable, StatementTimeout

LOCKED = (asyncpg.LockNotAvailableError, asyncpg.TransactionRollbackError)
UNAVAILABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
STALE = "prepared statements are made anew, those of a pooler after RECONNECT in its console"
TO_TORTOISE = {
    asyncpg.IntegrityConstraintViolationError: IntegrityError,
    asyncpg.SyntaxOrAccessError: OperationalError,
    asyncpg.DataError: OperationalError,
    asyncpg.InvalidTransactionStateError: TransactionManagementError,
}
FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


def translated(error: Exception, place: str) -> Exception:
    """What to raise instead of one of `FAILURES`; `place` says which database, without a password."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return StatementTimeout(f"A statement took too long and was interrupted ({error})")
    if isinstance(error, LOCKED):
        return DatabaseLocked(f"{place} has been locked by another process for too long ({error})")
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return DatabaseUnavailable(f"{place} has been migrated meanwhile: {STALE} ({error})")
    if isinstance(error, UNAVAILABLE) or _is_closed(error):
        return DatabaseUnavailable(f"{place} cannot be used: {str(error) or type(error).__name__}")
    for kind, known in TO_TORTOISE.items():
        if isinstance(error, kind):
            return known(error)
    return error


def _is_closed(error: Exception) -> bool:
    lost = ("closed", "closing", "released back to the pool")
    return isinstance(error, asyncpg.InterfaceError) and any(word in str(error) for word in lost)
