"""Everything before a request is one, on real connections: how large it may be, and what it must say."""

import asyncio
import base64
import re
import time

import httpx
import pytest

from server.http.request_head import MOST_HEADERS
from tests.server.protocol.test_http_protocol import HEAD, QUERY, request, say
from tests.server.running import Server, running

LONG = b"x" * 65_536
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x" % len(QUERY)
KEY = b"Sec-WebSocket-Key: " + base64.b64encode(b"0123456789abcdef")
UPGRADE = (b"Connection: Upgrade", b"Upgrade: websocket")
SPOKEN = (b"Sec-WebSocket-Version: 13", KEY, b"Sec-WebSocket-Protocol: graphql-transport-ws")
HOST = b"Host: blog.example"
PLAIN = (*UPGRADE, *SPOKEN, HOST)


def handshake(*lines: bytes, begin: bytes = b"GET /graphql HTTP/1.1") -> bytes:
    return b"\r\n".join([begin, *lines, b"", b""])


def without(*names: bytes) -> list[bytes]:
    """The lines of a good handshake but for these headers."""
    return [line for line in PLAIN if not line.startswith(names)]


def refused(heard: bytes, status: int, code: str) -> None:
    """Whether this is one whole refusal, in plain HTTP, after which the connection ends."""
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), heard
    for line in (b"connection: close", b"x-request-id: ", b"content-length: %d" % len(body)):
        assert line in head
    assert b'"code":"%b"' % code.encode() in body


@pytest.mark.parametrize(
    ("status", "parts"),
    [
        (431, [HEAD + b"X-Long: ", *[LONG] * 30]),
        (431, [HEAD, *[LONG] * 30]),
        (431, [HEAD, *[b"a: b\r\n" * 10_000] * 10]),
        (431, [b"\r\n" * 30_000] * 10),
        (414, [b"GET /", *[LONG] * 30]),
        (431, [CHUNKED + b"\r\n" + QUERY + b"\r\n0\r\nX: ", *[LONG] * 30]),
        (431, [CHUNKED + b"\r\n" + QUERY + b"\r\n0\r\n", *[b"a: b\r\n" * 10_000] * 10]),
        (431, [CHUNKED + b";x=", *[LONG] * 30]),
        (431, [handshake(*PLAIN)[:-2] + b"Cookie: ", *[LONG] * 30]),
        (431, [request(QUERY, b"X-Long: " + LONG)]),
        (431, [request(QUERY, *[b"a: b"] * MOST_HEADERS)]),
        (431, [request(QUERY, *[b"x-%d: b" % number for number in range(MOST_HEADERS)])]),
        (431, [handshake(*PLAIN, *[b"a: b"] * MOST_HEADERS)]),
        (431, [handshake(*PLAIN, b"Cookie: " + LONG)]),
    ],
    ids=range(14),
)
async def test_what_stands_around_a_body_is_bounded(
    sqlite_site: Server, status: int, parts: list[bytes]
) -> None:
    heard = await say(sqlite_site, *parts)
    refused(heard, status, {414: "URI_TOO_LONG", 431: "HEAD_TOO_LARGE"}[status])
    assert heard.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("method", "status", "parts"),
    [
        ("POST", 431, [HEAD + b"X-Request-Id: from-outside-431\r\nX-Long: ", *[LONG] * 3]),
        ("GET", 426, [handshake(*UPGRADE, HOST, b"X-Request-Id: from-outside-426")]),
    ],
)
async def test_a_refusal_is_a_line_in_the_log(
    sqlite_site: Server, method: str, status: int, parts: list[bytes]
) -> None:
    mark = f"from-outside-{status}"
    assert f"x-request-id: {mark}".encode() in await say(sqlite_site, *parts)
    line = await asyncio.to_thread(sqlite_site.until, lambda line: line.get("request_id") == mark)
    assert [line[name] for name in ("event", "method", "path", "status")] == [
        *("request", method, "/graphql", status)
    ]
    assert line["refused"]


@pytest.mark.parametrize(
    "whole",
    [
        request(QUERY, b"Cookie: a=" + b"x" * 60_000),
        request(QUERY, *[b"a: b"] * (MOST_HEADERS - 3)),
        CHUNKED + b";a=b\r\n" + QUERY + b"\r\n0\r\nX-Trailer: y\r\nAccept: text/html\r\n\r\n",
        HEAD
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"1\r\n%c\r\n" % byte for byte in QUERY + b" " * 50_000)
        + b"0\r\n\r\n",
        request(QUERY + b" " * 1_000_000),
    ],
    ids=range(5),
)
async def test_what_is_within_the_limits_is_answered_however_it_is_cut(
    sqlite_site: Server, whole: bytes
) -> None:
    for size in (len(whole), 65_536, 1_000):
        parts = [whole[start : start + size] for start in range(0, min(len(whole), 40 * size), size)]
        parts.append(whole[40 * size :])
        heard = await say(sqlite_site, *filter(None, parts), request(QUERY, b"Connection: close"))
        assert heard.count(b'{"data":{"site":{"title":"Causerie"}}}') == 2


