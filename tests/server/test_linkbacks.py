"""Linkbacks on the real server: sent as docs/linkbacks.md shows, fetched, decided about, and told to followers."""

import asyncio
import subprocess
import threading
import time
import xmlrpc.client
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx
import pytest

from tests.clients.requests import sign_in
from tests.project.reading import blocks
from tests.server.conftest import CHEAP
from tests.server.graphql_client import socket
from tests.server.running import START_TIMEOUT, Server, running
from tests.tools import find

PAGE = "docs/linkbacks.md"
SEND, WAITING, DECIDE, FOLLOW, _SENT = *blocks(PAGE, "sh"), *blocks(PAGE, "graphql")
POSTS = (
    "{ site { webmentionUrl } posts(first: 2) { nodes { id slug trackbackUrl linkbackCount feedCursor } } }"
)


class Pages(BaseHTTPRequestHandler):
    """Another site: what is at each path."""

    pages: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        page = self.pages.get(self.path)
        self.send_response(410 if page is None else 200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def site(elsewhere: str, module_sqlite_url: str) -> Iterator[Server]:
    settings = {"pingbacks": "true", "fetch_hosts": elsewhere.removeprefix("http://")}
    with running(module_sqlite_url, "--demo", **CHEAP, **settings) as server:
        yield server


@pytest.fixture
async def client(site: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url) as client:
        client.headers["authorization"] = f"Bearer {sign_in(site, 'thomas')}"
        yield client


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]


async def waiting(client: httpx.AsyncClient, source: str) -> dict[str, Any]:
    """The linkback, as soon as it has been looked into."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        nodes = (await ask(client, WAITING))["linkbacks"]["nodes"]
        if found := [node for node in nodes if node["sourceUrl"] == source]:
            return dict(found[0])
        await asyncio.sleep(0.05)
    raise AssertionError(source)


def test_they_are_sent_as_shown(site: Server) -> None:
    commands = SEND.replace("http://127.0.0.1:8000", site.url).replace("curl", f"{find('curl')} -s")
    shown = subprocess.run(["sh", "-euc", commands], capture_output=True, text=True, check=True, timeout=60)
    assert "HTTP/1.1 202 Accepted" in shown.stdout
    assert "<error>0</error>" in shown.stdout


async def test_each_protocol_brings_one_to_a_moderator(
    client: httpx.AsyncClient, site: Server, elsewhere: str
) -> None:
    data = await ask(client, POSTS)
    post = data["posts"]["nodes"][0]
    assert data["site"]["webmentionUrl"] == f"{site.url}/webmention"
    assert post["trackbackUrl"] == f"{site.url}/trackbacks/{post['id']}"
    target = f"{site.url}/posts/{post['slug']}"
    for path in ("/mention", "/track", "/ping"):
        Pages.pages[path] = f"<title>From {path}</title><p>As <a href='{target}'>said</a>."
    await client.post("/webmention", data={"source": f"{elsewhere}/mention", "target": target})
    said = {"url": f"{elsewhere}/track", "title": "Été &#38; soupe", "charset": "iso-8859-1"}
    tracked = {name: value.encode("latin-1") for name, value in said.items()}
    await client.post(
        f"/trackbacks/{post['id']}", files={name: (None, value) for name, value in tracked.items()}
    )
    with xmlrpc.client.ServerProxy(f"{site.url}/pingback") as peer:
        assert await asyncio.to_thread(peer.pingback.ping, f"{elsewhere}/ping", target)
        with pytest.raises(xmlrpc.client.Fault) as fault:
            await asyncio.to_thread(peer.pingback.ping, f"{elsewhere}/ping", target)
        assert fault.value.faultCode == 48
    found = [await waiting(client, elsewhere + path) for path in ("/mention", "/track", "/ping")]
    assert [(each["kind"], each["title"], each["excerpt"]) for each in found] == [
        ("WEBMENTION", "From /mention", "As said."),
        ("TRACKBACK", "Été & soupe", "As said."),
        ("PINGBACK", "From /ping", "As said."),
    ]


async def test_who_follows_is_told_and_what_is_gone_goes(
    client: httpx.AsyncClient, site: Server, elsewhere: str
) -> None:
    post = (await ask(client, POSTS))["posts"]["nodes"][1]
    source, target = f"{elsewhere}/live", f"{site.url}/posts/{post['slug']}"
    Pages.pages["/live"] = f"<a href='{target}'>x</a>"
    mention = {"source": source, "target": target}
    await client.post("/webmention", data=mention)
    linkback = (await waiting(client, source))["id"]
    token = sign_in(site, "thomas")
    async with socket(site) as follower, socket(site) as moderator:
        await follower.init()
        await moderator.init(token=token)
        variables = {"post": post["id"], "after": post["feedCursor"]}
        for one in (follower, moderator):
            await one.say(type="subscribe", id="1", payload={"query": FOLLOW, "variables": variables})
        decided = await ask(client, DECIDE.replace("linkback_1", linkback))
        assert decided["setLinkbackStatus"] == {
            "linkback": {
                "id": linkback,
                "status": "APPROVED",
                "post": {"linkbackCount": post["linkbackCount"] + 1},
            },
            "error": None,
        }
        added = (await follower.hear())["payload"]["data"]["commentFeed"]
        assert (added["__typename"], added["linkback"]["sourceUrl"]) == ("LinkbackAdded", source)
        del Pages.pages["/live"]
        await client.post("/webmention", data=mention)
        removed = (await follower.hear())["payload"]["data"]["commentFeed"]
        assert (removed["__typename"], removed["linkbackId"], removed["postId"]) == (
            *("LinkbackRemoved", linkback, post["id"]),
        )
        heard = [(await moderator.hear())["payload"]["data"]["commentFeed"] for _ in range(3)]
        assert [each["__typename"] for each in heard] == [
            "LinkbackAdded",
            "LinkbackEdited",
            "LinkbackRemoved",
        ]
        assert heard[1]["linkback"] == {"id": linkback, "status": "APPROVED"}
    assert (await ask(client, POSTS))["posts"]["nodes"][1]["linkbackCount"] == post["linkbackCount"]
