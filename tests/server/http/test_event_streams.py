"""Event streams of the real server: who gets one, what is on it, and when it ends."""

import asyncio
import hashlib
import json
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.server.graphql_client import sign_in, socket
from tests.server.running import Server, running
from tests.streaming import Stream, asking, connected, request

FEED = """
    subscription ($post: ID) { commentFeed(post: $post) { ... on CommentAdded { comment { body } } } }
"""
PLAIN = "subscription ($post: ID) { commentAdded(post: $post) { body } }"
ADD = "mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id } } }"
TITLE = "{ site { title } }"
COMPLETE = "event: complete\ndata: "
HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
}


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


async def got(stream: Stream, query: str, **headers: str) -> None:
    """Ask by GET."""
    await stream.ask(request("GET", f"/graphql?{urlencode({'query': query})}", **headers))


async def newest_post(client: httpx.AsyncClient) -> str:
    answer = await client.post("/graphql", json={"query": "{ posts(first: 1) { nodes { id } } }"})
    id_: str = answer.json()["data"]["posts"]["nodes"][0]["id"]
    return id_


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_is_answered_and_completed(site: Server, method: str) -> None:
    async with connected(port_of(site)) as stream:
        if method == "GET":
            await got(stream, TITLE)
        else:
            await stream.ask(request("POST", "/graphql", {"query": TITLE}))
        assert stream.status == 200
        assert HEADERS.items() <= stream.headers.items()
        assert "x-request-id" in stream.headers
        await stream.begun()
        assert await stream.rest() == ['event: next\ndata: {"data":{"site":{"title":"Causerie"}}}', COMPLETE]


