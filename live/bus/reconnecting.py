"""A bus over a connection to some server, which is kept open: made again when it is lost.

Hints that were said while it was away are lost. So a process that has connected, and listens again, looks everywhere
and lets everybody else look.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from live.bus.bus import Hear, Hint
from runtime.background import BackgroundTask, cancel_and_wait, raise_if_cancelled
from runtime.backoff import Backoff
from storage import StorageError

GATHERING_SECONDS = 0.005
"""Seconds after each message in which all hints become the next one."""
SILENCE_SECONDS = 10.0
"""Seconds without a message after which a connection must prove that it is still there."""
UNHEARD_PAUSE_SECONDS = 60.0
"""Seconds before a connection is tried again that was deaf: somebody has to set things up in another way first."""
POLLING_MEANWHILE = "Until then each process looks by itself, as often as CAUSERIE_FEED_POLL says"
STEADY_SECONDS = 5.0
"""Seconds after which a connection counts as steady: one that is lost sooner is made again later each time."""


class BusConnectionLost(Exception):
    """The connection cannot be made, or is gone. The message has no password in it."""


class BusUnheard(BusConnectionLost):
    """The connection is there, but what is said is not heard: a matter of how things are set up, not of time."""


class BusConnection(Protocol):
    """An open connection that listens."""

    async def tell(self, hints: Collection[Hint]) -> None:
        """Say them to every other process; of none, make sure that somebody is there.

        Raises:
            BusConnectionLost: nobody is. StorageError is understood likewise.
        """

    async def hear(self) -> None:
        """Hear others until the connection is lost, then raise as above."""


Connect = Callable[[Hear], AbstractAsyncContextManager[BusConnection]]
"""Opens a connection, or raises as it does. What is said once it is open is heard."""


class ReconnectingBus:
    """The bus over such connections, one after the other. `what` is how the log calls it."""

    def __init__(self, what: str, connect: Connect) -> None:
        self.what = what
        self._connect = connect
        self._backoff = Backoff(what, expected=(BusConnectionLost, StorageError))
        self._unsaid: set[Hint] = set()
        self._something = asyncio.Event()
        self._keeping = BackgroundTask(what)

    def open(self, hear: Hear) -> None:
        """Begin to keep a line open; nobody waits for it."""
        self._keeping.start(self._keep(hear))

    def tell(self, hint: Hint) -> None:
        """Say it with the next message."""
        self._unsaid.add(hint)
        self._something.set()

    async def check(self) -> None:
        """Open a connection once, to see whether it can be.

        Raises:
            BusConnectionLost: it cannot, or is deaf. StorageError is understood likewise.
        """
        async with self._connect(lambda _: None) as connection:
            await connection.tell(set(Hint))

    async def close(self) -> None:
        """Hang up."""
        await self._keeping.stop()

    async def _keep(self, hear: Hear) -> None:
        patience = STEADY_SECONDS  # the first time it may have been this process that stood still
        while True:
            raise_if_cancelled()
            try:
                async with self._connect(hear) as connection:
                    await connection.tell(set(Hint))
                    for hint in Hint:
                        hear(hint)
                    patience = STEADY_SECONDS
                    await self._use(connection)
            except BusUnheard as error:
                await self._backoff.failed(
                    BusConnectionLost(f"{error}. {POLLING_MEANWHILE}"), at_least=patience
                )
                patience = UNHEARD_PAUSE_SECONDS
            except Exception as error:  # noqa: BLE001 - whatever it is, no write may fail for it
                await self._backoff.failed(error)

    async def _use(self, connection: BusConnection) -> None:
        """Hear and tell until one of them fails."""
        tasks = [asyncio.create_task(connection.hear()), asyncio.create_task(self._say(connection))]
        steady = asyncio.get_running_loop().call_later(STEADY_SECONDS, self._backoff.recovered)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            steady.cancel()
            await cancel_and_wait(*tasks)

    async def _say(self, connection: BusConnection) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SILENCE_SECONDS):
                    await self._something.wait()
            self._something.clear()
            hints, self._unsaid = self._unsaid, set()
            await connection.tell(hints)
            raise_if_cancelled()
            await asyncio.sleep(GATHERING_SECONDS)
