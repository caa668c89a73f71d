"""PostgreSQL's LISTEN and NOTIFY, on a connection that does nothing else."""

import asyncio
import secrets
from collections.abc import Callable, Collection
from typing import Any, Self

import asyncpg

from storage.errors import DatabaseUnavailable
from storage.location import Location
from storage.postgresql.connection import CONNECT_TIMEOUT_SECONDS
from storage.postgresql.failures import FAILURES, translated
from storage.postgresql.pool import reason_of

ANSWER_TIMEOUT_SECONDS = 5.0
"""Seconds after which a server that does not answer counts as gone: a host that is away closes no connection."""
SETTINGS = {"application_name": "causerie wake-ups"}


class Unheard(DatabaseUnavailable):
    """What is notified does not arrive, though nothing says so."""


class Notifications:
    """`async with`: hears what others notify on the channels.

    What is notified here has a mark of its own. The number of the backend would not do: a pooler makes it up.

    Args:
        location: which database.
        channels: names that need no quotes.
        heard: called with the channel's name, not for what is notified here.

    Raises:
        DatabaseUnavailable: on entering, and later by `notify` and `lost`: there is no such connection.
        Unheard: on entering: there is one, but it is deaf.
    """

    def __init__(self, location: Location, channels: Collection[str], heard: Callable[[str], None]) -> None:
        self._location = location
        self._channels = channels
        self._heard = heard
        self._mark = secrets.token_hex(8)
        self._connection: Any = None

    async def __aenter__(self) -> Self:
        self._lost = asyncio.get_running_loop().create_future()
        try:
            self._connection = await self._connect()
            self._connection.add_termination_listener(self._end)
            await self._prove()
            for channel in self._channels:
                await self._connection.add_listener(channel, self._hear)
        except BaseException as error:
            self._hang_up()
            if isinstance(error, FAILURES):
                raise self._away(error) from None
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        self._hang_up()

    async def notify(self, channels: Collection[str]) -> None:
        """Notify in one transaction; of no channels, make sure that the server answers."""
        statements = [f"NOTIFY {channel}, '{self._mark}'" for channel in channels] or ["SELECT 1"]
        try:
            await self._connection.execute("; ".join(statements), timeout=ANSWER_TIMEOUT_SECONDS)
        except FAILURES as error:
            raise self._away(error) from None

    async def lost(self) -> None:
        """Wait until the connection is lost, then raise."""
        await self._lost
        raise DatabaseUnavailable(f"{self._location.shown} has closed the connection")

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            self._location.target, timeout=CONNECT_TIMEOUT_SECONDS, server_settings=SETTINGS
        )

    async def _prove(self) -> None:
        """Hear what somebody else says. On this connection itself even a pooler's backend would hear itself."""
        channel, heard = f"causerie_{self._mark}", asyncio.Event()

        def hear(*_: object) -> None:
            heard.set()

        await self._connection.add_listener(channel, hear)
        other = await self._connect()
        try:
            await other.execute(f"NOTIFY {channel}", timeout=ANSWER_TIMEOUT_SECONDS)
            try:
                async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                    await heard.wait()
            except TimeoutError:
                raise Unheard(f"{self._location.shown} tells nothing of what is notified there") from None
        finally:
            other.terminate()
        await self._connection.remove_listener(channel, hear)

    def _hear(self, _connection: Any, _process: int, channel: str, mark: object) -> None:
        if mark != self._mark:
            self._heard(channel)

    def _end(self, _connection: Any) -> None:
        if not self._lost.done():
            self._lost.set_result(None)

    def _away(self, error: Exception) -> Exception:
        """What to say of an error: a connection that waits is of no more use than none, whatever it is called."""
        told = translated(error, self._location.shown)
        return (
            told
            if isinstance(told, DatabaseUnavailable)
            else DatabaseUnavailable(
                f"{self._location.shown} cannot be used: {reason_of(error, self._location.target)}"
            )
        )

    def _hang_up(self) -> None:
        """At once: there is nothing to finish, and the other end may be gone."""
        if self._connection is not None:
            self._connection.remove_termination_listener(self._end)
            self._connection.terminate()
