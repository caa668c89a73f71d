"""Where linkbacks are sent: what is certain to be wrong is refused in the protocol's words, and the rest is noted."""

import xmlrpc.client
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.applications import Starlette

from auth.policy import Limit
from models import Job, Linkback, PathAlias, PostSlug
from resolvers.linkback_addresses import LinkbackEndpoints, linkback_endpoints
from resolvers.policy import LinkbackPolicy, LinkbackReception, Policy, Site
from server.http.linkback_pages import routes
from storage import Database
from tests import factories
from tests.resolvers.rows import all_rows

SOURCE = "https://elsewhere.example/reply"
TARGET = "https://blog.example/posts/soup"
MANY = Limit("many", 500, timedelta(minutes=1))
TAKING = LinkbackPolicy(pingbacks=True, per_network=MANY, per_post=MANY)
Ping = Callable[[httpx.AsyncClient, str, str], Awaitable[str]]


def policy(linkbacks: LinkbackPolicy = TAKING, url: str = "https://blog.example") -> Policy:
    return Policy(site=Site(url=url), linkbacks=linkbacks)


@asynccontextmanager
async def sender(rules: Policy) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=routes(rules)), client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    assert database
    async with sender(policy()) as client:
        yield client


async def soup(**values: Any) -> str:
    """A post of that name; its global id."""
    post = await factories.post(slug="soup", **values)
    await PostSlug.get_or_create(slug="soup", post_id=post.id)
    return f"post_{post.id}"


async def webmention(client: httpx.AsyncClient, source: str, target: str) -> str:
    response = await client.post("/webmention", data={"source": source, "target": target})
    return f"{response.status_code} {response.text.strip()}"


