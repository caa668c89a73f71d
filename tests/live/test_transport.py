"""What uvicorn's protocol does differently for the feed, on real sockets."""

import gc
import weakref
from typing import Any

from storage import Database
from tests.live.listening import eventually
from tests.live.tiny import site


async def test_the_handshake_is_forgotten_when_it_is_over(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site() as tiny, tiny.speaker() as speaker:
        await speaker.init()
        ((connection),) = tiny.connections
        wire = vars(connection._outbox._wire)  # noqa: SLF001
        assert wire["handshake_complete"]
        assert not {"request", "response"} & wire.keys()


async def test_a_socket_that_has_gone_waits_for_no_collection(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site() as tiny:
        gc.collect()
        gc.disable()
        try:
            async with tiny.speaker() as speaker:
                await speaker.init()
                await speaker.start("1", "subscription { feed { cursor } }")
                await eventually(lambda: bool(tiny.hub._board))  # noqa: SLF001 - nothing says so on the wire
                (connection,) = tiny.connections
                wire: Any = connection._outbox._wire  # noqa: SLF001
                gone: list[weakref.ref[Any]] = [weakref.ref(connection), weakref.ref(wire)]
                del connection, wire
            await eventually(lambda: not any(each() for each in gone))
        finally:
            gc.enable()
