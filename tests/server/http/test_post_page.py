"""A post as a page: what everybody may see of it, with what tells others where to say that they link to it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import mf2py  # type: ignore[import-untyped]
import pytest
from html5lib import HTMLParser  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser, LexborNode

import schema
from compiler import Engine
from models import CommentStatus, Linkback, LinkbackKind, LinkbackStatus, PathAlias, Post, PostSlug
from resolvers.markdown import render_post
from resolvers.policy import LinkbackPolicy, LinkbackReception, Policy, Site
from resolvers.reads.posts import next_publication
from server.http.compute_throttle import ComputeThrottle
from server.http.discovery import DUBLIN_CORE, RDF, TRACKBACK
from server.http.error_formatting import format_error
from server.http.former_addresses import FormerAddresses
from server.http.post_page import PostPages, is_post
from server.http.post_template import threads
from server.http.request_memory import RequestMemory
from server.http.response_cache import ResponseCache
from storage import Database, StatementTimeout
from tests import factories
from tests.counted import Counted

SITE = Site("Café & co", url="https://blog.example", timezone="Europe/Paris")
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>--><b>&amp;"
LATE = datetime(2024, 3, 31, 22, 30, tzinfo=UTC)
TAKING = LinkbackPolicy(pingbacks=True)

Open = Callable[..., httpx.AsyncClient]


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """The database: SQLite unless a test asks for both."""
    database: Database = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database")
    return Counted(database)


on_both = pytest.mark.parametrize("counted", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def opened(counted: Counted) -> AsyncIterator[Open]:
    """Opens browsers of a site on the database."""
    clients = []

    def client_of(linkbacks: LinkbackPolicy = TAKING, site: Site = SITE) -> httpx.AsyncClient:
        policy = Policy(site=site, linkbacks=linkbacks)
        engine = Engine(
            schema.build(), counted, placeholders=schema.PLACEHOLDERS, describe=format_error, policy=policy
        )
        pages = PostPages(
            engine,
            policy,
            FormerAddresses(site),
            ResponseCache(counted.real, next_publication, 2**20),
            RequestMemory(),
            ComputeThrottle(),
        )
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url="http://test"))
        return clients[-1]

    yield client_of
    for client in clients:
        await client.aclose()


@pytest.fixture
def browser(opened: Open) -> httpx.AsyncClient:
    return opened()


async def page(browser: httpx.AsyncClient, slug: str) -> LexborHTMLParser:
    response = await browser.get(f"/posts/{slug}")
    assert response.status_code == 200
    return LexborHTMLParser(response.content)


def one(html: LexborHTMLParser, selector: str) -> LexborNode:
    """The first that fits."""
    return html.css(selector)[0]


def texts(html: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in html.css(selector)]


async def linkback(post: Post, **values: Any) -> Linkback:
    source = values.setdefault("source_url", "https://else.example/one")
    return await Linkback.create(
        **{
            "post": post,
            "kind": LinkbackKind.TRACKBACK,
            "status": LinkbackStatus.APPROVED,
            "source_digest": sha256(source.encode()).hexdigest(),
            "received_at": LATE,
            **values,
        }
    )


@on_both
async def test_it_is_all_there(browser: httpx.AsyncClient) -> None:
    ada = await factories.author(name="Ada Lovelace")
    top = await factories.category(name="Music")
    other = await factories.category(name="Maths")
    body = render_post("Some *words*.\n\n| a | b |\n|--:|---|\n| 1 | 2 |", longest=1000).html
    post = await factories.post(
        slug="notes", title="Notes & <numbers>", excerpt="Some words.", body_html=body, language="en-GB",
        author=ada, category=top, also_in=[other], tags=["Engines", "Bernoulli"], published_at=LATE,
        linkback_count=1,
    )  # fmt: skip
    first = await factories.comment(post=post, body_html="<p>First</p>")
    gone = await factories.tombstone(parent=first)
    await factories.comment(parent=gone, body_html="<p>Deep</p>", author=ada)
    await factories.comment(post=post, body_html="<p>Second</p>", author_id=None)
    await factories.comment(post=post, body_html="<p>Hidden</p>", status=CommentStatus.PENDING)
    await linkback(post, title="A page", site_name="Elsewhere", excerpt="As she says", author_name="Ben")
    await linkback(post, source_url="https://spam.example", title="Spam", status=LinkbackStatus.PENDING)

    html = await page(browser, "notes")
    assert one(html, "html").attributes["lang"] == "en-GB"
    assert texts(html, "title") == ["Notes & <numbers> – Café & co"]
    assert texts(html, "h1") == ["Notes & <numbers>"]
    assert texts(html, "article > p.facts") == ["Ada Lovelace · 2024-04-01"]  # it is April in Paris
    assert texts(html, ".e-content em") == ["words"]
    assert one(html, ".e-content th").attributes == {"align": "right"}
    assert texts(html, "article footer p")[:2] == ["Category: Music, Maths", "Tags: Engines, Bernoulli"]
    assert texts(html, ".share a")[:2] == ["E-mail", "Bluesky"]  # Mastodon's has an open end
    assert texts(html, "#comments h2") == ["3 comments"]
    assert texts(html, "#comments > ol > li > div") == ["First", "Second"]
    assert texts(html, "#comments ol ol > li > p") == [
        "This comment was deleted.",
        texts(html, "ol ol ol p")[0],
    ]
    assert texts(html, "#comments ol ol ol > li > div") == ["Deep"]
    assert "Somebody" in texts(html, "#comments > ol > li > p")[1]
    assert texts(html, "#linkbacks h2") == ["1 page links here"]
    assert texts(html, "#linkbacks li") == ["A page Ben · 2024-04-01 As she says"]
    links = {node.attributes["href"] for node in html.css("#linkbacks a")}
    assert links == {"https://else.example/one"}
    HTMLParser(strict=True).parse((await browser.get("/posts/notes")).text)
    described = one(html, "meta[name=description]").attributes["content"]
    assert described == "Some words."


async def test_readers_of_microformats_read_it(browser: httpx.AsyncClient) -> None:
    ada = await factories.author(name="Ada & co")
    await factories.post(
        slug="notes", title="«Notes»", body_html="<p>1</p>", author=ada, tags=["Engines"], published_at=LATE
    )
    (entry,) = mf2py.parse(doc=(await browser.get("/posts/notes")).text)["items"]
    assert entry["type"] == ["h-entry"]
    read = entry["properties"]
    assert read["name"] == ["«Notes»"]
    assert read["author"][0]["properties"]["name"] == ["Ada & co"]
    assert read["url"] == ["https://blog.example/posts/notes"]
    assert datetime.fromisoformat(read["published"][0]) == LATE
    assert read["content"][0]["html"].strip() == "<p>1</p>"
    assert "Engines" in read["category"]


async def test_a_french_post_has_french_words(browser: httpx.AsyncClient) -> None:
    post = await factories.post(slug="notes", language="fr-CA", linkback_count=2)
    html = await page(browser, "notes")
    assert texts(html, "h2") == ["0 commentaire", "2 pages renvoient ici"]
    assert texts(html, "footer p")[0].startswith("Catégorie :")
    await factories.comment(post=post)
    assert texts(await page(browser, "notes"), "#comments h2") == ["1 commentaire"]


async def test_of_long_conversations_the_page_has_the_beginning_and_says_so(
    browser: httpx.AsyncClient,
) -> None:
    post = await factories.post(slug="notes", linkback_count=101)
    for number in range(101):
        await factories.comment(post=post, body_html=f"<p>{number}</p>")
        await linkback(post, source_url=f"https://else.example/{number}")
    html = await page(browser, "notes")
    assert texts(html, "#comments h2, #comments > p") == ["101 comments", "The first 100 of them:"]
    assert texts(html, "#comments li > div") == [str(number) for number in range(100)]
    assert texts(html, "#linkbacks h2, #linkbacks > p") == ["101 pages link here", "The last 100 of them:"]
    assert len(html.css("#linkbacks li")) == 100


def test_a_reply_to_what_is_not_in_the_list_stands_at_the_top() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "2", "parent": {"id": "1"}},
        {"id": "3", "parent": {"id": "4"}},
        {"id": "4", "parent": None},
    ]
    two, four = threads(rows)
    assert (two["id"], four["id"], four["replies"][0]["id"]) == ("2", "4", "3")


async def test_nothing_that_anybody_wrote_is_anything_but_text(opened: Open) -> None:
    ada = await factories.author(name=EVIL)
    category = await factories.category(name=EVIL)
    image = await factories.image(alt=EVIL)
    post = await factories.post(
        slug="notes", title=EVIL, excerpt=EVIL, author=ada, category=category, tags=[EVIL[:50]],
        body_html=render_post(EVIL, longest=1000).html, image=image, linkback_count=3,
    )  # fmt: skip
    await factories.comment(post=post, author=ada, body_html=render_post(EVIL, longest=1000).html)
    for source in ("javascript:alert(1)", f"https://else.example/{EVIL}", "http://[javascript:alert(1)"):
        await linkback(
            post, source_url=source, title=EVIL, site_name=EVIL, excerpt=EVIL, author_name=EVIL[:100]
        )
    response = await opened(site=replace(SITE, title=EVIL)).get("/posts/notes")
    html = LexborHTMLParser(response.content)
    assert html.css("script, iframe, object, style, base, form") == []
    assert [node.attributes["alt"] for node in html.css("img")] == [EVIL]
    for node in html.css("*"):
        assert not any(name.startswith("on") or name == "style" for name in node.attributes)
        assert "javascript:" not in (node.attributes.get("href") or "").partition("?")[0].lower()
    assert one(html, "title").text() == f"{EVIL} – {EVIL}"
    assert one(html, "h1").text() == EVIL
    assert one(html, "#comments bdi").text() == EVIL
    assert [node.text() for node in html.css("#linkbacks blockquote")] == [EVIL] * 3
    assert len(html.css("#linkbacks a")) == 1
    assert len(html.css("body > *")) == 2, "the comment with the RDF ends where it should"


async def test_what_may_be_done_on_it_is_little(browser: httpx.AsyncClient) -> None:
    await factories.post(slug="notes")
    headers = (await browser.get("/posts/notes")).headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert not {"script-src", "connect-src"} & set(policy)
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"


async def test_it_says_where_others_tell_it_of_their_links(browser: httpx.AsyncClient) -> None:
    post = await factories.post(slug="notes", title=EVIL)
    for response in (await browser.get("/posts/notes"), await browser.head("/posts/notes")):
        assert response.headers["link"] == '<https://blog.example/webmention>; rel="webmention"'
        assert response.headers["x-pingback"] == "https://blog.example/pingback"
    html = await page(browser, "notes")
    links = {str(node.attributes["rel"]): str(node.attributes["href"]) for node in html.css("head link[rel]")}
    assert links["canonical"] == "https://blog.example/posts/notes"
    assert links["webmention"] == "https://blog.example/webmention"
    assert links["pingback"] == "https://blog.example/pingback"
    feeds = [str(node.attributes["href"]) for node in html.css("link[rel=alternate]")]
    assert feeds[0] == "https://blog.example/posts/notes/comments.atom"
    assert feeds[-1] == "https://blog.example/comments.json"
    assert EVIL in str(one(html, "link[rel=alternate]").attributes["title"])
    text = (await browser.get("/posts/notes")).text
    written, _, rest = text.partition("<!--")[2].partition("-->")
    assert "--" not in written
    assert "<!--" not in rest
    described = ET.fromstring(written)[0].attrib
    assert described == {
        f"{{{RDF}}}about": "https://blog.example/posts/notes",
        f"{{{DUBLIN_CORE}}}identifier": "https://blog.example/posts/notes",
        f"{{{DUBLIN_CORE}}}title": EVIL,
        f"{{{TRACKBACK}}}ping": f"https://blog.example/trackbacks/post_{post.id}",
    }


@pytest.mark.parametrize("closed", ["site", "post"])
async def test_where_nothing_is_taken_nothing_is_said(opened: Open, closed: str) -> None:
    await factories.post(slug="notes", linkbacks_open=closed != "post")
    reception = LinkbackReception.OFF if closed == "site" else LinkbackReception.HELD
    browser = opened(LinkbackPolicy(reception=reception, pingbacks=True))
    for response in (await browser.get("/posts/notes"), await browser.get("/posts/notes")):
        assert not {"link", "x-pingback"} & set(response.headers)
        assert "<!--" not in response.text
        rels = {node.attributes["rel"] for node in LexborHTMLParser(response.content).css("link")}
        assert rels == {"canonical", "icon", "stylesheet", "alternate"}


@on_both
async def test_it_is_asked_for_once_until_something_changes(
    browser: httpx.AsyncClient, counted: Counted
) -> None:
    post = await factories.post(slug="notes", body_html="<p>Before</p>")
    first = await browser.get("/posts/notes")
    again = await browser.get("/posts/notes?utm_source=x", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, no-cache"
    assert again.headers["link"] == first.headers["link"]
    assert len(counted.statements) == (1 if counted.dialect == "sqlite" else 2)
    await Post.filter(id=post.id).update(body_html="<p>After</p>")
    later = await browser.get("/posts/notes", headers={"if-none-match": first.headers["etag"]})
    assert later.status_code == 200
    assert "After" in later.text


async def test_head_says_what_get_says(browser: httpx.AsyncClient) -> None:
    await factories.post(slug="notes")
    got, head = await browser.get("/posts/notes"), await browser.head("/posts/notes")
    assert head.status_code == 200
    assert dict(head.headers) == dict(got.headers)
    refused = await browser.post("/posts/notes")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


@on_both
async def test_former_names_lead_to_the_present_one(browser: httpx.AsyncClient) -> None:
    post = await factories.post(slug="notes")
    other = await factories.post(slug="other")
    await PostSlug.create(slug="before", post=post)
    await PathAlias.create(path="/posts/once", post_id=other.id)
    await PathAlias.create(path="/posts/other", post_id=post.id)
    here = "https://blog.example/posts/notes"
    for name, address in {
        "before": here,
        "Before/": here,
        "notes/": here,
        "NOTES": here,
        "once?x=y": "https://blog.example/posts/other",
    }.items():
        for response in (await browser.get(f"/posts/{name}"), await browser.head(f"/posts/{name}")):
            assert (response.status_code, response.headers.get("location")) == (301, address), name
    assert texts(await page(browser, "other"), "h1") == [other.title], "what is there goes before what was"


@on_both
async def test_nobody_is_shown_what_is_not_public(browser: httpx.AsyncClient) -> None:
    await factories.draft(slug="draft")
    await factories.scheduled(slug="scheduled")
    await factories.post(slug="external", kind="EXTERNAL", address="https://else.example/")
    await PostSlug.create(slug="old-draft", post=await factories.draft())
    for slug in ("draft", "scheduled", "external", "old-draft", "nothing", "-"):
        response = await browser.get(f"/posts/{slug}")
        assert (response.status_code, response.text) == (404, "Not Found"), slug


async def test_a_page_beside_the_lists_is_shown_too(browser: httpx.AsyncClient) -> None:
    await factories.post(slug="about", title="About", kind="PAGE")
    assert texts(await page(browser, "about"), "h1") == ["About"]


async def test_what_the_database_refuses_is_no_page(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bytes | None:
        raise StatementTimeout

    monkeypatch.setattr(Counted, "fetch_json", fail)
    response = await browser.get("/posts/notes")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.text == "This takes too long to answer: ask for less at once.\n"
    assert response.headers["cache-control"] == "no-store"


def test_only_what_can_be_a_slug_may_be_one() -> None:
    assert is_post("/posts/a-post-2")
    assert is_post("/posts/A-Post/")
    for path in (
        "/posts/a\0",
        "/posts/é",
        "/posts/a b",
        f"/posts/{'a' * 81}",
        "/posts",
        "/posts/",
        "/posts//",
        "/posts/a/b",
        "/x/posts/a",
        "/posts/a//",
    ):
        assert not is_post(path)
