"""Wake-ups by Redis, for sites whose database has none of its own or whose processes are many."""

import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from live.bus import Hear, Hint
from live.relay import SILENCE, Line, LineLost, Relay

ANSWER_TIMEOUT = 5.0
"""Seconds after which a server that does not answer counts as gone."""
FAILURES = (OSError, RedisError)


def redis_bus(url: str) -> Relay:
    """The bus of all who name this server and this number of its databases.

    Redis has the same channels in all its databases; here the number is part of their names, so that several sites
    can share a server.
    """
    parts = urlsplit(url)
    number = parts.path.strip("/") or "0"
    channels = {f"causerie:{number}:{hint}".encode(): hint for hint in Hint}

    @asynccontextmanager
    async def connect(hear: Hear) -> AsyncIterator[Line]:
        # No attempt after the first: a reader that connected again unseen would not know that it was away.
        redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=ANSWER_TIMEOUT,
            socket_connect_timeout=ANSWER_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        async with redis, redis.pubsub() as subscription:
            line = _Line(redis, subscription, channels, hear)
            await line.listen()
            yield line

    return Relay(f"Being woken by {parts.scheme}://{parts.hostname}:{parts.port or 6379}/{number}", connect)


class _Line:
    """One connection that listens, and another one that speaks, as Redis wants it."""

    def __init__(self, redis: Redis, subscription: PubSub, channels: dict[bytes, Hint], hear: Hear) -> None:
        self._redis = redis
        self._subscription = subscription
        self._channels = channels
        self._hear = hear
        self._name = secrets.token_bytes(8)

    async def listen(self) -> None:
        """Subscribe, and wait until the server says so."""
        try:
            await self._subscription.subscribe(*self._channels)
            for _ in self._channels:
                if await self._subscription.get_message(timeout=ANSWER_TIMEOUT) is None:
                    raise LineLost("no answer")
        except FAILURES as error:
            raise _lost(error) from None

    async def tell(self, hints: Collection[Hint]) -> None:
        try:
            async with self._redis.pipeline(transaction=False) as message:
                message.ping()
                for channel, hint in self._channels.items():
                    if hint in hints:
                        message.publish(channel, self._name)
                await message.execute()
        except FAILURES as error:
            raise _lost(error) from None

    async def hear(self) -> None:
        asked = False
        try:
            while True:
                message = await self._subscription.get_message(timeout=SILENCE)
                if message is None:
                    if asked:
                        raise LineLost("no answer to a ping")
                    await self._subscription.ping()
                asked = message is None
                if message is not None and message["type"] == "message" and message["data"] != self._name:
                    self._hear(self._channels[message["channel"]])
        except FAILURES as error:
            raise _lost(error) from None


def _lost(error: Exception) -> LineLost:
    return LineLost(str(error) or type(error).__name__)
