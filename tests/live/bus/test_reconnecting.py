"""Buses over a connection: what one process says the others hear, whatever happens to the server in between."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from redis.asyncio import Redis as RedisClient

from live.bus.bus import Hint
from live.bus.postgresql import postgresql_bus
from live.bus.reconnecting import BusConnectionLost, ReconnectingBus
from live.bus.redis import redis_bus
from storage.location import locate
from tests.live.listening import eventually
from tests.pgbouncer import Pooler, pooling
from tests.postgresql import PASSWORD as POSTGRESQL_PASSWORD
from tests.postgresql import Server
from tests.redis import PASSWORD as REDIS_PASSWORD
from tests.redis import QUOTED, Redis

EVERYWHERE = set(Hint)
Make = Callable[[], ReconnectingBus]


@pytest.fixture(params=["postgresql", "redis"])
def make(request: pytest.FixtureRequest) -> Make:
    """Makes buses of one site."""
    if request.param == "postgresql":
        location = locate(request.getfixturevalue("postgresql_url"))
        return lambda: postgresql_bus(location)
    url = request.getfixturevalue("redis_server").url
    return lambda: redis_bus(url)


class Process:
    """A bus as one process has it, and what was heard there."""

    def __init__(self, bus: ReconnectingBus) -> None:
        self.bus = bus
        self.heard: list[Hint] = []

    async def connected(self) -> None:
        """It listens: then it looks everywhere."""
        await eventually(lambda: set(self.heard) == EVERYWHERE, 30)


@asynccontextmanager
async def process(bus: ReconnectingBus) -> AsyncIterator[Process]:
    one = Process(bus)
    bus.open(one.heard.append)
    try:
        yield one
    finally:
        await bus.close()


@asynccontextmanager
async def two(make: Make) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes that hear each other, and have heard nothing yet."""
    async with process(make()) as one, process(make()) as other:
        for each in (one, other):
            await each.connected()
        await said(one, other)
        await said(other, one)
        one.heard.clear()
        other.heard.clear()
        yield one, other


async def said(speaker: Process, listener: Process) -> None:
    """All that was said before has arrived: a connection keeps the order."""
    before = listener.heard.count(Hint.SESSIONS)
    speaker.bus.tell(Hint.SESSIONS)
    await eventually(lambda: listener.heard.count(Hint.SESSIONS) > before)


async def test_others_hear_what_one_says_and_it_does_not_hear_itself(make: Make) -> None:
    async with two(make) as (one, other):
        one.bus.tell(Hint.FEED)
        await eventually(lambda: other.heard == [Hint.FEED])
        other.bus.tell(Hint.SESSIONS)
        await eventually(lambda: one.heard == [Hint.SESSIONS])
        assert other.heard == [Hint.FEED]


