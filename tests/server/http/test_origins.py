"""Which pages may call the API."""

from collections.abc import AsyncIterator

import httpx
import pytest

from server.config import policies
from server.config.environment import load_settings
from server.http.origins import PREFLIGHT_HEADERS, Origins
from tests.server.tiny import client_of, happened, tiny_app

ALLOWED = "https://reader.example"
TOUCH = {"query": "mutation { touch }"}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(tiny_app(cors_origins=(ALLOWED,))) as client:
        yield client


def test_pages_that_have_conversations_here_may_call() -> None:
    named = "https://else.example, http://localhost:*"
    allowed = Origins(policies.origins(load_settings(embed_origins=named)))
    headers = {b"host": b"blog.example", b"sec-fetch-site": b"cross-site"}
    assert allowed.admits({**headers, b"origin": b"https://else.example"})
    assert allowed.admits({**headers, b"origin": b"http://localhost:1313"})
    assert not allowed.admits({**headers, b"origin": b"http://else.example"})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://other.blog.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://blog.example.evil.example"},
        {"origin": "http://blog.example:81"},
        {"origin": "garbage"},
        {"origin": "https://READER.example.evil"},
        {"origin": "http://blog.example, https://evil.example"},
        {"origin": "ftp://blog.example"},
        {"origin": "//blog.example"},
        {"origin": "https://blog.example@evil.example"},
        {"origin": "https://blog.example."},
        {"origin": "https://blog.example:443"},
        {"origin": "https://blog.example:8443", "host": "blog.example"},
        {"origin": "https://blog.example", "host": "blog.example:8443"},
        {"origin": "https://blog.example", "host": "blog.example:80443"},
        {"origin": "https://blog.example", "host": "blog.example:443:443"},
        {"origin": "null", "host": ""},
        {"origin": "", "host": ""},
        {"origin": "", "host": "blog.example"},
        {"origin": "https://evil.example", "x-forwarded-host": "evil.example"},
        {"origin": "http://blog.example:81", "x-forwarded-port": "81"},
        {"origin": "https://evil.example", "forwarded": "host=evil.example"},
        {"origin": "http://[::1]:81", "host": "[::1]:80"},
    ],
)
async def test_pages_of_other_sites_are_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post("/graphql", json=TOUCH, headers=headers)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"] == {"code": "CROSS_SITE"}
    assert "CAUSERIE_CORS_ORIGINS" in response.json()["errors"][0]["message"]
    assert "access-control-allow-origin" not in response.headers
    assert happened.touched == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "origin": "http://blog.example"},
        {"sec-fetch-site": "none"},
        {"origin": "http://blog.example"},
        {"origin": "https://blog.example"},
        {"origin": "https://blog.example", "host": "blog.example:443"},
        {"origin": "https://blog.example", "host": "blog.example:80"},
        {"origin": "http://blog.example", "host": "blog.example:80"},
        {"origin": "https://blog.example:8443", "host": "blog.example:8443"},
        {"origin": "https://blog.example", "host": "BLOG.Example"},
        {"origin": "HTTPS://BLOG.EXAMPLE", "host": "blog.example:443"},
        {"origin": "https://blog.example.", "host": "blog.example."},
        {"origin": "http://[::1]:8000", "host": "[::1]:8000"},
        {"origin": "http://[2001:db8::A]", "host": "[2001:DB8::a]:80"},
        {"origin": "http://192.0.2.1", "host": "192.0.2.1:80"},
        {"origin": "http://blog", "host": "blog"},
    ],
)
async def test_our_own_pages_and_programs_are_served(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.post("/graphql", json=TOUCH, headers=headers)
    assert response.json() == {"data": {"touch": 1}}
    assert "access-control-allow-origin" not in response.headers


async def test_pages_of_an_allowed_origin_are_served(client: httpx.AsyncClient) -> None:
    headers = {"origin": ALLOWED, "sec-fetch-site": "cross-site"}
    response = await client.post("/graphql", json=TOUCH, headers=headers)
    assert response.json() == {"data": {"touch": 1}}
    assert response.headers["access-control-allow-origin"] == ALLOWED
    assert "x-request-id" in response.headers["access-control-expose-headers"]
    refused = await client.post("/graphql", content=b"", headers=headers)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (415, ALLOWED)


PREFLIGHT = {"access-control-request-method": "POST", "sec-fetch-site": "cross-site"}


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("authorization,content-type", "authorization, content-type"),
        (
            "apollo-require-preflight,apollographql-client-name,content-type,x-apollo-operation-name",
            "apollo-require-preflight, apollographql-client-name, content-type, x-apollo-operation-name",
        ),
        ("baggage , Sentry-Trace,\ttraceparent", "baggage, sentry-trace, traceparent"),
        ("x_legacy.name!", "x_legacy.name!"),
    ],
)
async def test_an_allowed_origin_may_send_the_headers_that_it_asks_for(
    client: httpx.AsyncClient, asked: str, allowed: str
) -> None:
    headers = {**PREFLIGHT, "origin": ALLOWED, "access-control-request-headers": asked}
    response = await client.options("/graphql", headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == ALLOWED
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == allowed
    varies = response.headers["vary"].split(", ")
    assert {"origin", "access-control-request-headers", "access-control-request-method"} <= set(varies)


@pytest.mark.parametrize("asked", [None, "", "a b", "x: y", "a,,b", "é", "a;b", "(a)", '"a"', ","])
async def test_what_is_no_name_of_a_header_is_not_sent_back(
    client: httpx.AsyncClient, asked: str | None
) -> None:
    headers = {**PREFLIGHT, "origin": ALLOWED}
    if asked is not None:
        headers["access-control-request-headers"] = asked
    response = await client.options(
        "/graphql", headers=[(k.encode(), v.encode()) for k, v in headers.items()]
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-headers"].encode() == PREFLIGHT_HEADERS


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://reader.example:444", None])
async def test_a_preflight_from_another_origin_is_refused(
    client: httpx.AsyncClient, origin: str | None
) -> None:
    headers = {**PREFLIGHT, "access-control-request-headers": "content-type"}
    if origin is not None:
        headers["origin"] = origin
    response = await client.options("/graphql", headers=headers)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control-")]


async def test_a_star_allows_every_origin() -> None:
    async with client_of(tiny_app(cors_origins=("*",))) as client:
        response = await client.post("/graphql", json=TOUCH, headers={"origin": "https://any.example"})
    assert response.json() == {"data": {"touch": 1}}
    assert response.headers["access-control-allow-origin"] == "*"
