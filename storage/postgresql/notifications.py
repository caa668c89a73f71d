"""PostgreSQL's LISTEN and NOTIFY, on a connection that does nothing else."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Self

import asyncpg

from storage.errors import DatabaseUnavailable
from storage.location import Location
from storage.postgresql.failures import FAILURES, translated
from storage.postgresql.pool import CONNECT_TIMEOUT, reason_of

ANSWER_TIMEOUT = 5.0
"""Seconds after which a server that does not answer counts as gone: a host that is away closes no connection."""


class Notifications:
    """`async with`: hears what others notify on the channels.

    Args:
        location: which database.
        channels: names that need no quotes.
        heard: called with the channel's name, not for what this connection notifies itself.

    Raises:
        DatabaseUnavailable: on entering, and later by `notify` and `lost`: there is no such connection.
    """

    def __init__(self, location: Location, channels: Collection[str], heard: Callable[[str], None]) -> None:
        self._location = location
        self._channels = channels
        self._heard = heard
        self._connection: Any = None

    async def __aenter__(self) -> Self:
        self._lost = asyncio.get_running_loop().create_future()
        try:
            self._connection = await asyncpg.connect(
                self._location.target,
                timeout=CONNECT_TIMEOUT,
                server_settings={"application_name": "causerie wake-ups"},
            )
            self._connection.add_termination_listener(self._end)
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
        statements = [f"NOTIFY {channel}" for channel in channels] or ["SELECT 1"]
        try:
            await self._connection.execute("; ".join(statements), timeout=ANSWER_TIMEOUT)
        except FAILURES as error:
            raise self._away(error) from None

    async def lost(self) -> None:
        """Wait until the connection is lost, then raise."""
        await self._lost
        raise DatabaseUnavailable(f"{self._location.shown} has closed the connection")

    def _hear(self, connection: Any, process: int, channel: str, _payload: object) -> None:
        if process != connection.get_server_pid():
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
