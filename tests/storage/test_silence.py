"""PostgreSQL's host vanishes: nothing answers any more, and nothing says so."""

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from storage import Database, DatabaseUnavailable
from storage.postgresql.connection import SERVER_IS_GONE, Connection
from tests.databases import opened, other_sessions
from tests.faults.proxy import Proxy
from tests.storage.test_reads import ENDLESS


@pytest.fixture
async def network(postgresql_url: str) -> AsyncIterator[Proxy]:
    """What is between us and PostgreSQL."""
    async with Proxy(urlsplit(postgresql_url).port or 0).open() as proxy:
        yield proxy


@pytest.fixture
async def distant(
    postgresql_url: str, network: Proxy, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    """The database behind it, on one connection."""
    monkeypatch.setattr("storage.postgresql.pool.UNANSWERED_SECONDS", 0.5)
    monkeypatch.setattr("storage.postgresql.pool.CONNECT_TIMEOUT_SECONDS", 2.0)
    port = urlsplit(postgresql_url).port
    url = postgresql_url.replace(f":{port}/", f":{network.port}/")
    async with opened(url, pool_size=1, statement_timeout=1, acquire_timeout=30) as database:
        await database.ping()
        yield database


async def test_a_read_without_an_answer_ends_and_leaves_its_turn(network: Proxy, distant: Database) -> None:
    network.hold()
    async with asyncio.timeout(20):
        with pytest.raises(DatabaseUnavailable, match="does not answer"):
            await distant.ping()
        network.release()  # another host has its address now
        await distant.ping()


async def test_a_read_that_was_left_without_an_answer_leaves_its_turn(
    network: Proxy, distant: Database
) -> None:
    reading = asyncio.create_task(distant.fetch_text(ENDLESS["postgresql"], []))
    while not (reading.done() or await other_sessions(distant)):  # noqa: ASYNC110 - PostgreSQL tells nobody
        await asyncio.sleep(0.01)
    network.hold()
    reading.cancel()
    await asyncio.wait([reading])
    with pytest.raises(DatabaseUnavailable):
        await asyncio.wait_for(distant.ping(), 20)
    network.release()
    await asyncio.wait_for(distant.ping(), 20)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone has it")
async def test_the_system_watches_over_every_connection(postgresql_url: str) -> None:
    """Which ends those of transactions, too."""
    connection = await asyncpg.connect(postgresql_url, connection_class=Connection)
    try:
        transport: asyncio.Transport = getattr(connection, "_transport")  # noqa: B009 - asyncpg shows it nowhere
        own = transport.get_extra_info("socket")
        assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        for option, value in SERVER_IS_GONE.items():
            assert own.getsockopt(socket.IPPROTO_TCP, getattr(socket, option)) == value
    finally:
        await connection.close()