async def test_a_nested_answer_is_one_message(site: Server, client: httpx.AsyncClient) -> None:
    query = "{ posts(first: 3) { nodes { title comments(first: 3) { nodes { body author { name } } } } } }"
    plain = (await client.post("/graphql", json={"query": query})).json()
    async with asking(port_of(site), query) as stream:
        await stream.begun()
        assert await stream.answer() == plain
        assert await stream.rest() == [COMPLETE]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (FEED, '{{"data":{{"commentFeed":{{"comment":{{"body":"{0}"}}}}}}}}'),
        (PLAIN, '{{"data":{{"commentAdded":{{"body":"{0}"}}}}}}'),
    ],
)
async def test_comments_come_with_their_places_and_are_resumed_behind_them(
    site: Server, client: httpx.AsyncClient, query: str, told: str
) -> None:
    post = await newest_post(client)
    headers = {"authorization": f"Bearer {await sign_in(client, 'claire@example.org')}"}

    async def comment(body: str) -> None:
        variables = {"input": {"post": post, "body": body}}
        await client.post("/graphql", json={"query": ADD, "variables": variables}, headers=headers)

    async with asking(port_of(site), query, {"post": post}) as stream:
        await stream.begun()
        assert (await stream.hear()).startswith("id: ")
        await comment("first")
        event, place, data = (await stream.hear()).split("\n")
        assert event == "event: next"
        assert json.loads(data.removeprefix("data: ")) == json.loads(told.format("first"))
    await comment("second")
    last = place.removeprefix("id: ")
    async with asking(port_of(site), query, {"post": post}, Last_Event_ID=last) as stream:
        await stream.begun()
        assert await stream.answer() == json.loads(told.format("second"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ site {", "GRAPHQL_PARSE_FAILED"),
        ("{ unknown }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ posts(first: -1) { totalCount } }", "BAD_USER_INPUT"),
        ('subscription { commentFeed(after: "x") { __typename } }', "BAD_USER_INPUT"),
        ('subscription { commentFeed(post: "x") { __typename } }', "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_with_an_operation_is_told_on_its_stream(
    sqlite_site: Server, query: str, code: str
) -> None:
    async with asking(port_of(sqlite_site), query) as stream:
        assert stream.status == 200
        await stream.begun()
        answer = await stream.answer()
        assert await stream.rest() == [COMPLETE]
    assert set(answer) == {"errors"}
    assert answer["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (
            request("GET", "/graphql?" + urlencode({"query": "mutation { signOut }"})),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (request("PUT", "/graphql", {"query": TITLE}), 405, "METHOD_NOT_ALLOWED"),
        (request("GET", "/graphql"), 400, "BAD_REQUEST"),
        (request("POST", "/graphql", []), 400, "BAD_REQUEST"),
        (request("POST", "/graphql", {"query": 7}), 400, "BAD_REQUEST"),
        (request("POST", "/graphql", {"query": FEED}, Last_Event_ID="x"), 400, "BAD_USER_INPUT"),
        (request("POST", "/graphql", {"query": FEED}, Authorization="Bearer x"), 401, "INVALID_TOKEN"),
        (request("POST", "/graphql", {"query": FEED}, Authorization="Basic x"), 401, "INVALID_AUTHORIZATION"),
        (request("POST", "/graphql", {"query": FEED}, Sec_Fetch_Site="cross-site"), 403, "CROSS_SITE"),
        (request("GET", "/graphql?query=x", Origin="https://elsewhere.example"), 403, "CROSS_SITE"),
    ],
)
async def test_what_is_wrong_with_a_request_is_a_plain_answer(
    sqlite_site: Server, asked: bytes, status: int, code: str
) -> None:
    """EventSource gives up for good at any status but 200, as it should: the same again would not help."""
    async with connected(port_of(sqlite_site)) as stream:
        await stream.ask(asked)
        assert stream.status == status
        assert stream.headers["content-type"].startswith("application/json")
        (error,) = (await stream.body())["errors"]
    assert error["extensions"] == {"code": code}
    assert sqlite_site.events("bug") == []


async def test_a_bad_token_reads_what_is_public_and_is_told_so(sqlite_site: Server) -> None:
    async with asking(port_of(sqlite_site), "{ viewer { name } }", Authorization="Bearer x") as stream:
        await stream.begun()
        answer = await stream.answer()
    assert answer["data"] == {"viewer": None}
    assert answer["extensions"]["authentication"]["code"] == "INVALID_TOKEN"


async def test_who_would_as_soon_have_json_gets_it(sqlite_site: Server) -> None:
    async with httpx.AsyncClient(base_url=sqlite_site.url) as client:
        for accept in ("application/json, text/event-stream", "text/event-stream;q=0.5, */*"):
            response = await client.post("/graphql", json={"query": TITLE}, headers={"accept": accept})
            assert response.headers["content-type"].startswith("application/json")
        refused = await client.post("/graphql", json={"query": FEED})
        unseen = await client.head(
            "/graphql", params={"query": FEED}, headers={"accept": "text/event-stream"}
        )
    assert "text/event-stream" in refused.json()["errors"][0]["message"]
    assert unseen.status_code == 406


@pytest.mark.parametrize(
    "accept",
    [
        "application/json, text/event-stream",
        "application/graphql-response+json, text/event-stream;q=0.1",
        "text/event-stream;q=0.5, */*",
    ],
)
async def test_a_subscription_is_a_stream_whenever_one_is_named(
    site: Server, client: httpx.AsyncClient, accept: str
) -> None:
    async with asking(port_of(site), FEED, Accept=accept) as stream:
        assert (stream.status, HEADERS.items() <= stream.headers.items()) == (200, True)
        await stream.begun()
        assert (await stream.hear()).startswith("id: ")
    async with connected(port_of(site)) as stream:
        await got(stream, PLAIN, Accept=accept)
        assert stream.headers["content-type"] == HEADERS["content-type"]
    asked = {"query": "mutation { signOut }"}
    response = await client.post("/graphql", json=asked, headers={"accept": accept})
    assert response.json() == {"data": {"signOut": False}}


@pytest.mark.parametrize("accept", ["application/json, text/event-stream;q=0", "application/json", "*/*"])
async def test_a_subscription_without_a_stream_named_is_refused(
    client: httpx.AsyncClient, accept: str
) -> None:
    response = await client.post("/graphql", json={"query": FEED}, headers={"accept": accept})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NEEDS_WEBSOCKET"


async def test_a_client_of_http_1_0_has_no_chunks(site: Server, client: httpx.AsyncClient) -> None:
    post = await newest_post(client)
    headers = {"authorization": f"Bearer {await sign_in(client, 'claire@example.org')}"}
    query = f'subscription {{ commentAdded(post: "{post}") {{ body }} }}'
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(site))
    writer.write(request("POST", "/graphql", {"query": query}).replace(b"HTTP/1.1", b"HTTP/1.0"))
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"transfer-encoding" not in head
        assert b"content-length" not in head
        assert b"connection: close" in head
        assert (await reader.readuntil(b"\n\n")).startswith(b"retry: ")
        assert (await reader.readuntil(b"\n\n")).startswith(b"id: ")
        for body in ("first", "second"):
            variables = {"input": {"post": post, "body": body}}
            await client.post("/graphql", json={"query": ADD, "variables": variables}, headers=headers)
            event = await reader.readuntil(b"\n\n")
            assert event.startswith(b"event: next\nid: ")
            assert json.loads(event.partition(b"data: ")[2]) == {"data": {"commentAdded": {"body": body}}}
    writer.close()


async def test_streams_and_answers_in_http_1_0_end_with_the_connection(site: Server) -> None:
    for accept, expected in (("text/event-stream", COMPLETE.encode()), ("application/json", b"Causerie")):
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(site))
        asked = request("POST", "/graphql", {"query": TITLE}, Accept=accept)
        writer.write(asked.replace(b"HTTP/1.1", b"HTTP/1.0"))
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        assert b"transfer-encoding" not in answer
        assert expected in answer
    assert site.events("bug") == []