async def test_many_hints_at_once_are_few_messages(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.bus.reconnecting.GATHERING_SECONDS", 0.1)
    async with two(make) as (one, other):
        for _ in range(20):
            one.bus.tell(Hint.FEED)
            await asyncio.sleep(0)
        await said(one, other)
        assert 1 <= other.heard.count(Hint.FEED) <= 3


async def test_a_bus_that_is_never_opened_can_be_closed(make: Make) -> None:
    await make().close()


async def cut(make: Make, postgresql_url: str, redis_server: Redis) -> None:
    """Break the connections that listen, of every process."""
    connection = await asyncpg.connect(postgresql_url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'causerie wake-ups' AND datname = current_database()"
    )
    await connection.close()
    async with RedisClient.from_url(redis_server.url) as client:
        await client.client_kill_filter(_type="pubsub")


async def test_a_lost_connection_is_made_again_and_then_everybody_looks(
    make: Make, postgresql_url: str, redis_server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with two(make) as (one, other):
        await cut(make, postgresql_url, redis_server)
        for each in (one, other):
            await each.connected()
        await said(one, other)
        await said(other, one)
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 2
    assert all(record.exc_info is None for record in warnings)


async def test_redis_may_come_and_go(
    lonely_redis: Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.bus.reconnecting.STEADY_SECONDS", 0)
    caplog.set_level(logging.INFO)
    lonely_redis.stop()
    async with process(redis_bus(lonely_redis.url)) as one, process(redis_bus(lonely_redis.url)) as other:
        one.bus.tell(Hint.FEED)
        await eventually(lambda: len(caplog.records) == 2)
        await asyncio.sleep(0.7)  # some more attempts
        lonely_redis.resume()
        for each in (one, other):
            await each.connected()
        await said(one, other)
    text = caplog.text
    assert text.count("is interrupted and will be tried again") == 2
    assert text.count("goes on after") == 2
    assert f"redis://127.0.0.1:{lonely_redis.port}/3" in text
    assert REDIS_PASSWORD not in text
    assert QUOTED not in text


async def test_a_wrong_password_is_told_and_not_shown(
    redis_server: Redis, postgresql_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "hunter2-and-more"
    wrong = redis_server.url.replace(QUOTED, secret)
    place = locate(postgresql_server.url("nowhere"))
    async with process(redis_bus(wrong)), process(postgresql_bus(place)):
        await eventually(lambda: len(caplog.records) == 2)
    assert "invalid username-password pair" in caplog.text
    assert 'database "nowhere" does not exist' in caplog.text
    assert secret not in caplog.text
    assert POSTGRESQL_PASSWORD not in caplog.text


async def test_a_server_that_falls_silent_is_noticed(
    lonely_redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("live.bus.reconnecting.SILENCE_SECONDS", 0.05)
    monkeypatch.setattr("live.bus.redis.SILENCE_SECONDS", 0.05)
    monkeypatch.setattr("live.bus.redis.ANSWER_TIMEOUT", 0.3)
    async with process(redis_bus(lonely_redis.url)) as one:
        await one.connected()
        lonely_redis.process.send_signal(signal.SIGSTOP)
        await eventually(lambda: bool(caplog.records))
        one.heard.clear()
        lonely_redis.process.send_signal(signal.SIGCONT)
        await one.connected()


async def test_a_silent_backend_of_postgresql_is_noticed(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the server's host is gone, which closes no connection."""
    monkeypatch.setattr("live.bus.reconnecting.SILENCE_SECONDS", 0.05)
    monkeypatch.setattr("storage.postgresql.notifications.ANSWER_TIMEOUT_SECONDS", 0.3)
    connection = await asyncpg.connect(postgresql_url)
    async with process(postgresql_bus(locate(postgresql_url))) as one:
        await one.connected()
        one.heard.clear()
        listener = "application_name = 'causerie wake-ups' AND datname = current_database()"
        pid = await connection.fetchval(f"SELECT pid FROM pg_stat_activity WHERE {listener}")
        os.kill(pid, signal.SIGSTOP)
        try:
            await one.connected()
        finally:
            os.kill(pid, signal.SIGCONT)
    assert "is interrupted and will be tried again" in caplog.text
    await connection.close()


async def test_a_pooler_that_swallows_notifications_is_told_once_and_asked_seldom(
    pooler: Pooler, postgresql_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.notifications.ANSWER_TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr("live.bus.reconnecting.UNHEARD_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr("live.bus.reconnecting.STEADY_SECONDS", 0)
    direct = postgresql_bus(locate(postgresql_url))
    async with process(postgresql_bus(locate(pooler.url(postgresql_url)))) as deaf, process(direct) as one:
        await one.connected()
        await eventually(lambda: bool(caplog.records))
        await asyncio.sleep(1)  # some more attempts
        assert deaf.heard == []
    (record,) = caplog.records
    assert "name PostgreSQL's own address in CAUSERIE_WAKEUP. Until then each process looks" in record.message
    assert record.exc_info is None
    assert POSTGRESQL_PASSWORD not in caplog.text


async def test_a_pooler_that_keeps_sessions_will_do(
    postgresql_server: Server, postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pooling(postgresql_server, "session") as pooler:
        location = locate(pooler.url(postgresql_url))
        async with two(lambda: postgresql_bus(location)) as (one, other):
            one.bus.tell(Hint.FEED)
            await eventually(lambda: other.heard == [Hint.FEED])
            await said(other, one)
            assert Hint.FEED not in one.heard
    assert caplog.records == []


async def test_a_fault_of_ours_does_not_end_the_bus(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[float] = []

    @asynccontextmanager
    async def broken(_hear: object) -> AsyncIterator[None]:
        tries.append(time.monotonic())
        raise ZeroDivisionError
        yield

    async with process(ReconnectingBus("A broken bus", broken)):  # type: ignore[arg-type]
        await eventually(lambda: len(tries) == 3)
    (record,) = caplog.records
    assert record.exc_info is not None
    assert tries[2] - tries[1] > tries[1] - tries[0] > 0.1


class Dropping:
    """A line that is lost as soon as it is used."""

    async def tell(self, _hints: object) -> None:
        """Nobody listens."""

    async def hear(self) -> None:
        """Nobody speaks."""
        raise BusConnectionLost("dropped")


async def test_a_line_that_drops_again_and_again_is_made_less_and_less_often(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    tries: list[float] = []

    @asynccontextmanager
    async def connect(_hear: object) -> AsyncIterator[Dropping]:
        tries.append(time.monotonic())
        yield Dropping()

    async with process(ReconnectingBus("A line", connect)):
        await eventually(lambda: len(tries) == 4)
    (record,) = caplog.records
    assert record.getMessage() == "A line is interrupted and will be tried again: dropped"
    assert tries[3] - tries[2] >= 0.8
