"""Which pages may call the API."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.server.tiny import client_of, happened, tiny_app

ALLOWED = "https://reader.example"
TOUCH = {"query": "mutation { touch }"}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(tiny_app(cors_origins=(ALLOWED,))) as client:
        yield client


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


async def test_a_preflight_from_an_allowed_origin(client: httpx.AsyncClient) -> None:
    headers = {
        "origin": ALLOWED,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
        "sec-fetch-site": "cross-site",
    }
    response = await client.options("/graphql", headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == ALLOWED
    assert "POST" in response.headers["access-control-allow-methods"]
    assert {"authorization", "content-type"} <= set(
        response.headers["access-control-allow-headers"].split(", ")
    )


async def test_a_preflight_from_another_origin_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    response = await client.options("/graphql", headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


async def test_a_star_allows_every_origin() -> None:
    async with client_of(tiny_app(cors_origins=("*",))) as client:
        response = await client.post("/graphql", json=TOUCH, headers={"origin": "https://any.example"})
    assert response.json() == {"data": {"touch": 1}}
    assert response.headers["access-control-allow-origin"] == "*"