async def test_a_thousand_requests_at_once_are_answered_in_their_order(sqlite_site: Server) -> None:
    """Those of the fast path and others, more than wait at a time."""
    ways = (b"Accept: application/json", b"Graphql-Cost: 1")
    sent = [request(QUERY, ways[number % 2], b"X-Request-Id: n%d-" % number) for number in range(1000)]
    heard = await say(sqlite_site, b"".join(sent) + request(QUERY, b"Connection: close"))
    assert re.findall(rb"x-request-id: n(\d+)-", heard) == [b"%d" % number for number in range(1000)]
    assert heard.count(b'"title":"Causerie"') == 1001


async def test_long_and_short_requests_at_once_are_answered(sqlite_site: Server) -> None:
    """One that has come in part is waited for, however many have been answered before it."""
    long = QUERY.replace(b" } }", b" } } #" + b"x" * 3_000)
    sent = [request(long if number % 9 == 8 else QUERY) for number in range(60)]
    heard = await say(sqlite_site, b"".join(sent), request(QUERY, b"Connection: close"))
    assert heard.count(b'"title":"Causerie"') == 61


async def test_a_long_head_costs_what_it_has_and_keeps_nobody_waiting(sqlite_site: Server) -> None:
    """The parser joins what it has with what comes, anew each time: 16 MiB would take it long."""
    flood = asyncio.create_task(say(sqlite_site, HEAD + b"X-Long: ", *[LONG] * 256))
    async with httpx.AsyncClient() as client:
        while not flood.done():
            begun = time.monotonic()
            assert (await client.post(sqlite_site.graphql, json={"query": "{ __typename }"})).is_success
            assert time.monotonic() - begun < 10
    refused(await flood, 431, "HEAD_TOO_LARGE")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"Host: a", b"Host: a"],
        [b"Host: a, b"],
        [b"Host: a/b"],
        [b"Host: a:b"],
        [b"Host: [::1"],
        [b"Host: \xc3\xa9"],
        [b"Host: user@a"],
    ],
    ids=str,
)
async def test_a_request_says_which_host_it_is_for(sqlite_site: Server, lines: list[bytes]) -> None:
    for _ in range(2):  # the second one could be answered at once
        head = request(QUERY).replace(b"Host: blog.example\r\n", b"".join(b"%b\r\n" % line for line in lines))
        refused(await say(sqlite_site, head), 400, "BAD_REQUEST")
        refused(await say(sqlite_site, handshake(*without(HOST), *lines)), 400, "BAD_REQUEST")
    for path in (b"/", b"/healthz", b"/graphql?query={__typename}"):
        heard = await say(sqlite_site, handshake(*lines, begin=b"GET %b HTTP/1.1" % path))
        refused(heard, 400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "host", [b"[::1]:8000", b"a_b.example:", b"", b"127.0.0.1", b"xn--bcher-kva.example"]
)
async def test_a_host_may_be_any_that_can_be_written(sqlite_site: Server, host: bytes) -> None:
    heard = await say(sqlite_site, request(QUERY, b"Connection: close").replace(b"blog.example", host))
    assert heard.startswith(b"HTTP/1.1 200")


async def test_http_1_0_needs_no_host(sqlite_site: Server) -> None:
    assert (await say(sqlite_site, b"GET /healthz HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.1 200")
    refused(await say(sqlite_site, b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), 400, "BAD_REQUEST")


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"identity, gzip", b"x"])
async def test_a_compressed_body_is_refused_by_its_name(sqlite_site: Server, encoding: bytes) -> None:
    for _ in range(2):
        heard = await say(sqlite_site, request(QUERY, b"Content-Encoding: " + encoding, b"Connection: close"))
        assert heard.startswith(b"HTTP/1.1 415 ")
        assert b"\r\naccept-encoding: identity\r\n" in heard


async def test_a_body_is_transferred_in_no_way_but_in_chunks(sqlite_site: Server) -> None:
    for _ in range(2):
        whole = CHUNKED.replace(b"chunked", b"gzip, chunked") + b"\r\n" + QUERY + b"\r\n0\r\n\r\n"
        refused(await say(sqlite_site, whole), 501, "NOT_IMPLEMENTED")


async def test_a_body_may_say_that_it_is_not_compressed(sqlite_site: Server) -> None:
    heard = await say(sqlite_site, request(QUERY, b"Content-Encoding: Identity", b"Connection: close"))
    assert heard.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + request(QUERY), b"The PROXY protocol is not understood"),
        (b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + b"\x7f\x00\x00\x01" * 3, b"The PROXY protocol is not"),
        (b"\x16\x03\x01\x02\x00\x01\x00", b"This is plain HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"HTTP/2 is the business of a proxy"),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", b"This is no proxy"),
    ],
)
async def test_who_speaks_something_else_is_told_so(sqlite_site: Server, data: bytes, words: bytes) -> None:
    assert words in await say(sqlite_site, data)
    told = str(words, "ascii")
    await asyncio.to_thread(sqlite_site.until, lambda line: told in line.get("refused", ""))


