"""Where posts' pages are and were, what they tell programs, and how often they are asked for."""

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from models import PathAlias, Post, PostSlug
from server.http.discovery import DUBLIN_CORE, RDF, TRACKBACK
from server.site.operations import Operations
from storage import Database, StatementTimeout
from tests import factories
from tests.server.site.rows import EVIL, IN_PARIS, on_both
from tests.server.site.visitor import Visitor, visited


@pytest.fixture
def site_settings() -> dict[str, Any]:
    return IN_PARIS


async def test_what_may_be_done_on_it_is_little(visitor: Visitor) -> None:
    await factories.post(slug="notes")
    headers = (await visitor.get("/posts/notes")).headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {policy[name] for name in ("style-src", "script-src", "connect-src", "form-action")} == {"'self'"}
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"


async def test_it_says_where_others_tell_it_of_their_links(visitor: Visitor) -> None:
    post = await factories.post(slug="notes", title=EVIL)
    for response in (await visitor.client.get("/posts/notes"), await visitor.client.head("/posts/notes")):
        assert response.headers["link"] == '<https://blog.example/webmention>; rel="webmention"'
        assert response.headers["x-pingback"] == "https://blog.example/pingback"
    text = (await visitor.get("/posts/notes")).text
    links = {
        str(node.attributes["rel"]): str(node.attributes["href"]) for node in visitor.page.css("head link")
    }
    assert links["canonical"] == "https://blog.example/posts/notes"
    assert links["webmention"] == "https://blog.example/webmention"
    assert links["pingback"] == "https://blog.example/pingback"
    feeds = visitor.page.css("link[rel=alternate][type]")
    assert feeds[0].attributes["href"] == "https://blog.example/posts/notes/comments.atom"
    assert feeds[-1].attributes["href"] == "https://blog.example/comments.json"
    assert EVIL in str(feeds[0].attributes["title"])
    written, _, rest = text.partition("<!--")[2].partition("-->")
    assert "--" not in written
    assert "<!--" not in rest
    assert ET.fromstring(written)[0].attrib == {
        f"{{{RDF}}}about": "https://blog.example/posts/notes",
        f"{{{DUBLIN_CORE}}}identifier": "https://blog.example/posts/notes",
        f"{{{DUBLIN_CORE}}}title": EVIL,
        f"{{{TRACKBACK}}}ping": f"https://blog.example/trackbacks/post_{post.id}",
    }


@pytest.mark.parametrize("closed", ["site", "post"])
async def test_where_nothing_is_taken_nothing_is_said(sqlite_url: str, closed: str) -> None:
    reception = "off" if closed == "site" else "held"
    async with visited(sqlite_url, pingbacks=True, linkbacks=reception) as visitor:
        await factories.post(slug="notes", linkbacks_open=closed != "post")
        for response in (await visitor.get("/posts/notes"), await visitor.get("/posts/notes")):
            assert not {"link", "x-pingback"} & set(response.headers)
            assert "<!--" not in response.text
            rels = {node.attributes["rel"] for node in visitor.page.css("link")}
            assert rels == {"canonical", "icon", "stylesheet", "alternate", "search"}
            assert visitor.page.css("#trackback") == []


@on_both
async def test_it_is_asked_for_once_until_something_changes(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    run = Operations.run

    async def counted(self: Operations, name: str, *others: Any) -> dict[str, Any]:
        asked.append(name)
        return await run(self, name, *others)

    monkeypatch.setattr(Operations, "run", counted)
    post = await factories.post(slug="notes", body_html="<p>Before</p>")
    first = await visitor.get("/posts/notes")
    again = await visitor.get("/posts/notes", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, no-cache"
    assert again.headers["link"] == first.headers["link"]
    on_sqlite = visitor.app.parts.database.dialect == "sqlite"
    assert asked == ["post"] * (1 if on_sqlite else 2)
    await Post.filter(id=post.id).update(body_html="<p>After</p>")
    later = await visitor.get("/posts/notes", if_none_match=first.headers["etag"])
    assert later.status_code == 200
    assert "After" in later.text


async def test_head_says_what_get_says(visitor: Visitor) -> None:
    await factories.post(slug="notes")
    got, head = await visitor.client.get("/posts/notes"), await visitor.client.head("/posts/notes")
    assert head.status_code == 200
    assert _without_ids(head) == _without_ids(got)
    refused = await visitor.post("/posts/notes")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def _without_ids(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "x-request-id"}


@on_both
async def test_former_names_lead_to_the_present_one(visitor: Visitor) -> None:
    post = await factories.post(slug="notes")
    other = await factories.post(slug="other", title="Another")
    await PostSlug.create(slug="before", post=post)
    await PathAlias.create(path="/posts/once", post_id=other.id)
    await PathAlias.create(path="/posts/other", post_id=post.id)
    here = "https://blog.example/posts/notes"
    for name, address in {
        "before": here,
        "Before": here,
        "notes/": here,
        "NOTES": here,
        "once?x=y": "https://blog.example/posts/other",
    }.items():
        for ask in (visitor.client.get, visitor.client.head):
            response = await ask(f"/posts/{name}")
            assert (response.status_code, response.headers.get("location")) == (301, address), name
    assert str((await visitor.get("/posts/Before/")).url) == here
    await visitor.get("/posts/other")
    assert visitor.texts("h1") == ["Another"], "what is there goes before what was"


@on_both
async def test_nobody_is_shown_what_is_not_public(visitor: Visitor) -> None:
    await factories.draft(slug="draft")
    await factories.scheduled(slug="scheduled")
    await factories.post(slug="external", kind="EXTERNAL", address="https://else.example/")
    await PostSlug.create(slug="old-draft", post=await factories.draft())
    slugs = ("draft", "scheduled", "external", "old-draft", "nothing", "-")
    for slug in (*slugs, "%C3%A9", "a%20b", "a%00", "%2F", f"{'a' * 450}", "", "/", "a/b", "notes//x"):
        response = await visitor.get(f"/posts/{slug}")
        assert response.status_code == 404, slug
        assert visitor.texts("h1") == ["There is no such page"], slug


async def test_what_the_database_refuses_is_no_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bytes | None:
        raise StatementTimeout

    monkeypatch.setattr(Database, "fetch_json", fail)
    monkeypatch.setattr(Database, "fetch_json_nowait", lambda *_: None)
    response = await visitor.get("/posts/notes")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert "This takes too long to answer: ask for less at once." in response.text
    assert "no-store" in response.headers["cache-control"]
