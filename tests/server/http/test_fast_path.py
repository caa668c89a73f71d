"""The fast path of a request gives what the fallback gives, takes what it should, and nothing else."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from uvicorn.server import ServerState

from live.connections.parts import PARTS
from server.app import create_app
from server.application import Parts
from server.config.environment import load_settings
from server.protocol.http_protocol import ANSWERS_PER_READ, HTTPProtocol
from tests import factories
from tests.server.protocol.test_http_protocol import HEAD, QUERY, request, say
from tests.server.running import Server
from tests.server.tiny import client_of

JSON_HEADERS = [(b"host", b"blog.example"), (b"content-type", b"application/json")]
POSTS = "query Posts($first: Int) { posts(first: $first) { nodes { title author { name } } } }"
ADD = 'mutation { addComment(input: {post: "post_1", body: "b"}) { __typename } }'


def body(query: str, **variables: Any) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def comparable(heard: bytes) -> bytes:
    """A response without what is another one each time."""
    return re.sub(rb"(?m)^(date|x-request-id): .*\r\n", b"", heard)


async def both_ways(server: Server, sent: bytes, *headers: bytes) -> tuple[bytes, bytes]:
    """The answers to a request in one piece, and to one whose body comes later, which the fallback answers."""
    whole = request(sent, *headers)
    split = whole.index(b"\r\n\r\n") + 4
    for _ in range(3):  # until its statements have proved to be short, and its answer is kept
        await say(server, whole.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"))
    close = b'{"query":"{"}'  # any answer, after which the server hangs up
    end = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(close) + close
    short = await say(server, whole + end)
    ordinary = await say(server, whole[:split], whole[split:] + end, wait=0.1)
    return comparable(short), comparable(ordinary)


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        (QUERY, []),
        (QUERY, [b"Accept: application/graphql-response+json"]),
        (QUERY, [b"Accept: application/json;q=0.5, text/event-stream;q=0.1"]),
        (QUERY, [b"Accept: text/html"]),
        (QUERY, [b"Accept: application/json", b"Accept: application/graphql-response+json"]),
        (QUERY, [b"Origin: http://blog.example"]),
        (QUERY, [b"Origin: http://evil.example"]),
        (QUERY, [b"Sec-Fetch-Site: cross-site"]),
        (QUERY, [b"GraphQL-Cost: 1"]),
        (QUERY, [b"Authorization: Bearer nonsense"]),
        (QUERY, [b"Authorization:"]),
        (body(POSTS, first=2), []),
        (body(POSTS, first=None), []),
        (body(POSTS), []),
        (body(POSTS, first="x"), []),
        (body(POSTS, first=-1), []),
        (body("query ($id: ID!) { post(by: {id: $id}) { title } }", id="post_22"), []),
        (body("query ($id: ID!) { post(by: {id: $id}) { title } }", id="post_999"), []),
        (body("query ($id: ID!) { post(by: {id: $id}) { title } }", id="a\0b"), []),
        (body('{ a: posts(first: 1) { nodes { id } } __typename node(id: "post_1") { id } }'), []),
        (body("{ posts { totalCount } __schema { queryType { name } } }"), []),
        (body("{ viewer { id } }"), []),
        (body("{ nothing }"), []),
        (body(ADD), []),
        (body("subscription { commentAdded { id } }"), []),
        (b"{", []),
        (b"[]", []),
        (b"", []),
    ],
)
async def test_both_ways_answer_byte_for_byte_the_same(
    sqlite_site: Server, sent: bytes, headers: list[bytes]
) -> None:
    short, ordinary = await both_ways(sqlite_site, sent, *headers)
    assert short.startswith(b"HTTP/1.1 ")
    assert short == ordinary


async def test_requests_of_both_kinds_follow_each_other_in_order(sqlite_site: Server) -> None:
    sent = [body(POSTS, first=1), body(ADD), QUERY, body("{ nothing }"), body(POSTS, first=1), QUERY]
    for each in sent:
        await say(sqlite_site, request(each, b"Connection: close"))
    heard = await say(sqlite_site, b"".join(map(request, sent)))
    responses = re.findall(rb'"(nodes|__typename|site|nothing)', heard.replace(b"'nothing'", b'"nothing'))
    assert responses == [b"nodes", b"__typename", b"site", b"nothing", b"nodes", b"site"]


async def test_a_request_that_was_answered_at_once_is_logged(sqlite_site: Server) -> None:
    sent = body("query ShortAndLogged { posts(first: 1) { nodes { id } } }")
    for number in range(5):
        heard = await say(
            sqlite_site, request(sent, b"X-Request-Id: short-%d" % number, b"Connection: close")
        )
        assert b"x-request-id: short-%d\r\n" % number in heard
    await say(sqlite_site, request(sent, b"X-Request-Id: short-5") + request(b"{", b"Connection: close"))
    lines = sqlite_site.requests("ShortAndLogged", 6)
    assert [line["request_id"] for line in lines] == [f"short-{number}" for number in range(6)]
    first, last = lines[0], lines[-1]
    assert last.keys() == first.keys()
    assert [last[name] for name in ("method", "path", "status", "viewer", "level")] == [
        *("POST", "/graphql", 200, None, "info")
    ]


class Site:
    """Both ways of one application, without a connection between."""

    def __init__(self, parts: Parts) -> None:
        assert parts.protocol.fast_path is not None
        self.fast_path = parts.protocol.fast_path
        self.ordinary = client_of(Starlette(routes=[Route("/graphql", parts.graphql)]))

    async def ask(self, sent: bytes) -> None:
        """Ask the fallback until the statements must have proved to be short."""
        for _ in range(10):
            await self.ordinary.post("/graphql", content=sent, headers={"content-type": "application/json"})

    def takes(self, sent: bytes, *more: tuple[bytes, bytes]) -> bool:
        return self.fast_path.answer([*JSON_HEADERS, *more], sent) is not None


@pytest.fixture(params=["0", "1MiB"], ids=["nothing kept", "answers kept"])
async def site(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Site]:
    app = create_app(load_settings(database=sqlite_url, answer_cache=request.param))
    async with app.running() as parts:
        yield Site(parts)


async def test_what_has_proved_to_be_short_is_answered_at_once(site: Site) -> None:
    sent = body(POSTS, first=3)
    assert not site.takes(sent)
    await site.ask(sent)
    assert site.takes(sent)
    assert site.takes(body(POSTS, first=4))
    assert site.takes(body(POSTS, first=3).replace(b" ", b"  "))


async def test_what_was_written_shows_at_once(site: Site) -> None:
    sent = body("{ categories { name } }")
    for name in ("first", "second"):
        await factories.category(name=name)
        await site.ask(sent)
        answer = site.fast_path.answer(JSON_HEADERS, sent)
        assert answer is not None
        assert f'"name":"{name}"'.encode() in answer[1]
    await factories.category(name="third")
    answer = site.fast_path.answer(JSON_HEADERS, sent)
    assert answer is None or b'"name":"third"' in answer[1]


@pytest.mark.parametrize(
    "more",
    [
        (b"authorization", b"Bearer x"),
        (b"authorization", b""),
        (b"graphql-cost", b"1"),
        (b"accept", b"text/html"),
        (b"accept", b"text/event-stream"),
        (b"content-type", b"application/json"),
        (b"origin", b"http://evil.example"),
        (b"sec-fetch-site", b"cross-site"),
        (b"content-encoding", b"gzip"),
        (b"content-encoding", b"identity"),
        (b"host", b"blog.example"),
        (b"host", b"not a host"),
    ],
    ids=str,
)
async def test_who_has_more_to_be_told_goes_the_ordinary_way(site: Site, more: tuple[bytes, bytes]) -> None:
    sent = body(POSTS, first=3)
    await site.ask(sent)
    assert site.takes(sent)
    assert not site.takes(sent, more)


@pytest.mark.parametrize(
    "sent",
    [
        b"{",
        b'{"query": 1}',
        body("{ nothing }"),
        body("{"),
        body(ADD),
        body("subscription { commentAdded { id } }"),
        body(POSTS, first=1000),
        body(POSTS, first="x"),
        body(POSTS, first=2) + b" " * 2**21,
    ],
    ids=range(9),
)
async def test_mistakes_and_everything_but_short_queries_go_the_ordinary_way(site: Site, sent: bytes) -> None:
    await site.ask(sent)
    assert not site.takes(sent)


@pytest.mark.parametrize("site", ["1MiB"], indirect=True)
async def test_a_kept_answer_of_any_query_is_given_at_once(site: Site) -> None:
    sent = body("{ __schema { queryType { name } } }")
    assert not site.takes(sent)
    await site.ask(sent)
    assert site.takes(sent)
    await factories.category()
    assert not site.takes(sent)


async def test_on_postgresql_everything_goes_the_ordinary_way(postgresql_url: str) -> None:
    app = create_app(load_settings(database=postgresql_url))
    async with app.running() as parts:
        site = Site(parts)
        await site.ask(body(POSTS, first=3))
        assert not site.takes(body(POSTS, first=3))


class Sent(asyncio.Transport):
    """A connection that remembers what it is given to send."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.heard += data

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True

    close = abort

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


