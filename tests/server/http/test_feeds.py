"""Feeds over HTTP: what is in them, for whom, where they are, and when they are sent again."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from models import Comment, CommentStatus, Post, PostSlug, SiteState
from resolvers import feed_ids
from resolvers.policy import Site
from server.http import feed_documents
from storage import Database
from tests import factories
from tests.server.http.feed_site import ATOM, URL, Reader, reading

IDS = '<id>(.*?)</id>| ref="(.*?)"'


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[Reader]:
    """On each kind of database."""
    async with reading(database_url) as made:
        yield made


@pytest.fixture
async def sqlite_reader(sqlite_url: str) -> AsyncIterator[Reader]:
    async with reading(sqlite_url) as made:
        yield made


async def test_every_list_has_its_feed(reader: Reader) -> None:
    ada = await factories.author(username="ada", name="Ada")
    category = await factories.category(slug="food", name="Food")
    one = await factories.post(slug="one", title="One", author=ada, tags=["Café"])
    await factories.post(slug="two", title="Two & <three>", category=category, also_in=[one.category])
    comment = await factories.comment(post=one)
    await factories.comment(parent=comment)
    await factories.comment(post=one)
    assert await reader.titles("/feed") == ["Two & <three>", "One"]
    assert await reader.titles("/categories/food/feed") == ["Two & <three>"]
    assert await reader.titles("/tags/cafe/feed") == ["One"]
    assert await reader.titles("/people/ada/feed") == ["One"]
    assert await reader.titles("/comments") == ["Re: One"] * 3
    assert await reader.titles("/posts/one/comments") == ["Re: One"] * 3
    assert await reader.titles("/posts/two/comments") == []
    assert await reader.titles(f"/comments/comment_{comment.id}/comments") == ["Re: One"] * 2


async def test_nothing_is_shown_that_is_not_public(reader: Reader) -> None:
    post = await factories.post(slug="public", title="Public")
    await factories.comment(post=post, body_html="<p>shown</p>")
    for status in ("PENDING", "REJECTED", "SPAM", "HIDDEN"):
        await factories.comment(post=post, status=CommentStatus(status), body_html=f"<p>secret {status}</p>")
    category, author = await factories.category(slug="c"), await factories.author(username="ada")
    values = {"category": category, "author": author, "title": "secret", "tags": ["t"]}
    hidden = [
        await factories.draft(slug="draft", **values),
        await factories.scheduled(slug="scheduled", **values),
    ]
    for each in hidden:
        told = await factories.comment(post=each, body_html="<p>secret</p>")
        assert await reader.status(f"/posts/{each.slug}/comments") == 404
        assert await reader.status(f"/comments/comment_{told.id}/comments") == 404
    for path in ("/feed", "/categories/c/feed", "/tags/t/feed", "/people/ada/feed"):
        assert "secret" not in await reader.titles(path)
    for path in ("/comments", "/posts/public/comments"):
        for ending in ("atom", "rss", "json"):
            shown = (await reader.get(f"{path}.{ending}")).text
            assert "shown" in shown
            assert "secret" not in shown
    for comment in await Comment.exclude(status=CommentStatus.APPROVED):
        assert await reader.status(f"/comments/comment_{comment.id}/comments") == 404


async def test_a_token_shows_no_more(reader: Reader) -> None:
    await factories.draft(title="secret")
    response = await reader.get("/feed.json", authorization="Bearer nonsense")
    assert (response.status_code, response.json()["items"]) == (200, [])


WORDS = {
    "/categories/none/feed": "There is no such category.",
    "/tags/none/feed": "There is no such tag.",
    "/tags/%FF%ED%A0%80/feed": "There is no such tag.",
    "/people/none/feed": "There is nobody of this name.",
    "/posts/none/comments": "There is no such post, or it is not published.",
    "/comments/comment_99/comments": "There is no such comment, or it is not shown.",
    "/comments/99/comments": "There is no such comment, or it is not shown.",
}


async def test_what_is_not_there_is_said_in_words(reader: Reader) -> None:
    for path, words in WORDS.items():
        for ending in ("atom", "rss", "json"):
            response = await reader.get(f"{path}.{ending}")
            assert (response.status_code, response.text) == (404, f"{words}\n")
            assert response.headers["content-type"] == "text/plain; charset=utf-8"
            assert response.headers["cache-control"] == "no-store"


async def test_other_addresses_are_no_feeds(sqlite_reader: Reader) -> None:
    for path in ("/feed.xml", "/feed", "/feed.atom/", "/posts/a/feed.atom", "/tags//feed.rss"):
        assert (await sqlite_reader.get(path)).status_code == 404


async def test_former_names_lead_to_the_present_one(reader: Reader) -> None:
    post = await factories.post(slug="new", author=await factories.author(username="ada"))
    await PostSlug.create(slug="old", post_id=post.id)
    for path, now in (
        ("/posts/old/comments.atom", "/posts/new/comments.atom"),
        ("/posts/old/comments.json?after=x%26y", None),
        ("/posts/NEW/comments.rss", "/posts/new/comments.rss"),
        ("/people/Ada/feed.rss?utm_source=x", "/people/ada/feed.rss"),
    ):
        response = await reader.get(path)
        if now is None:  # what is no cursor is none there either
            assert response.status_code == 400
        else:
            assert (response.status_code, response.headers["location"]) == (301, URL + now)
            assert response.headers["cache-control"] == "public, max-age=86400"
            assert (await reader.get(response.headers["location"])).status_code == 200


async def test_pages_visit_each_entry_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_documents, "POSTS_PER_PAGE", 3)
    category = await factories.category()
    same = datetime(2024, 3, 1, tzinfo=UTC)
    made = [await factories.post(category=category, published_at=same) for _ in range(5)]
    made += [await factories.post(category=category) for _ in range(3)]
    for ending, following in (("atom", _next_in_xml), ("rss", _next_in_xml), ("json", _next_in_json)):
        pages, seen = 0, list[str]()
        address: str | None = f"{URL}/feed.{ending}"
        while address:
            response = await reader.get(address)
            seen += re.findall(r"post_\d+(?=</id>|</guid>|\",\"url)", response.text)
            assert address in response.text.replace("&amp;", "&")
            pages, address = pages + 1, following(response)
        assert pages == 3
        assert len(seen) == len(set(seen)) == len(made)


def _next_in_xml(response: Any) -> str | None:
    links = etree.fromstring(response.content).iter(f"{ATOM}link")
    return next((link.get("href") for link in links if link.get("rel") == "next"), None)


def _next_in_json(response: Any) -> str | None:
    found: str | None = response.json().get("next_url")
    return found


async def test_a_cursor_that_is_none_is_refused(reader: Reader) -> None:
    for path in ("/feed.atom?after=x", "/feed.json?after=%00", "/tags/%00/feed.rss"):
        response = await reader.get(path)
        assert response.status_code == 400
        assert "cursor" in response.text or "text" in response.text


async def test_entries_say_who_when_and_in_which_language(reader: Reader) -> None:
    guest = await factories.guest(name="Gast", website="https://guest.example/")
    post = await factories.post(
        slug="poutine",
        title="Poutine ]]> \x01",
        language="fr",
        author=await factories.author(username="ada", name="Ada"),
        body_html='<p><a href="/x">x</a> <a href="#n">n</a> \x0b]]></p>',
        updated_at=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        published_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC),
    )
    await factories.comment(post=post, author=guest, edited_at=datetime(2025, 1, 3, tzinfo=UTC))
    await factories.comment(post=post, author_id=None)
    root = etree.fromstring((await reader.get("/feed.atom")).content)
    (entry,) = root.iter(f"{ATOM}entry")
    told = {name: entry.findtext(f"{ATOM}{name}") for name in ("title", "published", "updated", "content")}
    assert told == {
        "title": "Poutine ]]> ",
        "published": "2024-12-31T23:30:00Z",
        "updated": "2025-01-02T03:04:05Z",
        "content": f'<p><a href="{URL}/x">x</a> <a href="{URL}/posts/poutine#n">n</a> ]]&gt;</p>',
    }
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert root.findtext(f"{ATOM}updated") == "2025-01-02T03:04:05Z"
    comments = (await reader.get("/posts/poutine/comments.json")).json()
    assert comments["language"] == "fr"
    assert comments["title"] == "Commentaires : Poutine ]]> "
    by_name = {item["authors"][0]["name"]: item for item in comments["items"]}
    assert by_name.keys() == {"Gast", "Anonyme"}
    assert by_name["Gast"]["authors"] == [{"name": "Gast", "url": "https://guest.example/"}]
    assert by_name["Gast"]["date_modified"] == "2025-01-03T00:00:00Z"


async def test_ids_survive_another_slug_and_another_host(database_url: str) -> None:
    async with reading(database_url) as reader:
        post = await factories.post(slug="a")
        await factories.comment(post=post)
        before = [(await reader.get(path)).text for path in ("/feed.atom", "/comments.atom")]
        await Post.filter(id=post.id).update(slug="b")
        await PostSlug.create(slug="b", post_id=post.id)
    async with reading(database_url, site_url="https://other.example") as reader:
        after = [(await reader.get(path)).text for path in ("/feed.atom", "/comments.atom")]
    for one, other in zip(before, after, strict=True):
        assert re.findall(IDS, one) == re.findall(IDS, other)
        assert "other.example" in other
        assert "//blog.example" not in other
    assert re.search(r"<id>tag:blog\.example,\d{4}-\d\d-\d\d:[0-9a-f]{8}/post_1</id>", before[0])


async def test_ids_are_decided_once(database: Database) -> None:
    del database
    site = Site(url="https://[::1]:8000/blog")
    moment = datetime(2026, 3, 4, tzinfo=UTC)
    first = await feed_ids.prefix(site, moment)
    assert re.fullmatch(r"tag:localhost,2026-03-04:[0-9a-f]{8}/", first)
    assert await feed_ids.prefix(Site(url="https://x.example"), moment + timedelta(days=9)) == first
    assert await feed_ids._make("tag:late,2026-01-01:1/") == first
    assert await SiteState.filter(name=feed_ids.NAME).count() == 1


async def test_comments_on_pages_elsewhere_lead_there(reader: Reader) -> None:
    address = "https://elsewhere.example/a?b=c&d"
    post = await factories.post(slug="x", title="Elsewhere", kind="EXTERNAL", address=address)
    page = await factories.post(slug="imprint", kind="PAGE")
    comment = await factories.comment(post=post)
    await factories.comment(post=page)
    assert await reader.titles("/feed") == []
    assert len(await reader.titles("/comments")) == 2
    told = (await reader.get("/posts/x/comments.json")).json()
    assert told["home_page_url"] == address
    assert [item["url"] for item in told["items"]] == [f"{address}#comment_{comment.id}"]


async def test_the_api_says_where_they_are(reader: Reader) -> None:
    ada = await factories.author(username="ada")
    await factories.post(slug="one", tags=["t"], author=ada, category=await factories.category(slug="c"))
    await factories.draft(slug="two", author=ada)
    names = "feeds { url comments }"
    data = await reader.ask(
        f'{{ site {{ {names} }} category(by: {{slug: "c"}}) {{ {names} }} tag(by: {{slug: "t"}}) {{ {names} }}'
        f' user(by: {{username: "ada"}}) {{ {names} }} post(by: {{slug: "one"}}) {{ {names} }} }}'
    )
    assert {name: len(found["feeds"]) for name, found in data.items()} == {
        "site": 6,
        "category": 3,
        "tag": 3,
        "user": 3,
        "post": 3,
    }
    for found in data.values():
        for link in found["feeds"]:
            response = await reader.get(link["url"])
            assert response.status_code == 200
            assert ("Re: " in response.text or "/comments." in response.text[:900]) >= link["comments"]
