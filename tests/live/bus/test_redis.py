"""Redis as its owners set it up: users with few rights, certificates of their own, replicas, balancers."""

import asyncio
import itertools
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis as RedisClient

from live.bus.bus import Hint
from live.bus.redis import RIGHTS, redis_bus
from tests.live.bus.test_reconnecting import process, said, two
from tests.live.listening import eventually
from tests.postgresql import free_port
from tests.redis import PASSWORD, Redis
from tests.tools import find

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
SECRET = "the-secret-of-a-user"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon what has to be set up in another way first."""
    monkeypatch.setattr("live.bus.reconnecting.UNHEARD_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr("live.bus.reconnecting.STEADY_SECONDS", 0)


async def order(redis: Redis, *words: str) -> None:
    """Send a command as its owners do."""
    async with RedisClient.from_url(redis.url) as client:
        send: Any = client.execute_command
        await send(*words)


async def grant(redis: Redis, user: str, rights: str) -> str:
    """An address for a user with just these rights."""
    await order(redis, "ACL", "SETUSER", user, "reset", "on", f">{SECRET}", *rights.split())
    return redis.url_of(user, SECRET)


async def test_a_user_needs_the_rights_that_the_page_says_and_no_others(
    redis_server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    (rights,) = re.findall(r"ACL SETUSER causerie on >PASSWORD (.*)", PAGE.read_text(encoding="utf-8"))
    assert rights == RIGHTS
    url = await grant(redis_server, "causerie", rights)
    async with two(lambda: redis_bus(url)) as (one, other):
        one.bus.tell(Hint.FEED)
        await eventually(lambda: other.heard == [Hint.FEED])
    assert caplog.records == []


@pytest.mark.parametrize(
    "rights", ["resetchannels ~* +@all", "&* +subscribe +ping +select", "&other:* +@all"]
)
async def test_missing_rights_are_told_once_in_words_and_end_when_they_are_granted(
    redis_server: Redis, rights: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    url = await grant(redis_server, "other", rights)
    async with process(redis_bus(url)) as one:
        await eventually(lambda: bool(caplog.records))
        await asyncio.sleep(0.5)  # some more attempts
        (record,) = caplog.records
        assert f"what it needs is {RIGHTS}" in record.message
        assert record.exc_info is None
        await grant(redis_server, "other", RIGHTS)
        await one.connected()
        await eventually(lambda: "goes on after" in caplog.text)
    assert SECRET not in caplog.text


@pytest.fixture
def replica(lonely_redis: Redis) -> Iterator[Redis]:
    """A server that follows the lonely one."""
    replica = Redis.start(replicaof=f"127.0.0.1 {lonely_redis.port}", masterauth=PASSWORD)
    yield replica
    replica.stop()


async def test_a_replica_is_refused_until_it_is_a_primary(
    replica: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with process(redis_bus(replica.url)) as one:
        await eventually(lambda: bool(caplog.records))
        assert "it is a replica, whose primary hears nothing" in caplog.text
        assert one.heard == []
        await order(replica, "REPLICAOF", "NO", "ONE")
        await one.connected()
        await eventually(lambda: "goes on after" in caplog.text)
    assert caplog.text.count("it is a replica") == 1


async def test_a_primary_that_becomes_a_replica_is_noticed(
    lonely_redis: Redis,
    redis_server: Redis,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("live.bus.reconnecting.SILENCE_SECONDS", 0.05)
    async with process(redis_bus(lonely_redis.url)) as one:
        await one.connected()
        await order(lonely_redis, "REPLICAOF", "127.0.0.1", str(redis_server.port))
        await eventually(lambda: "it is a replica" in caplog.text)


@asynccontextmanager
async def balancing(*servers: Redis) -> AsyncIterator[int]:
    """A port where each connection comes to another server."""
    turns, tasks = itertools.cycle(servers), set[asyncio.Task[None]]()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            writer.write(data)
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", next(turns).port)
        for task in (asyncio.create_task(copy(reader, back)), asyncio.create_task(copy(there, writer))):
            tasks.add(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_is_said_and_never_comes_back_is_told_once(
    redis_server: Redis,
    lonely_redis: Redis,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr("live.bus.redis.ANSWER_TIMEOUT", 0.3)
    async with balancing(redis_server, lonely_redis) as port:
        url = redis_server.url.replace(f":{redis_server.port}/", f":{port}/")
        async with process(redis_bus(url)) as one:
            await eventually(lambda: bool(caplog.records))
            await asyncio.sleep(1.5)  # some more attempts
            assert one.heard == []
    (record,) = caplog.records
    assert "what is published there does not arrive" in record.message
    assert PASSWORD not in caplog.text


async def test_a_line_on_which_little_is_said_is_not_taken_for_a_deaf_one(
    redis_server: Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was said has come back, before or after the server's answer."""
    monkeypatch.setattr("live.bus.reconnecting.SILENCE_SECONDS", 0.05)
    monkeypatch.setattr("live.bus.redis.ANSWER_TIMEOUT", 1.0)
    async with two(lambda: redis_bus(redis_server.url)) as (one, other):
        for _ in range(5):
            one.bus.tell(Hint.FEED)
            other.bus.tell(Hint.FEED)
            await asyncio.sleep(0.02)
        await asyncio.sleep(1.5)
    assert caplog.records == []


@contextmanager
def encrypted(folder: Path) -> Iterator[tuple[Redis, Path]]:
    """A server with a certificate that nobody but its owners believes."""
    key, certificate, port = folder / "key.pem", folder / "certificate.pem", free_port()
    making = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=redis", "-days", "2"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([find("openssl"), *making, *files], check=True, capture_output=True)
    redis = Redis.start(tls_port=port, tls_cert_file=certificate, tls_key_file=key, tls_auth_clients="no")
    try:
        yield redis, certificate
    finally:
        redis.stop()


async def test_a_certificate_authority_of_ones_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with encrypted(tmp_path) as (redis, certificate):
        secure = redis.url.replace("redis:", "rediss:").replace(
            f":{redis.port}/", f":{redis.options['tls_port']}/"
        )
        async with two(lambda: redis_bus(f"{secure}?ssl_ca_certs={certificate}")) as (one, other):
            await said(one, other)
        assert caplog.records == []
        async with process(redis_bus(secure)) as stranger:
            await eventually(lambda: bool(caplog.records))
            assert stranger.heard == []
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert PASSWORD not in caplog.text
