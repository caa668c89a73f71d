"""The schema at its own address: what it says, to whom, and how caches ask for it again."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

import schema
from server.app import create_app
from server.application import SDL_PATH
from server.config.settings import Settings
from tests.server.running import Server

READER = "https://reader.example"


def client_of(**settings: Any) -> httpx.AsyncClient:
    """A client of an application whose lifespan has not begun: this address needs no database."""
    transport = httpx.ASGITransport(create_app(Settings(**settings)))
    return httpx.AsyncClient(transport=transport, base_url="http://blog.example")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(cors_origins=READER) as client:
        yield client


async def test_it_is_the_text_that_the_command_prints(client: httpx.AsyncClient) -> None:
    response = await client.get(SDL_PATH)
    assert (response.status_code, response.text) == (200, schema.sdl())
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "public, no-cache"
    assert response.headers["x-request-id"]


async def test_caches_ask_whether_it_has_changed(client: httpx.AsyncClient) -> None:
    etag = (await client.get(SDL_PATH)).headers["etag"]
    again = await client.get(SDL_PATH, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    changed = await client.get(SDL_PATH, headers={"if-none-match": '"another"'})
    assert changed.status_code == 200


async def test_pages_need_to_be_of_an_allowed_origin(client: httpx.AsyncClient) -> None:
    allowed = await client.get(SDL_PATH, headers={"origin": READER})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, READER)
    asked = {"origin": READER, "access-control-request-method": "GET"}
    preflight = await client.options(SDL_PATH, headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, READER)
    for method in ("GET", "OPTIONS"):
        other = await client.request(method, SDL_PATH, headers=asked | {"origin": "https://evil.example"})
        assert other.status_code == 403
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
async def test_it_is_only_for_reading(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, SDL_PATH)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (await client.options(SDL_PATH)).headers["allow"] == "GET, HEAD, OPTIONS"


async def test_a_site_without_introspection_says_that_it_does_not_show_it() -> None:
    async with client_of(introspection=False) as client:
        response = await client.get(SDL_PATH)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "introspection is turned off" in response.text
    assert response.headers["cache-control"] == "no-store"


async def test_its_head_has_no_body(sqlite_site: Server) -> None:
    async with httpx.AsyncClient(base_url=sqlite_site.url) as client:
        got, head = await client.get(SDL_PATH), await client.head(SDL_PATH)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type"):
        assert head.headers[name] == got.headers[name]