async def pingback(client: httpx.AsyncClient, source: str, target: str) -> str:
    response = await client.post("/pingback", content=xmlrpc.client.dumps((source, target), "pingback.ping"))
    assert (response.status_code, response.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    try:
        return str(xmlrpc.client.loads(response.content)[0][0])
    except xmlrpc.client.Fault as fault:
        return f"{fault.faultCode} {fault.faultString}"


async def trackback(client: httpx.AsyncClient, source: str, post: str, **more: str) -> str:
    response = await client.post(f"/trackbacks/{post}", data={"url": source, **more})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    answer = ET.fromstring(response.content)
    return f"{answer.findtext('error')} {answer.findtext('message') or ''}".strip()


NOTED = "Noted. The source will be looked at."
NO_SOURCE = "The source is no http or https address of a page that can be fetched."
SAME = "The source is the target: a page does not link to itself here."
NO_TARGET = "The target is no post of this site."
CLOSED = "This post takes no linkbacks."


async def test_each_protocol_notes_a_linkback_once(client: httpx.AsyncClient) -> None:
    post = await soup()
    assert await trackback(client, SOURCE, post, title="Reply") == "0"
    assert await webmention(client, SOURCE, TARGET) == f"202 {NOTED}"
    assert await pingback(client, f"{SOURCE}#here", TARGET) == "48 This pingback is known already."
    assert await pingback(client, f"{SOURCE}/2", TARGET) == NOTED
    assert [row.source_url for row in await Linkback.all().order_by("id")] == [SOURCE, f"{SOURCE}/2"]
    assert await Job.all().count() == 2


ADDRESSES = (
    TARGET,
    "HTTP://Blog.Example:80/posts/soup/?utm_source=x#comment_7",
    "https://blog.example/posts/SOUP",
    "https://blog.example//posts/s%6Fup",
    "https://blog.example/posts/before",
    "https://blog.example/2008/02/soupe%20%C3%A9/",
    "https://blog.example/?p=18",
)


async def test_every_address_of_a_post_is_a_target(client: httpx.AsyncClient) -> None:
    id_ = int((await soup()).removeprefix("post_"))
    await PostSlug.create(slug="before", post_id=id_)
    await PathAlias.create(path="/2008/02/soupe é", post_id=id_)
    await PathAlias.create(path="/?p=18", post_id=id_)
    for number, target in enumerate(ADDRESSES):
        assert await webmention(client, f"{SOURCE}/{number}", target) == f"202 {NOTED}"
    assert [row.target_url for row in await Linkback.all().order_by("id")] == [*ADDRESSES]


REFUSALS = {
    "no address": ("x", TARGET, NO_SOURCE, 16),
    "another protocol": ("javascript:alert(1)", TARGET, NO_SOURCE, 16),
    "a private address": ("http://10.0.0.1/", TARGET, NO_SOURCE, 16),
    "this machine": ("http://localhost/", TARGET, NO_SOURCE, 16),
    "this machine's address": ("http://[::ffff:127.0.0.1]/", TARGET, NO_SOURCE, 16),
    "a password": ("http://a:b@elsewhere.example/", TARGET, NO_SOURCE, 16),
    "too long": (f"http://elsewhere.example/{'a' * 2000}", TARGET, NO_SOURCE, 16),
    "the same": (TARGET, f"{TARGET}#a", SAME, 17),
    "the same post": ("http://blog.example/posts/soup/?a", TARGET, SAME, 17),
    "another site": (SOURCE, "https://other.example/posts/soup", NO_TARGET, 32),
    "another port": (SOURCE, "https://blog.example:8443/posts/soup", NO_TARGET, 32),
    "the front page": (SOURCE, "https://blog.example/", NO_TARGET, 32),
    "no post": (SOURCE, "https://blog.example/posts/none", NO_TARGET, 32),
    "a draft": (SOURCE, "https://blog.example/posts/draft", NO_TARGET, 32),
    "a scheduled post": (SOURCE, "https://blog.example/posts/later", NO_TARGET, 32),
    "a closed post": (SOURCE, "https://blog.example/posts/closed", CLOSED, 33),
    "a path": (SOURCE, "/posts/soup", NO_TARGET, 32),
}


async def test_what_is_certain_to_be_wrong_is_refused_and_nothing_noted(client: httpx.AsyncClient) -> None:
    await soup()
    rows = {
        "draft": await factories.draft(slug="draft"),
        "later": await factories.scheduled(slug="later"),
        "closed": await factories.post(slug="closed", linkbacks_open=False),
    }
    for slug, post in rows.items():
        await PostSlug.get_or_create(slug=slug, post_id=post.id)
    before = await all_rows()
    for name, (source, target, words, fault) in REFUSALS.items():
        assert await webmention(client, source, target) == f"400 {words}", name
        assert await pingback(client, source, target) == f"{fault} {words}", name
        if (row := rows.get(target.rpartition("/")[2])) is not None:
            assert await trackback(client, source, f"post_{row.id}") == f"1 {words}", name
    assert await all_rows() == before


async def test_trackbacks_that_are_wrong_are_told_so_in_xml(client: httpx.AsyncClient) -> None:
    post = await soup()
    assert (await trackback(client, "", post)).startswith("1 The trackback has no url")
    assert await trackback(client, "ftp://a/", post) == f"1 {NO_SOURCE}"
    for other in ("post_999", "soup", "comment_1", "post_"):
        assert await trackback(client, SOURCE, other) == f"1 {NO_TARGET}"
    large = await client.post(f"/trackbacks/{post}", content=b"url=" + b"x" * 70_000)
    assert b"<error>1</error><message>The body may have 65536 bytes" in large.content
    assert not await Linkback.exists()


async def test_only_what_is_posted_is_a_ping(client: httpx.AsyncClient) -> None:
    post = await soup()
    for path in (f"/trackbacks/{post}?url={SOURCE}", "/webmention", "/pingback"):
        for method in ("GET", "HEAD", "PUT"):
            response = await client.request(method, path)
            assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert not await Linkback.exists()


async def test_webmentions_that_are_wrong_are_told_so(client: httpx.AsyncClient) -> None:
    assert (await client.post("/webmention", data={"source": SOURCE})).status_code == 400
    large = await client.post("/webmention", content=b"source=" + b"x" * 70_000)
    assert (large.status_code, large.text) == (413, "The body may have 65536 bytes at most.\n")
    assert (await pingback(client, "", "")).startswith("16 ")
    response = await client.post("/pingback", content=b"<!DOCTYPE a><a/>")
    with pytest.raises(xmlrpc.client.Fault, match="document type"):
        xmlrpc.client.loads(response.content)


FEW = Limit("few", 3, timedelta(minutes=1))


@pytest.mark.parametrize("few", [replace(TAKING, per_network=FEW), replace(TAKING, per_post=FEW)])
async def test_too_many_are_refused_by_reading_alone(database: Database, few: LinkbackPolicy) -> None:
    async with sender(policy(few)) as client:
        post = await soup()
        for number in range(3):
            assert await webmention(client, f"{SOURCE}/{number}", TARGET) == f"202 {NOTED}"
        before = await all_rows()
        version = database.data_version()
        response = await client.post("/webmention", data={"source": SOURCE, "target": TARGET})
        assert response.status_code == 429
        assert 0 < int(response.headers["retry-after"]) <= 60
        assert (await trackback(client, SOURCE, post)).startswith("1 There have been too many")
        assert (await pingback(client, SOURCE, TARGET)).startswith("49 There have been too many")
        assert await all_rows() == before
        assert database.data_version() == version


async def test_a_site_that_takes_none_says_so(sqlite_database: Database) -> None:
    assert sqlite_database
    post = await soup()
    off = policy(LinkbackPolicy(LinkbackReception.OFF))
    async with sender(off) as client:
        assert await trackback(client, SOURCE, post) == "1 This site takes no linkbacks."
        assert (await client.post("/webmention")).status_code == 404
        assert (await client.post("/pingback")).status_code == 404
    async with sender(policy(LinkbackPolicy())) as client:
        assert (await client.post("/pingback")).status_code == 404
    assert not await Linkback.exists()
    assert linkback_endpoints(off, 7, linkbacks_open=True) == LinkbackEndpoints(None, None, None)
    assert linkback_endpoints(policy(), 7, linkbacks_open=False) == LinkbackEndpoints(None, None, None)
    assert linkback_endpoints(policy(), 7, linkbacks_open=True) == LinkbackEndpoints(
        "https://blog.example/webmention",
        "https://blog.example/pingback",
        "https://blog.example/trackbacks/post_7",
    )
    assert linkback_endpoints(policy(LinkbackPolicy()), 7, linkbacks_open=True).pingback is None


async def test_a_site_may_have_its_pages_below_a_path(sqlite_database: Database) -> None:
    assert sqlite_database
    id_ = int((await soup()).removeprefix("post_"))
    await PathAlias.create(path="/old", post_id=id_)
    async with sender(policy(url="https://blog.example/notes")) as client:
        for number, target in enumerate(("/notes/posts/soup", "/old", "/notes/old")):
            assert (
                await webmention(client, f"{SOURCE}/{number}", f"https://blog.example{target}")
                == f"202 {NOTED}"
            )
