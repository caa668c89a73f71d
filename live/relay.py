"""A bus over a connection to some server, which is kept open: made again when it is lost.

Hints that were said while it was away are lost. So whoever has connected, and listens again, looks everywhere and lets
everybody else look.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from live.bus import Hear, Hint
from live.trouble import Trouble
from storage import StorageError

GATHERING = 0.005
"""Seconds after each message in which all hints become the next one."""
SILENCE = 10.0
"""Seconds without a message after which a line must prove that it is still there."""
PATIENT = 60.0
"""Seconds before a line is tried again that was deaf: somebody has to set things up in another way first."""
MEANWHILE = "Until then each process looks by itself, as often as CAUSERIE_FEED_POLL says"
STEADY = 5.0
"""Seconds after which a line holds: one that is lost sooner is made again later each time."""


class LineLost(Exception):  # noqa: N818 - to be expected
    """The connection cannot be made, or is gone. The message has no password in it."""


class Deaf(LineLost):
    """The connection is there, but what is said is not heard: a matter of how things are set up, not of time."""


class Line(Protocol):
    """An open connection that listens."""

    async def tell(self, hints: Collection[Hint]) -> None:
        """Say them to every other process; of none, make sure that somebody is there.

        Raises:
            LineLost: nobody is. StorageError is understood likewise.
        """

    async def hear(self) -> None:
        """Hear others until the line is lost, then raise as above."""


Connect = Callable[[Hear], AbstractAsyncContextManager[Line]]
"""Opens a line, or raises as it does. What is said once it is open is heard."""


class Relay:
    """The bus over such lines, one after the other. `what` is how the log calls it."""

    def __init__(self, what: str, connect: Connect) -> None:
        self.what = what
        self._connect = connect
        self._trouble = Trouble(what, expected=(LineLost, StorageError))
        self._unsaid: set[Hint] = set()
        self._something = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    def open(self, hear: Hear) -> None:
        """Begin to keep a line open; nobody waits for it."""
        self._keeping = asyncio.create_task(self._keep(hear))

    def tell(self, hint: Hint) -> None:
        """Say it with the next message."""
        self._unsaid.add(hint)
        self._something.set()

    async def check(self) -> None:
        """Open a line once, to see whether it can be.

        Raises:
            LineLost: it cannot, or is deaf. StorageError is understood likewise.
        """
        async with self._connect(lambda _: None) as line:
            await line.tell(set(Hint))

    async def close(self) -> None:
        """Hang up."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def _keep(self, hear: Hear) -> None:
        patience = STEADY  # the first time it may have been this process that stood still
        while True:
            try:
                async with self._connect(hear) as line:
                    await line.tell(set(Hint))
                    for hint in Hint:
                        hear(hint)
                    patience = STEADY
                    await self._use(line)
            except Deaf as error:
                await self._trouble.wait(LineLost(f"{error}. {MEANWHILE}"), at_least=patience)
                patience = PATIENT
            except Exception as error:  # noqa: BLE001 - whatever it is, no write may fail for it
                await self._trouble.wait(error)

    async def _use(self, line: Line) -> None:
        """Hear and tell until one of them fails."""
        tasks = [asyncio.create_task(line.hear()), asyncio.create_task(self._say(line))]
        steady = asyncio.get_running_loop().call_later(STEADY, self._trouble.over)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            steady.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _say(self, line: Line) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SILENCE):
                    await self._something.wait()
            self._something.clear()
            hints, self._unsaid = self._unsaid, set()
            await line.tell(hints)
            await asyncio.sleep(GATHERING)
