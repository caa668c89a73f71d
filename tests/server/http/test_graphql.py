"""GraphQL over HTTP: what is asked how, and what is refused how."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from server.http.media import JSON, RESPONSE
from tests.server.tiny import BODY_LIMIT, client_of, happened, tiny_app

HELLO = {"query": "{ hello }"}
ANSWER = {"data": {"hello": "Hello world"}}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(tiny_app()) as client:
        yield client


def only_error(response: httpx.Response) -> dict[str, Any]:
    answer = response.json()
    assert "data" not in answer
    (error,) = answer["errors"]
    assert isinstance(error["message"], str)
    result: dict[str, Any] = error
    return result


async def test_a_query_by_post(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=HELLO)
    assert response.status_code == 200
    assert response.json() == ANSWER
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert {"accept", "origin", "authorization"} <= set(response.headers["vary"].split(", "))


async def test_all_members_of_a_request_by_post(client: httpx.AsyncClient) -> None:
    query = "query A { hello } query B($name: String!) { hello(name: $name) }"
    body = {"query": query, "operationName": "B", "variables": {"name": "Ada"}, "extensions": {}, "other": 1}
    response = await client.post("/graphql", json=body)
    assert response.json() == {"data": {"hello": "Hello Ada"}}


async def test_a_query_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A { hello } query B($name: String!) { hello(name: $name) }",
        "operationName": "B",
        "variables": '{"name": "Zoë"}',
        "extensions": "",
    }
    response = await client.get("/graphql", params=parameters)
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "Hello Zoë"}})


async def test_head_is_get_without_the_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/graphql", params=HELLO)
    assert response.status_code == 200
    assert int(response.headers["content-length"]) == len(json.dumps(ANSWER, separators=(",", ":")))


@pytest.mark.parametrize(
    "members",
    [
        {"query": "{ hello"},
        {"query": "{ unknown }"},
        {"query": "query A { hello } query B { hello }"},
        {"query": "{ hello }", "operationName": "Other"},
        {"query": "query ($n: Int!) { number(value: $n) }"},
        {"query": "query ($n: Int!) { number(value: $n) }", "variables": {"n": "one"}},
        {"query": "query ($n: Int!) { number(value: $n) }", "variables": {"n": 2**31}},
        {"query": "fragment F on Query { hello }"},
        {"query": "#"},
    ],
)
async def test_what_fails_before_execution_depends_on_what_the_client_accepts(
    client: httpx.AsyncClient, members: dict[str, Any]
) -> None:
    new = await client.post("/graphql", json=members, headers={"accept": RESPONSE})
    old = await client.post("/graphql", json=members, headers={"accept": JSON})
    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json() == old.json()
    assert only_error(new)["extensions"]["code"]
    assert new.headers["content-type"] == f"{RESPONSE}; charset=utf-8"


async def test_an_answer_that_nobody_here_can_write_is_not_acceptable(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=HELLO, headers={"accept": "text/csv"})
    assert response.status_code == 406
    assert only_error(response)["extensions"] == {"code": "NOT_ACCEPTABLE"}


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_bodies_of_other_types_are_refused(client: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await client.post("/graphql", content=b'{"query":"{ hello }"}', headers=headers)
    assert response.status_code == 415
    assert only_error(response)["extensions"] == {"code": "UNSUPPORTED_MEDIA_TYPE"}


BAD_BODIES = {
    "nothing": b"",
    "no JSON": b"{query: hello}",
    "cut off": b'{"query": "{ hello }"',
    "more than one text": b'{"query": "{ hello }"} {}',
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ hello }"}',
    "null": b"null",
    "a text": b'"{ hello }"',
    "a number": b"42",
    "true": b"true",
    "a batch": b'[{"query": "{ hello }"}]',
    "an empty batch": b"[]",
    "deep nesting": b"[" * 2000,
    "deeply nested variables": b'{"query": "{ hello }", "variables": '
    + b'{"a":' * 1500
    + b"1"
    + b"}" * 1500
    + b"}",
    "a number of 3,000 digits": b'{"query": "{ hello }", "variables": {"n": ' + b"9" * 3000 + b"}}",
    "a number that is none": b'{"query": "{ hello }", "variables": {"n": NaN}}',
    "half a surrogate pair, and half an object": b'{"query": "{ hello }", "variables": {"name": "\\ud800"}',
    "bad UTF-8": b'{"query": "{ hello \xff }"}',
    "UTF-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "no query": b"{}",
    "an empty query": b'{"query": ""}',
    "a null query": b'{"query": null}',
    "a query that is a number": b'{"query": 1}',
    "a query that is a list": b'{"query": ["{ hello }"]}',
    "an operation name that is a number": b'{"query": "{ hello }", "operationName": 1}',
    "an operation name that is an object": b'{"query": "{ hello }", "operationName": {}}',
    "variables that are a list": b'{"query": "{ hello }", "variables": []}',
    "variables that are a text": b'{"query": "{ hello }", "variables": "{}"}',
    "extensions that are a number": b'{"query": "{ hello }", "extensions": 0}',
}


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
async def test_a_bad_body_is_refused_cleanly(client: httpx.AsyncClient, body: bytes, accept: str) -> None:
    headers = {"content-type": JSON, "accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert only_error(response)["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "operationName=A",
        "query=%ff",
        "query={hello}&variables=1",
        "query={hello}&variables=[]",
        "query={hello}&variables={",
        "query={hello}&variables=%ed%a0%80",
        "query={hello}&extensions=true",
        "query={hello}&variables=" + quote('{"a":' * 1500),
        "&".join(["a=1"] * 200),
    ],
)
async def test_a_bad_query_string_is_refused_cleanly(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/graphql?{query_string}")
    assert response.status_code == 400
    assert only_error(response)["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient, declared: bool) -> None:
    body = json.dumps({"query": "{ hello }", "variables": {"a": "x" * BODY_LIMIT}}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    content = body if declared else chunks()
    response = await client.post("/graphql", content=content, headers={"content-type": JSON})
    assert response.status_code == 413
    assert only_error(response)["extensions"] == {"code": "BODY_TOO_LARGE"}


async def test_a_chunked_body_within_the_limit_is_read(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"query": '
        yield b'"{ hello }"}'

    response = await client.post("/graphql", content=chunks(), headers={"content-type": JSON})
    assert response.json() == ANSWER


async def test_a_mutation_by_get_is_refused_and_does_not_run(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "mutation { touch }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert only_error(response)["extensions"] == {"code": "METHOD_NOT_ALLOWED"}
    assert happened.touched == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql", json=HELLO)
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]
    assert only_error(response)


async def test_options_names_the_methods(client: httpx.AsyncClient) -> None:
    response = await client.options("/graphql")
    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


async def test_a_browser_gets_a_page_and_a_program_does_not(client: httpx.AsyncClient) -> None:
    page = await client.get(
        "/graphql", headers={"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "cross-site"}
    )
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert (await client.post("/graphql", json=HELLO, headers={"accept": "text/html,*/*"})).json() == ANSWER
    async with client_of(tiny_app(graphiql=False)) as plain:
        assert (await plain.get("/graphql", headers={"accept": "text/html"})).status_code == 406


@pytest.mark.parametrize("authorization", ["Basic dTpw", "Bearer", "Bearer ", "", "token", "Bearer \xe9"])
async def test_a_header_that_is_no_bearer_token_reads_what_is_public(
    client: httpx.AsyncClient, authorization: str
) -> None:
    headers = {"authorization": authorization.encode("latin-1")}
    response = await client.post("/graphql", json=HELLO, headers=headers)  # type: ignore[arg-type]
    answer = response.json()
    assert (response.status_code, answer["data"]) == (200, ANSWER["data"])
    assert answer["extensions"]["authentication"]["code"] in ("INVALID_AUTHORIZATION", "INVALID_TOKEN")


async def test_a_bug_is_masked_and_its_request_id_told(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": "{ bug hello }"}, headers={"x-request-id": "abc-1"}
    )
    assert response.headers["x-request-id"] == "abc-1"
    answer = response.json()
    assert answer["data"] == {"bug": None, **ANSWER["data"]}
    (error,) = answer["errors"]
    assert error["message"].startswith("Internal error")
    assert error["path"] == ["bug"]
    assert error["extensions"] == {"code": "INTERNAL_ERROR", "requestId": "abc-1"}
    assert "nobody outside" not in response.text


@pytest.mark.parametrize(
    "given",
    [
        "7F000001:8296_7F00001E:1F90_4F7B0A69_0003:790E",  # HAProxy
        f"{'20010DB8' * 4}:8B4E_{'20010DB8' * 4}:1F90_65A0F3C1_0003:790E",
        "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1",  # AWS
        "b5eb9a54d1e8e1d4d0b1a3f3a0a5c5d3",  # nginx
        "{0f8fad5b-d9cb-469f-a165-70867728950e}",
        "|7fe3a2.1_",  # .NET
        "aGVsbG8+/w==",
        "x" * 128,
    ],
)
async def test_the_request_ids_of_other_systems_are_taken(client: httpx.AsyncClient, given: str) -> None:
    response = await client.post("/graphql", json=HELLO, headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("unsafe", ["a b", "x" * 129, "<script>", '"', "\x1b[2J", "é", "\t", "a\\b", ""])
async def test_an_unsafe_request_id_is_replaced(client: httpx.AsyncClient, unsafe: str) -> None:
    headers = {"x-request-id": unsafe.encode("latin-1")}
    response = await client.post("/graphql", json=HELLO, headers=headers)  # type: ignore[arg-type]
    assert response.headers["x-request-id"] != unsafe
    assert len(response.headers["x-request-id"]) == 16


async def ask(body: dict[str, Any], leave_after: float) -> list[dict[str, Any]]:
    """Send a request straight to the application and disconnect; what the application sent before."""
    sent: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await happened.started.wait()
        await asyncio.sleep(leave_after)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"host", b"blog.example")],
        "client": ("127.0.0.1", 1),
    }
    app = tiny_app()
    await asyncio.wait_for(app(scope, receive, send), 5)
    return sent


async def test_a_query_is_given_up_when_its_client_leaves() -> None:
    sent = await ask({"query": "{ slow }"}, leave_after=0.01)
    assert (sent, happened.cancelled) == ([], 1)


async def test_a_mutation_goes_on_when_its_client_leaves() -> None:
    await ask({"query": "mutation { touch(pause: 0.2) }"}, leave_after=0.01)
    assert happened.touched == 1
