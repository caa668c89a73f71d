"""From the upgrade request to connection_ack: who is let in, and the code for who is not."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from live.policy import ConnectionPolicy
from storage import Database
from tests.live.speaking import INIT, Speaker
from tests.live.tiny import Site, site


@pytest.mark.parametrize(
    "init", [INIT, {**INIT, "payload": {}}, {**INIT, "payload": None}, {**INIT, "id": 7}]
)
async def test_a_connection_is_acknowledged(speaker: Speaker, init: dict[str, Any]) -> None:
    await speaker.say(init)
    assert await speaker.hear() == {"type": "connection_ack"}


async def test_an_expired_token_connects_and_is_told_so(speaker: Speaker) -> None:
    await speaker.say({**INIT, "payload": {"token": "expired"}})
    extensions = {"authentication": {"code": "INVALID_TOKEN"}}
    assert await speaker.hear() == {"type": "connection_ack", "payload": {"extensions": extensions}}


async def test_the_upgrade_request_may_authenticate(tiny: Site) -> None:
    async with tiny.speaker(headers={"Authorization": "Bearer 7/70"}) as speaker:
        await speaker.init()
        tiny.connections.close_sessions({70})
        assert await speaker.closing() == (4403, "The session has ended")


async def test_a_client_that_does_not_initialise_is_closed(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(init_timeout=0.05)) as tiny, tiny.speaker() as speaker:
        assert await speaker.closing() == (4408, "Connection initialisation timeout")


async def test_a_client_that_initialises_may_take_its_time_afterwards(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(init_timeout=0.1)) as tiny, tiny.speaker() as speaker:
        await speaker.init()
        await asyncio.sleep(0.2)
        assert await speaker.lives()


async def test_a_second_initialisation_closes(client: Speaker) -> None:
    await client.say(INIT)
    assert await client.closing() == (4429, "Too many initialisation requests")


async def test_a_second_initialisation_closes_even_before_the_first_is_acknowledged(speaker: Speaker) -> None:
    await speaker.say({**INIT, "payload": {"token": "slow"}}, INIT)
    assert await speaker.closing() == (4429, "Too many initialisation requests")


async def test_an_operation_before_the_initialisation_closes(speaker: Speaker) -> None:
    await speaker.start("1", "{ hello }")
    assert await speaker.closing() == (4401, "Unauthorized")


async def test_an_operation_before_the_acknowledgement_closes(speaker: Speaker) -> None:
    await speaker.say({**INIT, "payload": {"token": "slow"}})
    await speaker.start("1", "{ hello }")
    assert await speaker.closing() == (4401, "Unauthorized")


async def test_a_database_that_is_away_asks_to_try_again(speaker: Speaker, tiny: Site) -> None:
    await speaker.say({**INIT, "payload": {"token": "database away"}})
    assert await speaker.closing() == (1013, "Try again later")
    assert tiny.endpoint.described == ["DatabaseUnavailable"]


async def test_a_bug_in_the_authentication_is_not_shown(speaker: Speaker, tiny: Site) -> None:
    await speaker.say({**INIT, "payload": {"token": "bug"}})
    assert await speaker.closing() == (4500, "Internal server error")
    assert tiny.endpoint.described == ["ZeroDivisionError"]


@pytest.mark.parametrize("offered", [[], ["soap"], ["soap", "mqtt"]])
async def test_other_subprotocols_are_not_acceptable(tiny: Site, offered: list[str]) -> None:
    async with tiny.speaker(offered) as speaker:
        assert await speaker.closing() == (4406, "Speak graphql-transport-ws")


@pytest.mark.parametrize("offered", [["graphql-ws"], ["soap", "graphql-ws"]])
@pytest.mark.parametrize("first", [INIT, {"type": "start", "id": "1"}, "nonsense", b"\x00"])
async def test_a_client_of_the_old_protocol_is_told_so_in_its_own_words(
    tiny: Site, caplog: pytest.LogCaptureFixture, offered: list[str], first: object
) -> None:
    async with tiny.speaker(offered) as speaker:
        assert speaker.socket.subprotocol == "graphql-ws"
        assert len(tiny.connections) == 1
        await speaker.say(first)
        told = await speaker.hear()
        assert told["type"] == "connection_error"
        assert "graphql-transport-ws" in told["payload"]["message"]
        assert await speaker.closing() == (4406, "Speak graphql-transport-ws")
    assert len([record for record in caplog.records if "sub-protocol" in record.message]) == 1
    assert len(tiny.connections) == 0


async def test_a_silent_client_of_the_old_protocol_is_closed(sqlite_database: Database) -> None:
    assert sqlite_database
    async with site(ConnectionPolicy(init_timeout=0.05)) as tiny, tiny.speaker(["graphql-ws"]) as speaker:
        assert await speaker.closing() == (4406, "Speak graphql-transport-ws")


async def test_graphql_transport_ws_is_chosen_among_several_subprotocols(tiny: Site) -> None:
    async with tiny.speaker(["graphql-ws", "graphql-transport-ws"]) as speaker:
        assert speaker.socket.subprotocol == "graphql-transport-ws"
        await speaker.init()


async def test_another_sites_page_is_refused_before_the_socket_opens(tiny: Site) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with tiny.speaker(origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403
    assert len(tiny.connections) == 0


async def test_an_admitted_page_is_served(tiny: Site) -> None:
    async with tiny.speaker(origin="https://blog.example") as speaker:
        await speaker.init()
