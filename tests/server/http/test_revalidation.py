"""GET: entity tags, what caches may do, and what it costs to ask."""

from typing import Any

import httpx
import pytest

from tests.server.graphql_client import sign_in
from tests.server.running import Server
from tests.server.tiny import client_of, tiny_app

TITLE = {"query": "{ site { title } }"}


async def test_what_has_not_changed_is_not_sent_again(site: Server, client: httpx.AsyncClient) -> None:
    first = await client.get("/graphql", params=TITLE)
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, no-cache"
    for tags in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = await client.get("/graphql", params=TITLE, headers={"if-none-match": tags})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["cache-control"]) == (etag, "public, no-cache")
        assert again.headers["vary"] == first.headers["vary"]
        assert again.headers["x-request-id"]
        assert "content-type" not in again.headers
    for tags in ('"x"', "", etag.strip('"')):
        again = await client.get("/graphql", params=TITLE, headers={"if-none-match": tags})
        assert (again.status_code, again.content) == (200, first.content)


async def test_head_says_what_get_would(client: httpx.AsyncClient) -> None:
    got = await client.get("/graphql", params=TITLE)
    head = await client.head("/graphql", params=TITLE)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "cache-control", "content-type", "content-length", "vary"):
        assert head.headers[name] == got.headers[name]
    tags = {"if-none-match": got.headers["etag"]}
    assert (await client.head("/graphql", params=TITLE, headers=tags)).status_code == 304


async def test_another_answer_has_another_tag(client: httpx.AsyncClient) -> None:
    tags = {
        (await client.get("/graphql", params={"query": f"{{ a{n}: __typename }}"})).headers["etag"]
        for n in range(3)
    }
    assert len(tags) == 3


async def test_what_somebody_sees_is_for_private_caches(site: Server, client: httpx.AsyncClient) -> None:
    who = {"query": "{ viewer { username } }"}
    token = await sign_in(client, "julien@example.org")
    signed_in = await client.get("/graphql", params=who, headers={"authorization": f"Bearer {token}"})
    anonymous = await client.get("/graphql", params=who)
    assert signed_in.headers["cache-control"] == "private, no-cache"
    assert anonymous.headers["cache-control"] == "public, no-cache"
    assert signed_in.headers["etag"] != anonymous.headers["etag"]
    assert "authorization" in anonymous.headers["vary"]


@pytest.mark.parametrize(
    "query", ["{ unknown }", "{ posts(first: -1) { totalCount } }", "{ site {", "mutation { signOut }"]
)
async def test_what_failed_is_for_no_cache(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get("/graphql", params={"query": query}, headers={"if-none-match": "*"})
    assert response.status_code in (200, 405)
    assert response.json()["errors"]
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


async def test_an_answer_with_an_error_is_for_no_cache() -> None:
    async with client_of(tiny_app()) as client:
        response = await client.get("/graphql", params={"query": "{ hello bug }"})
    assert response.json()["data"] == {"hello": "Hello world", "bug": None}
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


async def test_post_is_for_no_cache(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=TITLE, headers={"if-none-match": "*"})
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


async def test_what_it_costs(client: httpx.AsyncClient) -> None:
    query = "query ($n: Int) { posts(first: $n) { nodes { a: title author { id } } } site { title } }"
    body: dict[str, Any] = {"query": query, "variables": {"n": 7}}
    response = await client.post("/graphql", json=body, headers={"graphql-cost": "1"})
    cost = response.json()["extensions"]["cost"]
    assert {name: each["asked"] for name, each in cost.items()} == {
        "depth": 4,
        "nesting": 4,
        "fields": 7,
        "aliases": 1,
        "directives": 0,
        "root_fields": 2,
        "rows": 14,
    }
    assert cost["rows"]["allowed"] == 50_000
    plain = await client.post("/graphql", json=body)
    assert "extensions" not in plain.json()
    assert "graphql-cost" in plain.headers["vary"]


async def test_pages_of_allowed_origins_may_ask_for_the_cost_and_read_the_tag() -> None:
    origin = "https://reader.example"
    asked = {"origin": origin, "access-control-request-method": "GET"}
    async with client_of(tiny_app(cors_origins=(origin,))) as client:
        preflight = await client.options("/graphql", headers=asked)
        answer = await client.get("/graphql", params={"query": "{ hello }"}, headers={"origin": origin})
    allowed = preflight.headers["access-control-allow-headers"].split(", ")
    assert {"graphql-cost", "if-none-match"} <= set(allowed)
    assert "etag" in answer.headers["access-control-expose-headers"].split(", ")
