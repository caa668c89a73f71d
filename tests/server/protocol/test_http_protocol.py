"""The real server on a real connection: what a client can send that httpx would not."""

import asyncio
import json
import struct
import time
from socket import SO_LINGER, SOL_SOCKET, create_connection

import httpx
import pytest

from tests.server.graphql_client import sign_in
from tests.server.running import Server, running

QUERY = b'{"query":"{ site { title } }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nHost: blog.example\r\nContent-Type: application/json\r\n"


async def say(server: Server, *parts: bytes, wait: float = 0) -> bytes:
    """Everything that comes back, until the server closes or is silent for a while."""
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(wait)
    heard = b""
    try:
        while part := await asyncio.wait_for(reader.read(65536), 1):
            heard += part
    except TimeoutError:
        pass
    writer.close()
    return heard


def request(body: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def test_requests_can_follow_each_other_on_one_connection(sqlite_site: Server) -> None:
    heard = await say(sqlite_site, request(QUERY) + request(b"{") + request(QUERY))
    assert [heard.count(line) for line in (b"HTTP/1.1 200 OK", b"HTTP/1.1 400 Bad Request")] == [2, 1]


async def test_a_huge_body_is_refused_before_it_is_read(sqlite_site: Server) -> None:
    heard = await say(sqlite_site, HEAD + b"Content-Length: 100000000000\r\n\r\n" + b"x" * 1000)
    assert heard.startswith(b"HTTP/1.1 413")
    assert b'"code":"BODY_TOO_LARGE"' in heard


async def test_an_endless_body_is_refused_at_the_limit(sqlite_site: Server) -> None:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    heard = await say(sqlite_site, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 20)
    assert heard.startswith(b"HTTP/1.1 413")


async def test_a_client_that_sends_all_of_a_body_over_the_limit_still_reads_why(sqlite_site: Server) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.post(
            sqlite_site.graphql, content=b" " * 8_000_000, headers={"content-type": "application/json"}
        )
    assert response.status_code == 413


@pytest.mark.parametrize(
    "garbage",
    [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", HEAD + b"Content-Length: x\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"],
)
async def test_what_is_no_http_is_refused(sqlite_site: Server, garbage: bytes) -> None:
    assert (await say(sqlite_site, garbage)).startswith(b"HTTP/1.1 400")


async def test_a_client_that_gives_up_in_the_middle_hurts_nobody(sqlite_site: Server) -> None:
    host, port = sqlite_site.url.removeprefix("http://").split(":")
    for part in (HEAD, HEAD + b"Content-Length: 100\r\n\r\n{", request(QUERY)):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(part)
        await writer.drain()
        writer.close()
    assert b'"title":"Causerie"' in await say(sqlite_site, request(QUERY))
    assert sqlite_site.events("bug") == []
    assert sqlite_site.unstructured == []


async def test_a_slow_body_is_waited_for(sqlite_site: Server) -> None:
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(QUERY)
    heard = await say(sqlite_site, head, QUERY[:10], QUERY[10:], wait=0.1)
    assert b'"title":"Causerie"' in heard


async def test_expect_continue_is_answered(sqlite_site: Server) -> None:
    head = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(QUERY)
    heard = await say(sqlite_site, head, QUERY, wait=0.1)
    assert heard.startswith(b"HTTP/1.1 100 Continue")
    assert b'"title":"Causerie"' in heard


async def test_a_repeated_header_is_one_list(sqlite_site: Server) -> None:
    heard = await say(
        sqlite_site, request(QUERY, b"Accept: text/html", b"Accept: application/graphql-response+json")
    )
    assert b"content-type: application/graphql-response+json" in heard


async def fail_to_sign_in(server: Server, forwarded: str | None) -> str:
    """Try once, as if through a proxy; what comes of it."""
    query = """mutation { signIn(input: {email: "x@example.org", password: "not the password"}) {
        error { __typename }
    } }"""
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    async with httpx.AsyncClient(base_url=server.url) as client:
        answer = (await client.post("/graphql", json={"query": query}, headers=headers)).json()
    name: str = answer["data"]["signIn"]["error"]["__typename"]
    return name


LAX = {
    "sign_in_attempts": 1000,
    "sign_in_attempts_per_address": 2,
    "argon2_memory": "1MiB",
    "argon2_passes": 1,
}


async def test_a_client_cannot_choose_its_own_address(sqlite_url: str) -> None:
    with running(sqlite_url, **LAX) as server:
        outcomes = [await fail_to_sign_in(server, f"192.0.2.{number}") for number in range(4)]
    assert outcomes[-1] == "TooManyRequests"


async def test_a_trusted_proxy_says_whose_address_it_is(sqlite_url: str) -> None:
    with running(sqlite_url, trusted_proxies="127.0.0.0/8", **LAX) as server:
        outcomes = [await fail_to_sign_in(server, f"192.0.2.{number}") for number in range(4)]
        outcomes += [await fail_to_sign_in(server, "192.0.2.1") for _ in range(3)]
    assert outcomes[:4] == ["InvalidCredentials"] * 4
    assert outcomes[-1] == "TooManyRequests"


async def test_introspection_and_graphiql_can_be_turned_off(sqlite_url: str) -> None:
    with running(sqlite_url, introspection="false", graphiql="false") as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            answer = (await client.post("/graphql", json={"query": "{ __schema { types { name } } }"})).json()
            page = await client.get("/graphql", headers={"accept": "text/html"})
    assert "data" not in answer
    assert page.status_code == 406


def test_a_limit_is_a_setting(sqlite_url: str) -> None:
    with running(sqlite_url, limit_depth="3") as server:
        query = "{ posts { nodes { author { name } } } }"
        answer = httpx.post(server.graphql, json={"query": query}).json()
    assert answer["errors"][0]["extensions"]["limit"] == "depth"


async def test_writes_of_clients_that_leave_are_whole(site: Server) -> None:
    """Each comment is asked for on a connection that is cut at once; what was written is counted rightly."""
    async with httpx.AsyncClient(base_url=site.url) as client:
        token = await sign_in(client, "nadia@example.org")
        query = "{ posts(first: 1) { nodes { id commentCount comments(flat: true) { totalCount } } } }"
        (post,) = (await client.post("/graphql", json={"query": query})).json()["data"]["posts"]["nodes"]
        mutation = (
            f'mutation {{ addComment(input: {{post: "{post["id"]}", body: "Cut off"}}) {{ __typename }} }}'
        )
        body = json.dumps({"query": mutation}).encode()
        host, port = site.url.removeprefix("http://").split(":")
        for delay in range(12):
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(request(body, b"Authorization: Bearer " + token.encode()))
            await asyncio.sleep(delay / 1000)
            writer.transport.abort()
        await asyncio.sleep(0.5)
        (after,) = (await client.post("/graphql", json={"query": query})).json()["data"]["posts"]["nodes"]
    assert after["commentCount"] == after["comments"]["totalCount"] > post["commentCount"]
    assert site.events("bug") == []


def test_who_leaves_with_several_answers_due_is_no_bug(sqlite_url: str) -> None:
    """The first of them is being written when the connection is lost; uvicorn would tell only the last one."""
    query = (
        b'{"query":"{ posts(first: 50) { nodes { bodyHtml comments(first: 50) { nodes { bodyHtml } } } } }"}'
    )
    with running(sqlite_url, "--demo") as server:
        host, port = server.url.removeprefix("http://").split(":")
        with create_connection((host, int(port))) as leaving:
            leaving.sendall(request(query, b"Authorization: Bearer x") * 100)
            before = -1
            while len(server.events("request")) > before:  # until nothing more can be written
                before = len(server.events("request"))
                time.sleep(0.5)
            assert 0 < before < 100
            leaving.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))  # it leaves without a word
        assert server.stop() == 0
    assert server.events("bug") == []
