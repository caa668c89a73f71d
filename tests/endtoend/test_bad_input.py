"""Bad input over HTTP and websockets: an answer that says what is wrong, and a neighbour that does not notice."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage import Database
from tests.endtoend.asking import Client
from tests.endtoend.bad_operations import EMPTY, NULL, REFUSED, Bad
from tests.endtoend.neighbour import Neighbour
from tests.endtoend.sample_rows import sample_rows
from tests.endtoend.socket import opened
from tests.server.running import Server

RESPONSE = "application/graphql-response+json"


@pytest.fixture
async def neighbour(blog: Server, client: Client, rows: Database) -> AsyncIterator[Neighbour]:
    """On a socket of its own. Others may use it, too, as long as they keep to the protocol."""
    async with opened(blog) as socket:
        yield await Neighbour.moving_in(socket, client)


def code_of(answer: dict[str, Any]) -> str:
    """The one code of an answer without data."""
    assert answer.keys() == {"errors"}
    (code,) = {error["extensions"]["code"] for error in answer["errors"]}
    assert all(error["message"] for error in answer["errors"])
    return str(code)


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
async def test_a_bad_operation_is_refused_with_a_reason(
    client: Client, neighbour: Neighbour, bad: Bad
) -> None:
    for accept, status in (("application/json", 200), (RESPONSE, 400)):
        response = await client.http.post("/graphql", json=bad.members, headers={"accept": accept})
        assert (response.status_code, code_of(response.json())) == (status, bad.code)
    await neighbour.socket.say(type="subscribe", id="bad", payload=bad.members)
    refused = await neighbour.socket.hear("bad")
    assert refused["type"] == "error"
    assert code_of({"errors": refused["payload"]}) == bad.code
    await neighbour.hears_the_next_comment()


@pytest.mark.parametrize("name", NULL)
async def test_what_leads_nowhere_is_null(client: Client, name: str) -> None:
    query, variables, texts = NULL[name]
    for text in texts:
        answer = await client.ask(query, variables(text))
        (value,) = answer["data"].values()
        assert value in (None, [None]), text
        assert "errors" not in answer


@pytest.mark.parametrize("name", EMPTY)
async def test_a_filter_for_nothing_finds_nothing(client: Client, rows: Database, name: str) -> None:
    await sample_rows()
    query, variables, texts = EMPTY[name]
    for text in texts:
        answer = await client.ask(query, variables(text))
        (value,) = answer["data"].values()
        assert value == {"totalCount": 0}, text


SYNTAX = {
    "nothing": b"",
    "half an object": b'{"query": "{ site { title } }"',
    "a list": b"[]",
    "a batch": b'[{"query": "{ site { title } }"}]',
    "null": b"null",
    "a text": b'"{ site { title } }"',
    "a truth": b"true",
    "a number": b"7",
    "deep nesting": b"[" * 100_000,
    "deep variables": b'{"query": "{ site { title } }", "variables": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    "5,000 digits": b'{"query": "{ site { title } }", "variables": {"n": ' + b"9" * 5000 + b"}}",
    "5,000 digits of a fraction": b'{"query": "{ site { title } }", "variables": {"n": 1'
    + b"0" * 5000
    + b".5}}",
    "half a surrogate pair, and half an object": b'{"query": "{ site { title } }", "variables": {"a": "\\ud800"}',
    "half a surrogate pair, and NaN": b'{"query": "{ site { title } }", "variables": {"a": "\\ud800", "b": NaN}}',
    "half a surrogate pair, deep down": b'{"query": "{ site { title } }", "variables": '
    + b'{"a":' * 5000
    + b'"\\ud800"'
    + b"}" * 5001,
    "a raw surrogate": b'{"query": "{ site { title } } # \xed\xa0\x80"}',
    "bad UTF-8": b'{"query": "\xff"}',
    "a raw NUL": b'{"query": "\x00"}',
    "NaN": b'{"query": "{ site { title } }", "variables": {"n": NaN}}',
    "no query": b"{}",
    "a query that is a number": b'{"query": 7}',
    "variables that are a list": b'{"query": "{ site { title } }", "variables": []}',
    "a name that is a list": b'{"query": "{ site { title } }", "operationName": []}',
}


@pytest.mark.parametrize("body", SYNTAX.values(), ids=SYNTAX)
async def test_a_bad_body_is_refused_with_a_reason(client: Client, body: bytes) -> None:
    for accept in ("application/json", RESPONSE):
        headers = {"content-type": "application/json", "accept": accept}
        response = await client.http.post("/graphql", content=body, headers=headers)
        assert (response.status_code, code_of(response.json())) == (400, "BAD_REQUEST")


async def test_too_large_a_body_is_refused(client: Client, neighbour: Neighbour) -> None:
    body = {"query": "{ site { title } }", "variables": {"a": "x" * 2**21}}
    response = await client.http.post("/graphql", json=body)
    assert (response.status_code, code_of(response.json())) == (413, "BODY_TOO_LARGE")
    await neighbour.hears_the_next_comment()


FRAMES: dict[str, tuple[str | bytes, int]] = {
    "nothing": ("", 4400),
    "half an object": ('{"type":', 4400),
    "a list": ("[]", 4400),
    "null": ("null", 4400),
    "a text": ('"ping"', 4400),
    "binary": (b'{"type":"ping"}', 4400),
    "bytes": (b"\x00\xff", 4400),
    "deep nesting": ("[" * 60_000, 4400),
    "5,000 digits": ('{"type":"ping","payload":{"n":' + "9" * 5000 + "}}", 4400),
    "half a surrogate pair, and half an object": ('{"type":"ping","payload":{"a":"\\ud800"}', 4400),
    "half a surrogate pair, deep down": (
        '{"type":"ping","payload":' + '{"a":' * 5000 + '"\\ud800"' + "}" * 5001,
        4400,
    ),
    "an unknown type": ('{"type":"start","id":"1"}', 4400),
    "a number for an id": ('{"type":"subscribe","id":7,"payload":{"query":"{ site { title } }"}}', 4400),
    "a text for a payload": ('{"type":"subscribe","id":"1","payload":"{ site { title } }"}', 4400),
    "no payload": ('{"type":"subscribe","id":"1"}', 4400),
    "a second init": ('{"type":"connection_init"}', 4429),
    "a text that is too large": (" " * (64 * 1024 + 1), 1009),
    "bytes that are too large": (b"\x00" * (64 * 1024 + 1), 1009),
}


@pytest.mark.parametrize(("frame", "code"), FRAMES.values(), ids=FRAMES)
async def test_a_bad_frame_closes_its_own_socket_only(
    blog: Server, neighbour: Neighbour, frame: str | bytes, code: int
) -> None:
    async with opened(blog) as bad:
        await bad.connection.send(frame)
        assert await bad.closed() == code
    await neighbour.hears_the_next_comment()


async def test_bad_text_on_the_wire_closes_its_own_socket_only(blog: Server, neighbour: Neighbour) -> None:
    """Frames that a client library would not send: bad UTF-8, without a mask, reserved bits, half of one."""
    for frame in (
        b"\x81\x82\x00\x00\x00\x00\xff\xff",
        b"\x81\x02{}",
        b"\xf1\x82\x00\x00\x00\x00{}",
        b"\x81\xfe\xff\xff\x00\x00\x00\x00{}",
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
    ):
        async with opened(blog) as bad:
            bad.connection.transport.write(frame)
            await asyncio.sleep(0.01)
            bad.connection.transport.abort()
    await neighbour.hears_the_next_comment()


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 60_000, "\x00", "💬", 7, None, [], {}, True])
async def test_a_garbage_token_on_a_socket_reads_the_public(blog: Server, token: object) -> None:
    async with opened(blog, token=token) as socket:
        await socket.subscribe("1", "{ viewer { id } site { title } }")
        data = (await socket.hear("1"))["payload"]["data"]
        assert data == {"viewer": None, "site": {"title": "Causerie"}}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Basic eDp5", "Bearer " + "x" * 7000, "Bearer \xe9", "x", "Bearer a b"]
)
async def test_a_garbage_header_reads_the_public(client: Client, authorization: str) -> None:
    headers = [(b"authorization", authorization.encode("latin-1")), (b"content-type", b"application/json")]
    body = json.dumps({"query": "{ viewer { id } site { title } }"})
    answer = (await client.http.post("/graphql", content=body, headers=headers)).json()
    assert answer["data"] == {"viewer": None, "site": {"title": "Causerie"}}
    assert answer["extensions"]["authentication"]["message"]
