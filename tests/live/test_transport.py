"""What uvicorn's protocol does differently for the feed, on real sockets."""

from storage import Database
from tests.live.tiny import site


async def test_the_handshake_is_forgotten_when_it_is_over(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site() as tiny, tiny.speaker() as speaker:
        await speaker.init()
        ((connection),) = tiny.connections
        wire = vars(connection._outbox._wire)  # noqa: SLF001
        assert wire["handshake_complete"]
        assert not {"request", "response"} & wire.keys()
