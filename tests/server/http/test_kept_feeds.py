"""Over a connection, the fast path of kept feeds gives what the fallback gives, byte for byte, and is logged."""

import re

import pytest

from tests.server.http.test_fast_path import comparable
from tests.server.protocol.test_http_protocol import say
from tests.server.running import Server

PATHS = (b"/feed.atom", b"/comments.rss", b"/feed.json", b"/nothing.atom", b"/tags/none/feed.rss")


def get(path: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"GET %b HTTP/1.1\r\nHost: blog.example\r\n%b\r\n" % (path, lines)


async def both_ways(server: Server, path: bytes, *headers: bytes) -> tuple[bytes, bytes]:
    """The answers to the same request, once on the fast path, and once with its letters encoded."""
    end = get(b"/healthz", b"Connection: close")
    await say(server, get(path, b"Connection: close"))
    fast = await say(server, get(path, *headers) + end)
    slow = await say(server, get(path[:-1] + b"%%%02x" % path[-1], *headers) + end)
    return comparable(fast), comparable(slow)


@pytest.mark.parametrize("path", PATHS)
async def test_both_ways_answer_the_same(sqlite_site: Server, path: bytes) -> None:
    fast, slow = await both_ways(sqlite_site, path)
    assert fast.startswith(b"HTTP/1.1 ")
    assert fast.split(b"\r\n\r\n", 1)[1] == slow.split(b"\r\n\r\n", 1)[1]
    assert fast == slow


async def test_both_ways_answer_the_same_to_who_has_it(sqlite_site: Server) -> None:
    heard = await say(sqlite_site, get(b"/feed.atom", b"Connection: close"))
    etag = re.search(rb"\r\netag: (.*?)\r\n", heard)
    assert etag is not None
    fast, slow = await both_ways(sqlite_site, b"/feed.atom", b"If-None-Match: " + etag[1])
    assert fast.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert fast == slow


async def test_requests_follow_each_other_in_order(sqlite_site: Server) -> None:
    await say(sqlite_site, get(b"/feed.json", b"Connection: close"))
    close = get(b"/comments.json?after=x", b"Connection: close")
    heard = await say(
        sqlite_site, get(b"/feed.json") + get(b"/tags/none/feed.rss") + get(b"/feed.json") + close
    )
    assert re.findall(rb"HTTP/1.1 (\d+)", heard) == [b"200", b"404", b"200", b"400"]


async def test_both_ways_are_logged(sqlite_site: Server) -> None:
    path, ids = b"/people/ines/feed.rss", [f"logged-feed-{number}" for number in range(3)]
    for id_ in ids:
        await say(sqlite_site, get(path, b"X-Request-Id: " + id_.encode()) + get(b"/", b"Connection: close"))
    await say(sqlite_site, get(path[:-1] + b"%73", b"X-Request-Id: slow", b"Connection: close"))
    lines = [sqlite_site.until(lambda line, id_=id_: line.get("request_id") == id_) for id_ in (*ids, "slow")]  # type: ignore[misc]
    for line in lines:
        shown = [line[name] for name in ("method", "path", "status", "operation", "viewer")]
        assert shown == ["GET", "/people/ines/feed.rss", 200, "FeedOfUser", None]
        assert line.keys() == lines[-1].keys()
