"""asyncpg's pool, so that no cancelled caller can leave a connection in the middle of something."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import asyncpg

from storage.errors import DatabaseUnavailable
from storage.fair_limiter import FairLimiter, Preempted, slots_for_long_ones
from storage.postgresql.availability import Availability
from storage.postgresql.connection import CONNECT_TIMEOUT_SECONDS, Connection
from storage.postgresql.connection_checks import check_connection, keeps_statements, refused
from storage.postgresql.failures import FAILURES, translated
from storage.shielded import ShieldedTasks
from storage.slot_uses import Slot
from storage.stopwatch import measured

Result = TypeVar("Result")
Job = Callable[[Any], Awaitable[Result]]

CLOSE_TIMEOUT_SECONDS = 5.0
ASK_AGAIN_AFTER_SECONDS = 0.1
UNANSWERED_SECONDS = 5.0
"""Seconds, beyond those that a read has in the server, after which a connection without an answer counts as lost."""
KEPT_FOR_READS = 2
"""Connections that no transaction takes: when all of those wait for a lock, reads and the feed go on."""
HOST_IS_GONE = {"tcp_keepalives_idle": "60", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
"""When the server lets go of connections whose other end has vanished, in seconds and tries; else after hours."""
LOCAL_HOSTS = (None, "localhost", "127.0.0.1", "::1")
CACHED_STATEMENTS = 512
LARGEST_CACHED_STATEMENT = 256 * 1024
"""Bytes. A compiled read is easily longer than the 15 kB that asyncpg would keep."""
logger = logging.getLogger(__name__)


class Pool:
    """The connections to one PostgreSQL database.

    Args:
        url: how asyncpg finds it.
        place: how messages call it, without a password.
        statement_timeout: seconds after which the server interrupts a read; None lets it run.
        lock_timeout: seconds that a statement waits for somebody else's lock.
        idle_timeout: seconds of silence after which the server ends a transaction: who began it is stuck or gone.
        acquire_timeout: seconds that a caller waits for a connection; None lets them wait.
    """

    def __init__(
        self,
        url: str,
        place: str,
        *,
        size: int,
        statement_timeout: float | None,
        lock_timeout: float,
        idle_timeout: float,
        acquire_timeout: float | None,
        shielded: ShieldedTasks,
    ) -> None:
        self._url = url
        self._place = place
        self._size = size
        self._longest = None if statement_timeout is None else statement_timeout + UNANSWERED_SECONDS
        self._unbroken = shielded
        self._pool: asyncpg.Pool[Any] | None = None
        self._slots = FairLimiter(
            size, acquire_timeout, slots_for_long_ones(size) if _is_here(url) else max(1, size // 2)
        )
        self._writing = FairLimiter(max(1, size - KEPT_FOR_READS), acquire_timeout)
        self._slots_taken: dict[int, list[tuple[FairLimiter, Slot]]] = {}
        self._limits = {
            "statement_timeout": _milliseconds(statement_timeout),
            "lock_timeout": _milliseconds(lock_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(idle_timeout),
            "jit": "off",  # compiling a statement costs more than any read here takes
        }
        self._settings = {
            "application_name": "causerie",
            "timezone": "UTC",
            **self._limits,
            **HOST_IS_GONE,
        }
        self._availability = Availability(place)

    async def open(self) -> None:
        """Connect."""
        try:
            self._pool = await self._create(CACHED_STATEMENTS)
            async with self._pool.acquire() as connection:
                kept = await keeps_statements(connection)
            if not kept:
                await self._pool.close()
                self._pool = await self._create(0)
                async with self._pool.acquire():
                    pass
                logger.warning(
                    "%s: a pooler in between keeps no prepared statements, so each is parsed anew",
                    self._place,
                )
        except (*FAILURES, ValueError) as error:
            reason = f"{reason_of(error, self._url)}{refused(error, self._settings)}"
            raise DatabaseUnavailable(f"{self._place} cannot be used: {reason}") from None

    def _create(self, cached_statements: int) -> Any:
        return asyncpg.create_pool(
            self._url,
            min_size=0,  # the pool would complain of each attempt to have one again, with a traceback
            max_size=self._size,
            timeout=CONNECT_TIMEOUT_SECONDS,
            statement_cache_size=cached_statements,
            max_cacheable_statement_size=LARGEST_CACHED_STATEMENT,
            connection_class=Connection,
            server_settings=self._settings,
            init=self._receive,
        )

    async def _receive(self, connection: Any) -> None:
        await check_connection(connection, self._limits, self._place)

    async def acquire_to_write(self) -> Any:
        """A connection for a transaction, until it is released."""
        return await self._acquire(self._writing, self._slots, kept=True)

    async def _acquire(self, *several: FairLimiter, long: bool = False, kept: bool = False) -> Any:
        taken: list[tuple[FairLimiter, Slot]] = []
        try:
            for limiter in several:
                taken.append((limiter, await limiter.take(long=long, kept=kept)))  # noqa: PERF401 - what was taken is ended below
            connection = await self._connection()
        except BaseException:
            _restart_clock(taken)
            _end(taken)
            raise
        _restart_clock(taken)
        self._slots_taken[id(connection)] = taken
        return connection

    async def _connection(self) -> Any:
        if self._pool is None:
            raise DatabaseUnavailable("The database is closed")
        try:
            return await self._pool.acquire()
        except DatabaseUnavailable as error:  # it is not what a connection has to be
            raise self._availability.note(error) from None
        except FAILURES as error:
            raise self._availability.note(translated(error, self._place)) from error

    async def release(self, connection: Any) -> None:
        """Give the connection back, or throw it away when something is wrong with it; never raises."""
        taken = self._slots_taken.pop(id(connection), [])
        try:
            if self._pool is not None:
                with suppress(*FAILURES):
                    await self._pool.release(connection)
        finally:
            _end(taken)

    async def run(self, statement: Job[Result], connection: Any) -> Result:
        """Run a statement on an acquired connection."""
        try:
            result = await statement(connection)
        except FAILURES as error:
            raise self._availability.note(translated(error, self._place)) from error
        if self._availability.away:
            self._availability.answered()
        return result

    async def read(self, statement: Job[Result]) -> Result:
        """Run a statement on any connection; when its caller is cancelled the server is told to stop."""
        with suppress(Preempted):
            return await self._read(statement, await self._acquire_shielded())
        return await self._read(statement, await self._acquire_shielded(long=True))

    async def _read(self, statement: Job[Result], connection: Any) -> Result:
        try:
            with measured():
                result = await self._answer(statement, connection)
        except (asyncio.CancelledError, Preempted):
            self._unbroken.start(self._recover(connection))
            raise
        except BaseException:
            await self._unbroken.run(self._reset(connection))
            raise
        await self.release(connection)
        return result

    async def _answer(self, statement: Job[Result], connection: Any) -> Result:
        """What the server says in time: one that neither answers nor interrupts the statement is not there."""
        ((_, slot),) = self._slots_taken[id(connection)]
        try:
            async with asyncio.timeout(self._longest) as time:
                self._slots.watch(slot, partial(_terminate_now, time))
                return await self.run(statement, connection)
        except TimeoutError:
            if slot.preempted:
                raise Preempted from None
            connection.terminate()
            _restart_clock(self._slots_taken[id(connection)])
            raise self._availability.note(DatabaseUnavailable(f"{self._place} does not answer")) from None
        finally:
            self._slots.unwatch(slot)

    async def _acquire_shielded(self, *, long: bool = False) -> Any:
        """A connection; asyncpg may have to connect for it, and must not be cancelled in the middle of that."""
        acquiring = self._unbroken.start(self._acquire(self._slots, long=long))
        try:
            return await asyncio.shield(acquiring)
        except asyncio.CancelledError:
            self._unbroken.start(self._return(acquiring))
            raise

    async def _return(self, acquiring: asyncio.Task[Any]) -> None:
        with suppress(Exception):
            await self.release(await acquiring)

    async def _reset(self, connection: Any) -> None:
        """Give a connection back whose statement has failed: after a bug of ours the server still waits for more."""
        await self._wait_for_turn(connection)
        await self.release(connection)

    async def _recover(self, connection: Any) -> None:
        """Give a connection back when its abandoned statement has ended.

        asyncpg has asked the server once to stop it, but a server that had not begun yet did not listen. So ask
        again until it has ended, and only then let anybody else have the connection that a late request would hit.
        """
        ended = self._unbroken.start(self._wait_for_turn(connection))
        while not (await asyncio.wait([ended], timeout=ASK_AGAIN_AFTER_SECONDS))[0]:
            with suppress(*FAILURES):
                await connection.ask_to_stop()
        await self._reset(connection)

    async def _wait_for_turn(self, connection: Any) -> None:
        """Wait until the connection can be used, or throw it away if that takes too long."""
        try:
            async with asyncio.timeout(self._longest):
                await connection.execute("SELECT 1")
        except TimeoutError:
            connection.terminate()
        except FAILURES:
            pass  # it is closed, or ends a transaction that has failed

    async def close(self) -> None:
        """Close what is idle, wait a little for what is not."""
        self._writing.close()
        self._slots.close()
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), CLOSE_TIMEOUT_SECONDS)
        except TimeoutError:
            pool.terminate()


def _is_here(url: str) -> bool:
    """Whether the server uses this machine's processors, as far as its address tells."""
    return urlsplit(url).hostname in LOCAL_HOSTS


def _terminate_now(time: asyncio.Timeout) -> None:
    if not time.expired():
        time.reschedule(asyncio.get_running_loop().time())


def _restart_clock(taken: list[tuple[FairLimiter, Slot]]) -> None:
    """Charge nobody for what was waited for until now: it is no work of the database's."""
    for _, slot in taken:
        slot.begun = asyncio.get_running_loop().time()


def _end(taken: list[tuple[FairLimiter, Slot]]) -> None:
    for slots, slot in reversed(taken):
        slots.end(slot)


def reason_of(error: Exception, url: str) -> str:
    """What an error says, without the password in the URL."""
    reason = str(error) or type(error).__name__
    password = unquote(urlsplit(url).password or "")
    return reason.replace(password, "…") if password else reason


def _milliseconds(seconds: float | None) -> str:
    return "0" if seconds is None else str(max(1, round(seconds * 1000)))
