"""What a proxy says of a request: believed of one that a setting names, and of nobody else."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from server.http.proxies import PROXIED, TrustedProxies
from tests.postgresql import free_port
from tests.server.graphql_client import socket
from tests.server.protocol.test_http_protocol import say
from tests.server.running import Server, running

SITE = "https://blog.example"
QUERY = {"query": "query Read { site { title } }"}


@pytest.fixture(scope="module")
def trusting(module_sqlite_url: str) -> Iterator[Server]:
    """A server that tests are a trusted proxy of."""
    with running(module_sqlite_url, trusted_proxies="127.0.0.1") as server:
        yield server


@pytest.fixture(scope="module")
def wary(module_sqlite_url: str) -> Iterator[Server]:
    """One whose proxies are elsewhere."""
    with running(module_sqlite_url, trusted_proxies="192.0.2.0/24") as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def admitted(server: Server, client: httpx.AsyncClient, headers: dict[str, str]) -> bool:
    """Whether the page may ask, read the schema and open sockets; there is one answer on all ways."""
    try:
        async with socket(server, **{name.title(): value for name, value in headers.items()}) as one:
            opened = await one.init() == {"type": "connection_ack"}
    except InvalidStatus as refused:
        opened = refused.response.status_code != 403
    posted = [(await client.post(server.graphql, json=QUERY, headers=headers)).status_code for _ in range(3)]
    got = await client.get(server.graphql, params=QUERY, headers=headers)
    schema = await client.get(f"{server.graphql}/schema.graphql", headers=headers)
    assert {*posted, got.status_code, schema.status_code} == {200 if opened else 403}
    return opened


@pytest.mark.parametrize(
    "forwarded",
    [
        {"x-forwarded-host": "blog.example"},
        {"x-forwarded-host": "BLOG.example:443"},
        {"x-forwarded-host": "forged.example, blog.example"},
        {"x-forwarded-host": "blog.example", "x-forwarded-port": "443"},
        {"origin": f"{SITE}:8443", "x-forwarded-host": "blog.example:8443"},
        {"origin": f"{SITE}:8443", "x-forwarded-host": "blog.example", "x-forwarded-port": "8443"},
        {"origin": "http://[::1]:8443", "x-forwarded-host": "[::1]", "x-forwarded-port": "8443"},
    ],
)
async def test_a_trusted_proxy_says_which_address_was_asked_for(
    trusting: Server, wary: Server, client: httpx.AsyncClient, forwarded: dict[str, str]
) -> None:
    headers = {"origin": SITE} | forwarded
    assert await admitted(trusting, client, headers)
    assert not await admitted(wary, client, headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-host": "blog.example, evil.example"},
        {"x-forwarded-host": "blog.example:8443"},
        {"x-forwarded-host": "blog.example.evil.example"},
        {"x-forwarded-host": ""},
        {"x-forwarded-port": "443"},
        {"x-forwarded-proto": "https"},
        {"forwarded": "for=192.0.2.1;host=blog.example;proto=https"},
        {"x-original-host": "blog.example"},
        {"origin": f"{SITE}:8443", "x-forwarded-host": "blog.example"},
        {"origin": f"{SITE}:8443", "x-forwarded-host": "blog.example:443", "x-forwarded-port": "8443"},
        {"origin": "null", "x-forwarded-host": "null"},
        {"x-forwarded-host": "blog.example", "sec-fetch-site": "cross-site"},
    ],
)
async def test_a_trusted_proxy_lets_no_other_page_in(
    trusting: Server, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert not await admitted(trusting, client, {"origin": SITE} | headers)


async def test_the_proxys_own_name_of_the_server_is_no_page_of_somebody_else(
    trusting: Server, client: httpx.AsyncClient
) -> None:
    """It may keep `Host`: what it says of it comes on top."""
    assert await admitted(trusting, client, {"origin": trusting.url, "x-forwarded-host": "blog.example"})


async def test_the_site_is_known_by_its_address_whatever_host_arrives(
    sqlite_url: str, client: httpx.AsyncClient
) -> None:
    port = str(free_port())
    settings = {"site_url": f"{SITE}/journal", "websocket_origins": "https://app.example"}
    with running(sqlite_url, "--port", port, **settings) as server:
        server.url = f"http://127.0.0.1:{port}"  # it says the other one
        assert await admitted(server, client, {"origin": SITE})
        for other in (f"{SITE}:8443", "http://blog.example", "https://www.blog.example", "null"):
            assert not await admitted(server, client, {"origin": other})
        answer = await client.post(server.graphql, json=QUERY, headers={"origin": SITE})
        assert answer.headers["access-control-allow-origin"] == SITE


async def test_the_log_says_which_page_was_refused_and_where(
    trusting: Server, client: httpx.AsyncClient
) -> None:
    headers = {"origin": "https://evil.example", "x-forwarded-host": "blog.example"}
    assert not await admitted(trusting, client, headers)
    host = trusting.url.removeprefix("http://")
    words = f"https://evil.example is not in CAUSERIE_CORS_ORIGINS, and no page of {host} or blog.example"
    told = [line["event"] for line in trusting.log if line.get("refused") == words]
    assert {"socket", "request"} == set(told)


async def test_a_page_without_an_origin_is_none_of_a_server_without_a_name(trusting: Server) -> None:
    """As a sandboxed one is, and as HTTP/1.0 may leave out whom it is for."""
    body = b'{"query":"{ site { title } }"}'
    head = b"POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    heard = await say(trusting, head + b"Origin: null\r\n\r\n" + body)
    assert heard.startswith(b"HTTP/1.1 403")
    assert (await say(trusting, head + b"\r\n" + body)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "preface",
    [
        b"PROXY TCP4 192.0.2.1 127.0.0.1 40000 80\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\x7f\0\0\1\x9c\x40\0\x50",
    ],
)
async def test_the_proxy_protocol_is_refused(trusting: Server, preface: bytes) -> None:
    heard = await say(trusting, preface + b"GET /healthz HTTP/1.1\r\nHost: blog.example\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 400")
    assert b'"alive"' not in heard


@pytest.mark.parametrize(("peer", "expected"), [("::ffff:127.0.0.1", True), ("::ffff:192.0.2.1", False)])
async def test_a_proxy_is_known_on_a_socket_of_both_families(peer: str, expected: bool) -> None:
    seen = []

    async def application(scope: dict[str, object], *_: object) -> None:
        seen.append((scope["client"], scope[PROXIED]))

    headers = [(b"x-forwarded-for", b"2001:db8::1")]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    await TrustedProxies(application, ["127.0.0.0/8"])(scope, None, None)  # type: ignore[arg-type]
    assert seen == [(("2001:db8::1", 0) if expected else ("192.0.2.1", 1), expected)]