async def test_persisted_queries_and_pages_of_other_origins_have_streams_too(sqlite_url: str) -> None:
    hashed = hashlib.sha256(TITLE.encode()).hexdigest()
    extensions = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": hashed}})
    with running(sqlite_url, cors_origins="https://reader.example") as server:
        async with connected(port_of(server)) as stream:
            for query, expected in (({}, "PERSISTED"), ({"query": TITLE}, "Causerie"), ({}, "Causerie")):
                target = "/graphql?" + urlencode({"extensions": extensions, **query})
                await stream.ask(
                    request("GET", target, Origin="https://reader.example", Sec_Fetch_Site="cross-site")
                )
                assert stream.headers["access-control-allow-origin"] == "https://reader.example"
                await stream.begun()
                assert expected in json.dumps(await stream.answer())
                assert await stream.rest() == [COMPLETE]


async def test_only_listed_documents_have_streams_where_there_is_a_list(
    sqlite_url: str, tmp_path: Path
) -> None:
    listed = tmp_path / "trusted.json"
    listed.write_text(json.dumps({hashlib.sha256(FEED.encode()).hexdigest(): FEED}))
    with running(sqlite_url, trusted_documents=listed) as server:
        async with asking(port_of(server), FEED) as stream:
            await stream.begun()
            assert (await stream.hear()).startswith("id: ")
        async with asking(port_of(server), FEED + " ") as stream:
            await stream.begun()
            (error,) = (await stream.answer())["errors"]
    assert error["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_signing_out_ends_the_streams_of_the_session_for_good(
    site: Server, client: httpx.AsyncClient
) -> None:
    ended, kept = [f"Bearer {await sign_in(client, 'claire@example.org')}" for _ in range(2)]
    async with (
        asking(port_of(site), FEED, Authorization=ended) as one,
        asking(port_of(site), FEED, Authorization=kept) as other,
    ):
        for stream in (one, other):
            await stream.begun()
            await stream.hear()
        await client.post(
            "/graphql", json={"query": "mutation { signOut }"}, headers={"authorization": ended}
        )
        assert await one.rest() == [": The session has ended"]
        post = await newest_post(client)
        variables = {"input": {"post": post, "body": "Who is still here?"}}
        await client.post(
            "/graphql", json={"query": ADD, "variables": variables}, headers={"authorization": kept}
        )
        assert "Who is still here?" in json.dumps(await other.answer())
    async with asking(port_of(site), FEED, Authorization=ended) as again:
        assert again.status == 401


async def test_an_address_has_only_so_many_live_connections(sqlite_url: str) -> None:
    limits = {"connections_per_address": 2, "trusted_proxies": "127.0.0.1"}
    here, there = "2001:db8:0:1::1", "2001:db8:0:2::1"
    with running(sqlite_url, **limits) as server:
        port = port_of(server)
        async with (
            asking(port, FEED, X_Forwarded_For=here) as first,
            socket(server, **{"X-Forwarded-For": "2001:db8:0:1::2"}) as second,  # of the same network
        ):
            await first.begun()
            await second.init()
            async with asking(port, FEED, X_Forwarded_For=here) as third:
                assert (third.status, third.headers["retry-after"]) == (429, "30")
                (error,) = (await third.body())["errors"]
                assert error["extensions"] == {"code": "TOO_MANY_CONNECTIONS"}
            async with socket(server, **{"X-Forwarded-For": here}) as third_socket:
                assert await third_socket.closed() == 4433
            async with asking(port, FEED, X_Forwarded_For=there) as elsewhere:
                assert elsewhere.status == 200
            async with httpx.AsyncClient(base_url=server.url, headers={"X-Forwarded-For": here}) as client:
                assert (await client.post("/graphql", json={"query": TITLE})).status_code == 200
    (warning,) = [line["event"] for line in server.log if "live connections" in str(line.get("event"))]
    assert warning.startswith("2001:db8:0:1::/64 has 2 live connections")


async def test_a_stopping_server_ends_its_streams_and_stops(sqlite_url: str) -> None:
    with running(sqlite_url, stream_retry="100s", websocket_ping_interval="100ms") as server:
        async with asking(port_of(server), FEED) as stream:
            assert 50_000 <= int(await stream.begun()) <= 150_000
            await stream.hear()
            assert await stream.hear() == ":"
            server.ask_to_stop()
            assert (await stream.rest())[-1] == ": Service restart"
        assert await asyncio.to_thread(server.process.wait, 10) == 0
    (line,) = server.events("request")
    assert (line["status"], line["path"]) == (200, "/graphql")
    assert server.unstructured == []
