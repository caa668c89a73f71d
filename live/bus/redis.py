"""Wake-ups by Redis, for sites whose database has none of its own or whose processes are many."""

import secrets
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from live.bus.bus import Hear, Hint
from live.bus.reconnecting import (
    SILENCE_SECONDS,
    BusConnection,
    BusConnectionLost,
    BusUnheard,
    ReconnectingBus,
)
from runtime.background import raise_if_cancelled

ANSWER_TIMEOUT = 5.0
"""Seconds after which a server that does not answer counts as gone."""
FAILURES = (OSError, RedisError)
UNHEARD = "what is published there does not arrive, as if it were several servers behind one address"
REPLICAS = (b"replica", b"slave")
RIGHTS = "resetchannels &causerie:* +publish +subscribe +ping +select"
"""All that a user of Redis has to be granted: rights to keys are none to channels."""
GREETING = ("HELLO", 2)
"""A ping that tells whom one talks to, and that every user may send."""


def redis_bus(url: str) -> ReconnectingBus:
    """The bus of all who name this server and this number of its databases.

    Redis has the same channels in all its databases; here the number is part of their names, so that several sites
    can share a server.
    """
    parts = urlsplit(url)
    number = parts.path.strip("/") or "0"
    channels = {f"causerie:{number}:{hint}".encode(): hint for hint in Hint}

    @asynccontextmanager
    async def connect(hear: Hear) -> AsyncIterator[BusConnection]:
        # No attempt after the first: a reader that connected again unseen would not know that it was away.
        redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=ANSWER_TIMEOUT,
            socket_connect_timeout=ANSWER_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        async with redis, redis.pubsub() as subscription:
            connection = _Connection(redis, subscription, channels, hear)
            await connection.listen()
            await connection.prove()
            yield connection

    return ReconnectingBus(
        f"Being woken by {parts.scheme}://{parts.hostname}:{parts.port or 6379}/{number}", connect
    )


class _Connection:
    """One connection that listens, and another one that speaks, as Redis wants it."""

    def __init__(self, redis: Redis, subscription: PubSub, channels: dict[bytes, Hint], hear: Hear) -> None:
        self._redis = redis
        self._subscription = subscription
        self._channels = channels
        self._hear = hear
        self._name = secrets.token_bytes(8)
        self._unheard: float | None = None
        """Since when something that was said here has not come back."""

    async def listen(self) -> None:
        """Subscribe, and wait until the server says so."""
        try:
            await self._subscription.subscribe(*self._channels)
            for _ in self._channels:
                if await self._subscription.get_message(timeout=ANSWER_TIMEOUT) is None:
                    raise BusConnectionLost("no answer")
        except FAILURES as error:
            raise _translated(error) from None

    async def prove(self) -> None:
        """Say something, and hear it."""
        await self.tell([Hint.FEED])
        try:
            while self._unheard is not None:
                message = await self._subscription.get_message(timeout=ANSWER_TIMEOUT)
                if message is None:
                    raise BusUnheard(UNHEARD)
                self._take(message)
        except FAILURES as error:
            raise _translated(error) from None

    async def tell(self, hints: Collection[Hint]) -> None:
        now = time.monotonic()
        if self._unheard is not None and now - self._unheard > ANSWER_TIMEOUT:
            raise BusConnectionLost(UNHEARD)  # or this process stood still: the next one will show it
        if hints and self._unheard is None:
            self._unheard = now  # it may be back before the server has answered
        try:
            async with self._redis.pipeline(transaction=False) as message:
                message.execute_command(*GREETING)
                for channel, hint in self._channels.items():
                    if hint in hints:
                        message.publish(channel, self._name)
                greeting, *answers = await message.execute(raise_on_error=False)
        except FAILURES as error:
            raise _translated(error) from None
        for answer in answers:
            if isinstance(answer, RedisError):
                raise _translated(answer)
        _refuse_replica(greeting)

    async def hear(self) -> None:
        asked = False
        try:
            while True:
                message = await self._subscription.get_message(timeout=SILENCE_SECONDS)
                raise_if_cancelled()
                if message is None:
                    if asked:
                        raise BusConnectionLost("no answer to a ping")
                    await self._subscription.ping()
                else:
                    self._take(message)
                asked = message is None
        except FAILURES as error:
            raise _translated(error) from None

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] != "message":
            return
        if message["data"] == self._name:
            self._unheard = None
        else:
            self._hear(self._channels[message["channel"]])


def _refuse_replica(greeting: Any) -> None:
    """What is published on a replica stays there; its primary, and all who listen to that, hear nothing of it."""
    if isinstance(greeting, ResponseError):
        return  # a server that knows no greeting
    facts = dict(zip(greeting[::2], greeting[1::2], strict=True)) if isinstance(greeting, list) else greeting
    if facts.get(b"role") in REPLICAS and facts.get(b"mode") != b"cluster":  # a cluster tells all its members
        raise BusUnheard(
            "it is a replica, whose primary hears nothing of what is published there: name the primary"
        )


def _translated(error: Exception) -> BusConnectionLost:
    reason = str(error) or type(error).__name__
    if isinstance(error, NoPermissionError):
        return BusUnheard(f"{reason}; what it needs is {RIGHTS}")
    return BusConnectionLost(reason)
