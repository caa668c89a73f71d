"""What a peer has not read yet.

A transport keeps whatever it is given as long as its peer does not read, and the whole of it until the last byte has
gone. A protocol that has to pause has more there than is worth a word: then it is counted for the client, and the
connection is lost when the peer reads next to nothing for too long. The system notices only peers that have gone; one
that keeps its window closed acknowledges each question whether it is still there.
"""

import asyncio
import fcntl
import struct
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass

from live.connections.endpoint import Scope
from storage.memory import Account, Budget, Meter

LEAST_BYTES_READ = 64 * 1024
"""Bytes that a peer has to read in the time that it has for each."""
ROUNDS_IN_PATIENCE = 6
"""How often a peer is looked after in that time."""
IN_NEED_SECONDS = 5.0
"""Seconds that it has when others wait for the memory."""


@dataclass(frozen=True, slots=True)
class Peers:
    """Those at the other ends: what tells whose account a request's is, and how many seconds one may read nothing."""

    memory: Budget
    client_network: Callable[[Scope], str | None]
    patience: float

    def account_of(self, scope: Scope) -> Account:
        """The account of a request's client."""
        return self.memory.account(self.client_network(scope))

    def unsent(self, transport: asyncio.Transport, scope: Scope, more_patience: float = 1.0) -> "UnreadBytes":
        """What waits in a transport that has just paused."""
        return UnreadBytes(transport, self.account_of(scope), self.patience * more_patience)


class UnreadBytes:
    """What waits in a transport that has paused, until it `ends`."""

    def __init__(self, transport: asyncio.Transport, account: Account, patience: float) -> None:
        self._transport = transport
        self._patience = patience
        self._meter = Meter(account)
        self._meter.set(transport.get_write_buffer_size())
        self._loop = asyncio.get_running_loop()
        self._left = self._unread()
        self._since = self._loop.time()
        self._timer = self._loop.call_later(self._pause, self._look)

    def holds(self, size: int) -> None:
        """A piece of `size` bytes is among it: all of it is kept until its last byte is gone."""
        self._meter.set(max(self._meter.size, size))

    def end(self) -> None:
        """It has been read, or never will be."""
        self._meter.set(0)
        self._timer.cancel()

    @property
    def _pause(self) -> float:
        return min(self._patience, IN_NEED_SECONDS) / ROUNDS_IN_PATIENCE

    def _look(self) -> None:
        left, now = self._unread(), self._loop.time()
        if left <= self._left - LEAST_BYTES_READ:
            self._left, self._since = left, now
        pressed = self._meter.account.budget.pressed
        if now - self._since >= (min(IN_NEED_SECONDS, self._patience) if pressed else self._patience):
            self._transport.abort()
            self._meter.set(0)
        else:
            self._timer = self._loop.call_later(self._pause, self._look)

    def _unread(self) -> int:
        """Bytes that the peer has not acknowledged: what waits in the system is let go in large pieces."""
        return self._transport.get_write_buffer_size() + _queued(self._transport)


def _queued(transport: asyncio.Transport) -> int:
    connection = transport.get_extra_info("socket")
    if connection is None or not sys.platform.startswith("linux"):
        return 0
    try:
        answer = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4))
    except (OSError, ValueError):  # it is closed already
        return 0
    size: int = struct.unpack("i", answer)[0]
    return size
