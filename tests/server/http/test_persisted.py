"""Hashes in place of documents, over HTTP and websockets, and servers that run listed documents only."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.graphql_client import Socket, socket
from tests.server.running import Server, command, is_one_line, running

LISTED = "query Listed($n: Int) { posts(first: $n) { nodes { id } } }"
FEED = "subscription Feed($post: ID) { commentAdded(post: $post) { id } }"
OTHER = "{ posts { totalCount } }"
RESPONSE = "application/graphql-response+json"


def digest(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()


def hashed(query: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(query)}}


def unique(name: str) -> str:
    """A document that no other test sends."""
    return f"query {name} {{ posts(first: 1) {{ nodes {{ id }} }} }}"


def code(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_document_is_registered_by_a_post_and_asked_for_by_both_methods(
    site: Server, client: httpx.AsyncClient, accept: str
) -> None:
    query = unique(f"By{site.url[-5:].strip(':')}{len(accept)}")
    headers = {"accept": accept}
    by_get = {"extensions": json.dumps(hashed(query))}
    for unknown in (
        await client.post("/graphql", json={"extensions": hashed(query)}, headers=headers),
        await client.get("/graphql", params=by_get, headers=headers),
    ):
        assert unknown.status_code == (200 if accept == "application/json" else 400)
        assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
        assert unknown.headers["cache-control"] == "no-store"
        assert "etag" not in unknown.headers
    body = {"query": query, "extensions": hashed(query)}
    first = await client.post("/graphql", json=body, headers=headers)
    assert len(first.json()["data"]["posts"]["nodes"]) == 1
    again = await client.post("/graphql", json={"extensions": hashed(query)}, headers=headers)
    assert again.json() == first.json()
    got = await client.get("/graphql", params=by_get, headers=headers)
    assert got.json() == first.json()
    assert got.headers["etag"]


async def test_a_document_is_registered_by_a_get(site: Server, client: httpx.AsyncClient) -> None:
    query = unique("ByGet")
    parameters = {"query": query, "extensions": json.dumps(hashed(query))}
    first = await client.get("/graphql", params=parameters)
    del parameters["query"]
    assert (await client.get("/graphql", params=parameters)).json() == first.json()


async def test_the_hash_of_another_document_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": unique("One"), "extensions": hashed(unique("Two"))}
    )
    assert code(response) == "PERSISTED_QUERY_MISMATCH"
    response = await client.post("/graphql", json={"extensions": hashed(unique("Two"))})
    assert code(response) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_mutation_by_its_hash_needs_post(client: httpx.AsyncClient) -> None:
    query = "mutation Hashed { signOut }"
    await client.post("/graphql", json={"query": query, "extensions": hashed(query)})
    by_get = await client.get("/graphql", params={"extensions": json.dumps(hashed(query))})
    assert (by_get.status_code, by_get.headers["allow"]) == (405, "POST")
    by_post = await client.post("/graphql", json={"extensions": hashed(query)})
    assert by_post.json() == {"data": {"signOut": False}}


async def told(one: Socket, payload: dict[str, Any], id_: str) -> str:
    """The code with which an operation on a socket is refused."""
    refused = await one.ask(payload, id_)
    assert refused["type"] == "error"
    found: str = refused["payload"][0]["extensions"]["code"]
    return found


async def test_hashes_over_a_socket(site: Server) -> None:
    query = unique("OverASocket")
    async with socket(site) as one:
        await one.init()
        for members in ({}, {"query": None}, {"query": ""}):
            assert (
                await told(one, {"extensions": hashed(query), **members}, "1") == "PERSISTED_QUERY_NOT_FOUND"
            )
        assert (
            await told(one, {"query": OTHER, "extensions": hashed(query)}, "2") == "PERSISTED_QUERY_MISMATCH"
        )
        first = await one.ask({"query": query, "extensions": hashed(query)}, "3")
        assert first["payload"]["data"]
        for members in ({}, {"query": None}, {"query": ""}):
            again = await one.ask({"extensions": hashed(query), **members}, "3")
            assert again["payload"] == first["payload"]
        for payload in ({"query": ""}, {"query": "", "extensions": {}}):
            assert await told(one, payload, "4") == "BAD_REQUEST"


async def test_a_subscription_by_its_hash(site: Server) -> None:
    async with socket(site) as one:
        await one.init()
        await one.say(type="subscribe", id="1", payload={"query": FEED, "extensions": hashed(FEED)})
        await one.say(type="subscribe", id="2", payload={"extensions": hashed(FEED)})
        assert (await one.ask({"query": "{ __typename }"}, "3"))["payload"] == {
            "data": {"__typename": "Query"}
        }


async def test_documents_by_their_id_on_every_way(site: Server, client: httpx.AsyncClient) -> None:
    """GraphQL over HTTP, appendix A."""
    query = unique("Identified")
    named = {"documentId": f"sha256:{digest(query)}"}
    for unknown in (
        await client.post("/graphql", json=named, headers={"accept": RESPONSE}),
        await client.get("/graphql", params=named, headers={"accept": RESPONSE}),
    ):
        assert (unknown.status_code, code(unknown)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    async with socket(site) as one:
        await one.init()
        assert await told(one, named, "1") == "PERSISTED_QUERY_NOT_FOUND"
        first = await client.post("/graphql", json={"query": query, **named})
        assert len(first.json()["data"]["posts"]["nodes"]) == 1
        for _ in range(3):  # the last ones are kept answers
            assert (await client.post("/graphql", json=named)).content == first.content
        assert (await client.get("/graphql", params=named)).content == first.content
        assert (await one.ask(named, "2"))["payload"] == first.json()
    for body in (named, {"documentId": digest(query)}, {"extensions": hashed(query)}):
        streamed = await client.post("/graphql", json=body, headers={"accept": "text/event-stream"})
        assert f"data: {first.text}" in streamed.text
    wrong = await client.post("/graphql", json={"query": OTHER, **named})
    assert code(wrong) == "PERSISTED_QUERY_MISMATCH"


@pytest.mark.parametrize("identifier", [7, [], {}, True])
async def test_a_document_id_that_is_no_text(
    site: Server, client: httpx.AsyncClient, identifier: object
) -> None:
    body = {"documentId": identifier, "query": OTHER}
    response = await client.post("/graphql", json=body)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")
    async with socket(site) as one:
        await one.init()
        assert await told(one, body, "1") == "BAD_REQUEST"


@pytest.mark.parametrize("identifier", [None, ""])
async def test_an_empty_document_id_is_none(client: httpx.AsyncClient, identifier: str | None) -> None:
    response = await client.post("/graphql", json={"documentId": identifier, "query": OTHER})
    assert response.json()["data"]
    response = await client.post("/graphql", json={"documentId": identifier})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


# Servers with a list.


@pytest.fixture(scope="module")
def trusting(module_sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    listed = tmp_path_factory.mktemp("trusting") / "trusted.json"
    listed.write_text(json.dumps({digest(LISTED).upper(): LISTED, f"sha256:{digest(FEED)}": FEED}))
    with running(module_sqlite_url, "--demo", trusted_documents=listed) as server:
        yield server


@pytest.fixture
async def careful(trusting: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=trusting.url) as client:
        yield client


async def test_listed_documents_run(careful: httpx.AsyncClient) -> None:
    variables = {"n": 2}
    responses = [
        await careful.post("/graphql", json={"extensions": hashed(LISTED), "variables": variables}),
        await careful.post("/graphql", json={"query": LISTED, "variables": variables}),
        await careful.post(
            "/graphql", json={"query": LISTED, "extensions": hashed(LISTED), "variables": variables}
        ),
        await careful.get(
            "/graphql", params={"extensions": json.dumps(hashed(LISTED)), "variables": '{"n": 2}'}
        ),
        await careful.post(
            "/graphql", json={"documentId": f"sha256:{digest(LISTED)}", "variables": variables}
        ),
        await careful.get("/graphql", params={"documentId": digest(LISTED), "variables": '{"n": 2}'}),
    ]
    assert [len(answer.json()["data"]["posts"]["nodes"]) for answer in responses] == [2] * 6


async def test_others_do_not(careful: httpx.AsyncClient) -> None:
    for body in (
        {"query": OTHER},
        {"query": LISTED + " "},
        {"query": OTHER, "extensions": hashed(OTHER)},
        {"extensions": hashed(OTHER)},
        {"documentId": f"sha256:{digest(OTHER)}"},
        {"query": OTHER, "documentId": f"sha256:{digest(OTHER)}"},
        {"query": "{ __typename }"},
        {"query": "{ __schema { types { name } } }"},
    ):
        assert code(await careful.post("/graphql", json=body)) == "DOCUMENT_NOT_TRUSTED"
    refused = await careful.get("/graphql", params={"query": OTHER})
    assert code(refused) == "DOCUMENT_NOT_TRUSTED"


async def test_sockets_are_no_way_round(trusting: Server) -> None:
    async with socket(trusting) as one:
        await one.init()
        for payload in (
            {"query": OTHER},
            {"query": FEED.replace("id }", "body }")},
            {"extensions": hashed(OTHER)},
        ):
            assert await told(one, payload, "1") == "DOCUMENT_NOT_TRUSTED"
        assert (await one.ask({"extensions": hashed(LISTED)}, "2"))["payload"]["data"]
        assert (await one.ask({"documentId": f"sha256:{digest(LISTED)}"}, "3"))["payload"]["data"]


BROKEN = {
    "nothing": None,
    "no JSON": "{",
    "a list": "[]",
    "a number for a document": '{"a": 1}',
    "another's hash": json.dumps({digest(OTHER): LISTED}),
    "a name for a hash": json.dumps({"Listed": LISTED}),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_list_is_refused_at_start_in_one_line(
    new_sqlite_url: str, tmp_path: Path, text: str | None
) -> None:
    listed = tmp_path / "trusted.json"
    if text is not None:
        listed.write_text(text)
    ended = command("serve", "--port", "0", "--database", new_sqlite_url, trusted_documents=listed)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert is_one_line(ended.stderr)
    assert ended.stderr.startswith("CAUSERIE_TRUSTED_DOCUMENTS")
    assert str(listed) in ended.stderr


def test_documents_that_cannot_run_are_all_named_at_start_and_by_check(
    sqlite_url: str, tmp_path: Path
) -> None:
    bad = ["{ posts {", "{ nothing }", "query ($s: String) { post(by: {slug: $s}) { id } }"]
    listed = tmp_path / "trusted.json"
    listed.write_text(json.dumps({digest(text): text for text in (LISTED, FEED, *bad)}))
    for arguments in (("serve", "--port", "0"), ("check",)):
        ended = command(*arguments, "--database", sqlite_url, trusted_documents=listed)
        lines = ended.stderr.splitlines()
        assert (ended.returncode, len(lines)) == (1, 3)
        assert all(
            line.startswith(f"CAUSERIE_TRUSTED_DOCUMENTS: the document {digest(text)} ")
            for line, text in zip(lines, bad, strict=True)
        )
        assert "Syntax Error" in lines[0]
        assert "Cannot query field 'nothing'" in lines[1]
