"""What uvicorn's protocol does differently for the feed, on real sockets."""

import asyncio
import contextlib
import gc
import weakref
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from live.connections.uvicorn_protocol import WebSocketProtocol
from storage import Database
from tests.live.listening import eventually
from tests.live.tiny import site


async def test_the_handshake_is_forgotten_when_it_is_over(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site() as tiny, tiny.speaker() as speaker:
        await speaker.init()
        ((connection),) = tiny.connections
        protocol = vars(connection._send_queue._transport)  # noqa: SLF001
        assert protocol["handshake_complete"]
        assert not {"request", "response"} & protocol.keys()


async def test_a_socket_that_has_gone_waits_for_no_collection(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site() as tiny:
        gc.collect()
        gc.disable()
        try:
            async with tiny.speaker() as speaker:
                await speaker.init()
                await speaker.start("1", "subscription { feed { cursor } }")
                await eventually(lambda: bool(tiny.hub._subscriptions))  # noqa: SLF001 - nothing says so on the wire
                (connection,) = tiny.connections
                protocol: Any = connection._send_queue._transport  # noqa: SLF001
                gone: list[weakref.ref[Any]] = [weakref.ref(connection), weakref.ref(protocol)]
                del connection, protocol
            await eventually(lambda: not any(each() for each in gone))
        finally:
            gc.enable()


async def test_one_that_cannot_be_taken_leave_of_does_not_keep_the_others(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """However it comes to that: the server stops one after the other."""
    assert sqlite_database
    async with contextlib.AsyncExitStack() as opened:
        async with site() as tiny:
            speakers = [await opened.enter_async_context(tiny.speaker()) for _ in range(3)]
            for speaker in speakers:
                await speaker.init()
            protocols: list[Any] = [each._send_queue._transport for each in tiny.connections]  # noqa: SLF001
            for protocol in protocols[:2]:
                monkeypatch.setattr(protocol.conn, "send_close", lambda _code: 1 / 0)
        codes = sorted([(await speaker.closing())[0] for speaker in speakers])
    assert codes == [1006, 1006, 1012]
    assert len([record for record in caplog.records if record.exc_info]) == 2


class Stopped(WebSocketProtocol):
    """Whose server stops just before the handshake has its turn."""

    def _begin(self, request: bytes) -> None:
        self.shutdown()
        super()._begin(request)


async def test_a_handshake_under_way_when_the_server_stops_ends_with_its_code(
    sqlite_database: Database,
) -> None:
    """Clients come back after that; a status instead of it would be final for some."""
    assert sqlite_database
    async with site(protocol=Stopped) as tiny, tiny.speaker() as client:
        assert (await client.closing())[0] == 1012
        await eventually(lambda: not tiny.connections)


async def test_a_handshake_that_does_not_end_is_given_up() -> None:
    config = uvicorn.Config(lambda _: None, ws=WebSocketProtocol)
    config.load()
    protocol = WebSocketProtocol(config=config, server_state=ServerState(), app_state={})
    transport = Closing()
    protocol.connection_made(transport)
    begun = asyncio.get_running_loop().time()
    protocol.check_liveness(begun + 5)
    assert not transport.is_closing()
    protocol.check_liveness(begun + 60)
    assert transport.is_closing()
    protocol.connection_lost(None)


class Closing(asyncio.Transport):
    """A connection of which nothing is known but whether it has been lost."""

    def __init__(self) -> None:
        super().__init__()
        self._lost = False

    def is_closing(self) -> bool:
        return self._lost

    def abort(self) -> None:
        self._lost = True

    close = abort

    def pause_reading(self) -> None:
        pass
