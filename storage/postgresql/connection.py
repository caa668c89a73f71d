"""One connection of asyncpg's pool."""

import asyncio
import socket
from typing import Any

import asyncpg

CONNECT_TIMEOUT_SECONDS = 10.0
SERVER_IS_GONE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 20_000}
"""When this end lets go of a server whose host has vanished, in seconds, tries and milliseconds; else after hours."""


class Connection(asyncpg.Connection):
    """A connection whose release costs no round trip, and that ends when the server's host has vanished."""

    def __init__(self, protocol: Any, transport: Any, *others: Any) -> None:
        super().__init__(protocol, transport, *others)
        _terminate_on_timeout(transport.get_extra_info("socket"))

    def get_reset_query(self) -> str:
        """Nothing: no statement here changes a session beyond its transaction."""
        return ""

    async def ask_to_stop(self) -> None:
        """Ask the server to interrupt what it runs, as the driver does: by the key that this connection was given.

        Not by the number of its process, which a pooler makes up.
        """
        driver: Any = self
        async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
            await driver._cancel(asyncio.get_running_loop().create_future())  # noqa: SLF001 - its own


def _terminate_on_timeout(connection: socket.socket) -> None:
    """Have the system end a connection to a host that has vanished. Linux alone has all of the options."""
    if connection.family == socket.AF_UNIX or not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in SERVER_IS_GONE.items():
        connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
