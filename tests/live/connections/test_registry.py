"""How many connections there may be from one place."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from live.connections.endpoint import Scope
from live.policy import ConnectionPolicy
from runtime.log_rate_limit import LogRateLimit
from storage import Database
from tests.live.listening import PATIENCE, eventually
from tests.live.tiny import Site, site
from tests.streaming import asking, connected, request

FEED = "subscription { feed { kind } }"
FULL = "No more than 2 live connections from one address"


def said_place(scope: Scope) -> str | None:
    """What a header says, so that one test can come from several places."""
    place = dict(scope["headers"]).get(b"x-place")
    return None if place is None else str(place, "ascii")


@pytest.fixture
async def tiny(sqlite_database: Database) -> AsyncIterator[Site]:
    assert sqlite_database
    async with site(ConnectionPolicy(per_address=2), client_network=said_place) as running:
        yield running


async def test_sockets_and_streams_of_one_place_are_counted_together(tiny: Site) -> None:
    here = {"X-Place": "here"}
    async with tiny.speaker(headers=here) as first, asking(tiny.port, FEED, X_Place="here") as second:
        await first.init()
        await second.begun()
        async with tiny.speaker(headers=here) as third:
            assert await third.closing() == (4433, FULL)
        async with tiny.speaker(headers={"X-Place": "there"}) as elsewhere:
            await elsewhere.init()
        await eventually(lambda: len(tiny.connections) == 2)
        assert await first.lives()


async def test_whoever_leaves_makes_room(tiny: Site) -> None:
    here = {"X-Place": "here"}
    for _ in range(5):
        async with tiny.speaker(headers=here) as first, tiny.speaker(headers=here) as second:
            await first.init()
            await second.init()
        await eventually(lambda: len(tiny.connections) == 0)
    assert not tiny.connections._places  # noqa: SLF001 - what nobody asks for any more takes no memory


async def test_a_flood_of_connections_gets_no_further(tiny: Site) -> None:
    body = {"query": FEED, "variables": {}}

    async def ask() -> bool:
        """Whether a stream begins."""
        async with connected(tiny.port) as stream:
            await stream.ask(request("POST", "/graphql", body, X_Place="here"))
            if stream.status == 200:
                await stream.begun()
                await done.wait()
            return stream.status == 200

    done = asyncio.Event()
    asked = [asyncio.create_task(ask()) for _ in range(20)]
    await eventually(lambda: sum(task.done() for task in asked) == 18)
    assert len(tiny.connections) == 2
    done.set()
    assert sum(await asyncio.gather(*asked)) == 2


async def test_a_place_that_is_not_known_is_not_counted(tiny: Site) -> None:
    async with tiny.speaker() as first, tiny.speaker() as second, tiny.speaker() as third:
        for speaker in (first, second, third):
            await speaker.init()


async def test_operators_hear_of_it_once_in_a_while(
    tiny: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {"X-Place": "here"}

    def warnings() -> int:
        return sum("here has 2 live connections" in record.getMessage() for record in caplog.records)

    async with tiny.speaker(headers=here), tiny.speaker(headers=here):
        await eventually(lambda: len(tiny.connections) == 2)
        for _ in range(3):
            async with tiny.speaker(headers=here) as refused:
                await refused.closing()
        assert warnings() == 1
        monkeypatch.setattr(tiny.connections, "_log_rate_limit", LogRateLimit(0))
        async with tiny.speaker(headers=here) as refused:
            await refused.closing()
        assert warnings() == 2


async def test_a_connection_that_cannot_be_looked_after_costs_the_others_nothing(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert sqlite_database
    policy = ConnectionPolicy(ping_interval=0.05, pong_timeout=PATIENCE)
    async with site(policy) as tiny, tiny.speaker() as broken:
        await broken.init()
        (connection,) = tiny.connections
        failures: list[float] = []

        def fail(now: float) -> None:
            failures.append(now)
            raise ZeroDivisionError

        monkeypatch.setattr(connection, "_keep_alive", fail)
        await eventually(lambda: len(failures) > 2)
        async with tiny.speaker() as other:
            await other.init()
            assert await other.hear() == {"type": "ping"}
    (record,) = (record for record in caplog.records if record.name == "live.connections.registry")
    assert record.exc_info is not None
