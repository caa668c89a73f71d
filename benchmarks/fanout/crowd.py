"""Many subscribers of one server, in this process."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from benchmarks.fanout.listener import Listener

AT_ONCE = 100
"""Sockets that are opened at the same time, unless they all come in a storm."""
FROM_ONE_ADDRESS = 10_000
PATIENCE = 240.0


class CrowdError(Exception):
    """A subscriber did not get what it should."""


Subscription = Callable[[int], tuple[str, Mapping[str, Any]] | None]
"""The document and the variables of each subscriber, by its number; None where there is no protocol to speak."""


class Crowd:
    """Subscribers that have come; `total` is how many events they have heard, all together."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._begun = 0
        self._waiting: list[tuple[int, asyncio.Future[float]]] = []
        self._failure: str | None = None
        self._leaving = False
        self.listeners: list[Listener] = []
        self.total = 0

    def begun(self) -> None:
        """One more has subscribed."""
        self._begun += 1

    def heard(self) -> None:
        """One more event has arrived: were these the ones that somebody waits for?"""
        self.total += 1
        if self._waiting and self.total >= self._waiting[0][0]:
            _, waiting = self._waiting.pop(0)
            if not waiting.done():
                waiting.set_result(time.perf_counter())

    def lost(self, why: str) -> None:
        """A socket is gone, which is wrong unless all are leaving."""
        if not self._leaving and self._failure is None:
            self._failure = why
            for _, waiting in self._waiting:
                if not waiting.done():
                    waiting.set_exception(CrowdError(why))

    async def join(self, count: int, subscription: Subscription, at_once: int = AT_ONCE) -> None:
        """Let so many more come. An answer to each is not to be had: the next event tells who has subscribed."""
        gate, first = asyncio.Semaphore(at_once), len(self.listeners)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(
                *(self._come(number, subscription, gate) for number in range(first, first + count))
            )
            while self._begun < len(self.listeners) and self._failure is None:  # noqa: ASYNC110 - a moment
                await asyncio.sleep(0.01)
        self.check()

    def after(self, deliveries: int) -> asyncio.Future[float]:
        """The moment at which so many events have arrived, counted from the first of all."""
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        if self._failure is not None:
            waiting.set_exception(CrowdError(self._failure))
        elif self.total >= deliveries:
            waiting.set_result(time.perf_counter())
        else:
            self._waiting.append((deliveries, waiting))
            self._waiting.sort(key=lambda each: each[0])
        return waiting

    def check(self) -> None:
        """Nobody was lost.

        Raises:
            CrowdError: somebody was.
        """
        if self._failure is not None:
            raise CrowdError(self._failure)

    async def leave(self) -> None:
        """All go."""
        self._leaving = True
        for listener in self.listeners:
            listener.transport.abort()
        self.listeners = []
        await asyncio.sleep(0.2)

    async def _come(self, number: int, subscription: Subscription, gate: asyncio.Semaphore) -> None:
        wanted = subscription(number)
        listener = Listener(self, None if wanted is None else _message(*wanted))
        address = f"127.0.0.{2 + number // FROM_ONE_ADDRESS}"
        async with gate:
            await asyncio.get_running_loop().create_connection(
                lambda: listener, "127.0.0.1", self._port, local_addr=(address, 0)
            )
            self.listeners.append(listener)


def _message(document: str, variables: Mapping[str, Any]) -> bytes:
    """A subscribe message, its id as long as those of the usual clients."""
    payload = {"query": document.strip(), "variables": variables}
    return orjson.dumps({"id": str(uuid.uuid4()), "type": "subscribe", "payload": payload})