@dataclass
class Wire:
    """The protocol of one connection, and what it has written."""

    protocol: HTTPProtocol
    sent: Sent

    def answers_to(self, data: bytes) -> int:
        """How many requests are answered before anybody else may run."""
        self.sent.heard = b""
        self.protocol.data_received(data)
        return self.sent.heard.count(b"HTTP/1.1 200 OK")


@pytest.fixture
async def wire(sqlite_url: str) -> AsyncIterator[Wire]:
    app = create_app(load_settings(database=sqlite_url))
    async with app.running() as parts:
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        config.load()
        protocol = HTTPProtocol(config=config, server_state=ServerState(), app_state={PARTS: parts.protocol})
        sent = Sent()
        protocol.connection_made(sent)
        await Site(parts).ask(QUERY)
        yield Wire(protocol, sent)
        protocol.connection_lost(None)
        await asyncio.gather(*protocol.tasks)


async def test_the_wire_answers_before_anybody_else_runs(wire: Wire) -> None:
    whole = request(QUERY)
    assert wire.answers_to(whole) == 1
    assert wire.answers_to(whole[:-5]) == 0  # and the fallback goes on from there
    assert wire.answers_to(whole[-5:]) == 0


async def test_who_sends_hundreds_of_requests_at_once_does_not_keep_others_waiting(wire: Wire) -> None:
    assert wire.answers_to(request(QUERY) * 100) == ANSWERS_PER_READ


async def test_an_answer_at_once_does_not_hurry_the_request_behind_it(wire: Wire) -> None:
    assert wire.answers_to(request(QUERY)) == 1
    assert wire.protocol.idle_since is not None
    assert wire.answers_to(request(QUERY) + request(body(ADD))) == 1
    assert wire.protocol.idle_since is None


async def test_a_socket_that_is_asked_for_behind_an_unanswered_request_leaves_nothing_behind(
    wire: Wire,
) -> None:
    upgrade = (
        b"GET /graphql HTTP/1.1\r\nHost: blog.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    assert wire.answers_to(request(body(ADD))) == 0
    wire.protocol.data_received(upgrade)
    assert wire.sent.aborted


async def test_a_bug_on_the_short_way_is_told_by_the_ordinary_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = body(POSTS, first=3)
    await site.ask(sent)
    assert site.takes(sent)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(site.fast_path, "_find", fail)
    assert not site.takes(sent)


async def test_long_headers_are_not_remembered(site: Site) -> None:
    sent = body(POSTS, first=3)
    await site.ask(sent)
    assert site.takes(sent, (b"accept", b"application/json"))
    assert not site.takes(sent, (b"accept", b"application/json" + b" " * 5000))