@pytest.mark.parametrize("offer", [b"h2c", b"TLS/1.0", b"websocket, foo", b"foo"])
@pytest.mark.parametrize("size", [10_000, 7])
async def test_an_offer_to_go_on_otherwise_is_overlooked(
    sqlite_site: Server, offer: bytes, size: int
) -> None:
    whole = request(QUERY, b"Connection: keep-alive, Upgrade", b"Upgrade: " + offer) * 2
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    heard = await say(sqlite_site, *parts, request(QUERY, b"Connection: close"))
    assert heard.count(b'{"data":{"site":{"title":"Causerie"}}}') == 3


@pytest.mark.parametrize(
    "whole",
    [
        handshake(*PLAIN, b"Cookie: a=" + b"x" * 9_000),
        handshake(*PLAIN, b"Cookie: a=" + b"x" * 60_000),
        handshake(*PLAIN, b"Authorization: Bearer " + b"x" * 9_000),
        handshake(*PLAIN, *[b"a%d: b" % number for number in range(130)]),
        handshake(*PLAIN, begin=b"GET /graphql?" + b"x" * 9_000 + b" HTTP/1.1"),
        handshake(*PLAIN, b"Content-Length: 0"),
        handshake(*PLAIN, b"Sec-WebSocket-Extensions: ;;="),
        handshake(*PLAIN, b"Cookie: a=\xc3\xa9"),
        handshake(*without(b"Connection"), b"Connection: keep-alive, Upgrade"),
        handshake(*without(b"Upgrade"), b"Upgrade: WebSocket"),
    ],
    ids=range(10),
)
async def test_a_handshake_may_be_as_long_as_any_request(sqlite_site: Server, whole: bytes) -> None:
    reader, writer = await asyncio.open_connection(*sqlite_site.url.removeprefix("http://").split(":"))
    writer.write(whole)
    assert (await asyncio.wait_for(reader.readline(), 30)).startswith(b"HTTP/1.1 101 ")
    writer.close()


@pytest.mark.parametrize(
    ("status", "whole"),
    [
        (400, handshake(*PLAIN, b"Content-Length: 3") + b"abc"),
        (400, handshake(*PLAIN, b"Content-Length: 3")),
        (400, handshake(*PLAIN, b"Transfer-Encoding: chunked") + b"0\r\n\r\n"),
        (426, handshake(*without(b"Sec-WebSocket-Version"))),
        (426, handshake(*without(b"Sec-WebSocket-Version"), b"Sec-WebSocket-Version: 8")),
        (426, handshake(*PLAIN, b"Sec-WebSocket-Version: 13")),
        (400, handshake(*without(b"Sec-WebSocket-Key"))),
        (400, handshake(*without(b"Sec-WebSocket-Key"), b"Sec-WebSocket-Key: abc")),
        (400, handshake(*without(b"Sec-WebSocket-Key"), b"Sec-WebSocket-Key: YWJj")),
        (400, handshake(*PLAIN, KEY)),
        (400, handshake(*without(b"Sec-WebSocket-Protocol"), b"Sec-WebSocket-Protocol: ,,")),
        (400, handshake(*without(b"Sec-WebSocket-Protocol"), b"Sec-WebSocket-Protocol:")),
        (400, handshake(*PLAIN, b"Origin: http://a.example", b"Origin: http://b.example")),
        (405, handshake(*PLAIN, begin=b"POST /graphql HTTP/1.1")),
        (405, handshake(*PLAIN, begin=b"DELETE /graphql HTTP/1.1")),
    ],
    ids=range(15),
)
async def test_a_handshake_that_is_none_is_answered(sqlite_site: Server, status: int, whole: bytes) -> None:
    code = {400: "BAD_REQUEST", 405: "METHOD_NOT_ALLOWED", 426: "UPGRADE_REQUIRED"}[status]
    heard = await say(sqlite_site, whole)
    refused(heard, status, code)
    assert (status == 426) == (b"sec-websocket-version: 13\r\n" in heard)


async def test_http_1_0_has_no_websockets(sqlite_site: Server) -> None:
    heard = await say(sqlite_site, handshake(*PLAIN, begin=b"GET /graphql HTTP/1.0"))
    assert heard.startswith(b"HTTP/1.1 400 ")


async def test_a_refusal_waits_for_the_answers_before_it(sqlite_site: Server) -> None:
    """Also where the fallback answers one of them."""
    ordinary = request(QUERY, b"Authorization: Bearer nobody")
    heard = await say(sqlite_site, ordinary + request(QUERY) + b"GARBAGE\r\n\r\n")
    assert [heard.count(line) for line in (b"HTTP/1.1 200 ", b"HTTP/1.1 400 ")] == [2, 1]
    assert heard.rindex(b"HTTP/1.1 ") == heard.index(b"HTTP/1.1 400 ")


async def test_the_limit_of_heads_is_a_setting(sqlite_url: str) -> None:
    with running(sqlite_url, head_limit="1KiB") as server:
        assert (await say(server, request(QUERY, b"Connection: close"))).startswith(b"HTTP/1.1 200 ")
        refused(await say(server, request(QUERY, b"X: " + b"x" * 1024)), 431, "HEAD_TOO_LARGE")
