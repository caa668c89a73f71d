"""Pages with lists: the front page, months, categories, tags, people, the search."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from html5lib import HTMLParser  # type: ignore[import-untyped]

from models import Category
from resolvers import search_index
from tests import factories
from tests.server.site.rows import EVIL, IN_PARIS, notes, on_both
from tests.server.site.test_posts import assert_harmless
from tests.server.site.visitor import URL, Visitor

TITLES = "article h2"


@pytest.fixture
def site_settings() -> dict[str, Any]:
    return IN_PARIS


async def test_each_post_has_everything_beside_it(visitor: Visitor) -> None:
    post = await notes(trackback_count=1, image=await factories.image(alt="A machine"))
    await factories.comment(post=post)
    await visitor.get("/")
    assert visitor.texts(TITLES) == ["Notes & <numbers>"]
    assert visitor.texts(".p-summary") == ["Some words."]
    assert visitor.texts("article .facts > p") == [
        "Posted: April 1, 2024 · Ada Lovelace – 1 comment [ Comment ] – 1 trackback [ Trackback ]",
        "Category: Music, Maths",
    ]
    links = [str(node.attributes["href"]) for node in visitor.page.css("article .act a")]
    assert links == [f"/posts/notes#{part}" for part in ("comments", "write", "linkbacks", "trackback")]
    assert visitor.texts(".share li")[:2] == ["E-mail", "Bluesky"]
    assert visitor.texts(".side h2") == ["Categories", "Archive"]
    assert visitor.texts(".side li li") == ["April 2024 1"]
    picture = visitor.one("article img").attributes
    assert (picture["width"], picture["height"]) == ("1000", "500")


async def test_what_a_post_does_not_take_is_not_offered(visitor: Visitor) -> None:
    await notes(comments_open=False, linkbacks_open=False)
    await visitor.get("/")
    assert visitor.texts(".act") == ["– 0 comments", "– 0 trackbacks"]


async def test_pages_have_numbers(visitor: Visitor) -> None:
    ada, music = await factories.author(), await factories.category(slug="music")
    for number in range(1, 102):
        await factories.post(title=f"Post {number}", author=ada, category=music, tags=["all"])
    await visitor.get("/")
    assert visitor.texts(TITLES) == [f"Post {number}" for number in range(101, 91, -1)]
    assert visitor.texts(".pages li") == ["1", "2", "3", "…", "11"]
    await visitor.get("/page/6")
    assert visitor.texts(".pages li") == ["1", "…", "4", "5", "6", "7", "8", "…", "11"]
    assert visitor.texts(".pages [aria-current]") == ["6"]
    assert visitor.texts("title") == ["Café & co – Page 6"]
    beside = {
        str(node.attributes["rel"]): node.attributes["href"]
        for node in visitor.page.css("head link[rel=prev], [rel=next]")
    }
    assert beside == {"prev": "/page/5", "next": "/page/7"}
    assert visitor.one("link[rel=canonical]").attributes["href"] == f"{URL}/page/6"
    for path in ("", "/2024", "/2024/01", "/categories/music", "/tags/all", f"/people/{ada.username}"):
        await visitor.get(f"{path}/page/11")
        assert visitor.texts(TITLES) == ["Post 1"], path
        assert visitor.page.css(".pages a")[0].attributes["href"] == path or "/"
        for wrong in ("12", "0", "01", "-1", "1e1", "9999999"):
            assert (await visitor.get(f"{path}/page/{wrong}")).status_code == 404, (path, wrong)


@on_both
async def test_months_and_years_are_the_sites(visitor: Visitor) -> None:
    await notes()
    await factories.post(title="In March", published_at=datetime(2024, 3, 31, 21, 59, tzinfo=UTC))
    await factories.post(title="In 2023", published_at=datetime(2023, 12, 31, 22, 59, tzinfo=UTC))
    for path, titles in {
        "/2024": ["Notes & <numbers>", "In March"],
        "/2024/04": ["Notes & <numbers>"],
        "/2024/03": ["In March"],
        "/2023": ["In 2023"],
    }.items():
        response = await visitor.get(path)
        assert (response.status_code, visitor.texts(TITLES)) == (200, titles), path
    await visitor.get("/2024/04", accept_language="fr")
    assert visitor.texts("h1") == ["avril 2024"]
    await visitor.get("/2024")
    assert visitor.texts(".cards li") == ["April 2024 1", "March 2024 1"]
    assert visitor.texts(".list-head .facts") == ["Archive · 2 posts"]
    for empty in ("/2024/05", "/2025", "/0000", "/0001", "/9999/12", "/2024/13", "/2024/4"):
        assert (await visitor.get(empty)).status_code == 404, empty
    await visitor.get("/archive")
    assert visitor.texts(".year h2") == ["2024 2", "2023 1"]
    assert [node.attributes["href"] for node in visitor.page.css(".year li a")] == [
        "/2024/04",
        "/2024/03",
        "/2023/12",
    ]


async def test_an_address_with_a_slash_behind_leads_to_the_one_without(visitor: Visitor) -> None:
    await notes()
    for path in ("/2024/04/", "/categories/music/", "/archive//"):
        response = await visitor.client.get(path)
        assert (response.status_code, response.headers["location"]) == (301, URL + path.rstrip("/"))
    assert (await visitor.client.get("/nowhere/")).status_code == 404


async def test_names_in_other_letters_lead_to_the_present_ones(visitor: Visitor) -> None:
    await notes(author=await factories.author(username="ada"))
    for folder, name in {"categories": "music", "tags": "engines", "people": "ada"}.items():
        response = await visitor.get(f"/{folder}/{name.upper()}")
        assert response.url.path == f"/{folder}/{name}"
        assert visitor.texts(TITLES) == ["Notes & <numbers>"]


async def test_categories_say_what_is_in_them(visitor: Visitor) -> None:
    music = await factories.category(slug="music", name="Music", description="What sounds.")
    jazz = await factories.category(slug="jazz", name="Jazz", parent=music)
    await factories.category(slug="bop", name="Bop", parent=jazz)
    await factories.post(title="Any", category=music)
    await factories.post(title="Swing", category=jazz)
    await visitor.get("/categories")
    assert visitor.texts(".tree > li > a, .tree > li > p") == ["Music", "What sounds."]
    assert visitor.texts(".tree li li li") == ["Bop 0"]
    await visitor.get("/categories/music")
    assert (visitor.texts("h1"), visitor.texts(".intro"), visitor.texts(TITLES)) == (
        ["Music"],
        ["What sounds."],
        ["Any"],
    )
    assert visitor.texts(".cards li") == ["Jazz 1"]
    feeds = [node.attributes["href"] for node in visitor.page.css("link[rel=alternate][type]")]
    assert feeds[:3] == [f"{URL}/categories/music/feed.{ending}" for ending in ("atom", "rss", "json")]
    assert f"{URL}/feed.atom" in feeds
    await visitor.get("/categories/jazz")
    assert visitor.texts(".list-head .facts") == ["Categories › Music · 1 post"]
    (way,) = json.loads(visitor.one("script[type='application/ld+json']").text())["@graph"]
    assert [step["name"] for step in way["itemListElement"]] == ["Café & co", "Music", "Jazz"]
    assert (await visitor.get("/categories/rock")).status_code == 404


async def test_tags_are_listed_by_name(visitor: Visitor) -> None:
    await factories.post(title="Any", tags=["Café", "Bread"])
    await factories.post(title="Other", tags=["Bread"])
    await visitor.get("/tags")
    assert visitor.texts(".cards li") == ["Bread 2", "Café 1"]
    await visitor.get(visitor.page.css(".cards a")[1].attributes["href"] or "")
    assert (visitor.texts("h1"), visitor.texts(TITLES)) == (["Café"], ["Any"])
    feeds = [node.attributes["href"] or "" for node in visitor.page.css("link[rel=alternate][type]")]
    assert feeds[0].endswith("/feed.atom")
    assert (await visitor.get(feeds[0].removeprefix(URL))).status_code == 200


async def test_people_have_pages_and_guests_have_none(visitor: Visitor) -> None:
    image = await factories.image(alt="Ada")
    ada = await factories.author(
        name="Ada", username="ada", bio="Numbers.", website="https://ada.example", avatar=image
    )
    post = await factories.post(title="Mine", author=ada)
    await factories.comment(post=post, author=ada, body_html="<p>And mine</p>")
    guest = await factories.guest(name="Zoé")
    await factories.comment(post=post, author=guest)
    await visitor.get("/people/ada")
    assert (visitor.texts("h1"), visitor.texts(".intro"), visitor.texts(TITLES)) == (
        ["Ada"],
        ["Numbers."],
        ["Mine"],
    )
    assert visitor.one(".portrait a").attributes["href"] == "https://ada.example"
    assert visitor.one(".portrait img").attributes["alt"] == "Ada"
    assert visitor.texts(".said .comment-body") == ["And mine"]
    await visitor.get(visitor.one(".said a").attributes["href"] or "")
    assert visitor.response.url.path == f"/posts/{post.slug}"
    assert "Zoé" in visitor.texts(".comment .who")
    assert visitor.texts(".comment .who a") == ["Ada"]
    assert (await visitor.get("/people/nobody")).status_code == 404


@on_both
async def test_the_search_marks_what_it_found(visitor: Visitor) -> None:
    post = await factories.post(
        title="Engines", body_html="<p>About <b>engines</b> of brass.</p>", body="About engines of brass."
    )
    await factories.comment(post=post, body="An engine, indeed.", body_html="<p>An engine, indeed.</p>")
    await search_index.index_everything()
    await visitor.get("/search")
    assert visitor.texts(".hits li") == []
    await visitor.send("form.search", q="engine -steam")
    assert visitor.texts(".hits h2") == ["Engines", "Engines"]
    assert "Engines" in visitor.texts(".hits mark")
    assert visitor.texts("[role=status]") == ["2 hits"]
    await visitor.send("form.search", kind="comments")
    assert [node.attributes["href"] for node in visitor.page.css(".hits h2 a")] == ["/comments/comment_1"]
    assert visitor.one("option[selected]").attributes["value"] == "comments"
    for words in ("<b>", '"', "c++ AND *", "a:b", "a\0b", "x" * 600):
        response = await visitor.send("form.search", q=words, kind="")
        assert response.status_code == 200, words
        [said] = visitor.texts("[role=status]")
        assert said.startswith("Nothing was found.")
        assert "\0" not in response.text
    assert visitor.one("meta[name=robots]").attributes["content"] == "noindex, follow"


async def test_every_page_is_valid_and_harmless_whatever_is_on_it(visitor: Visitor) -> None:
    ada = await factories.author(name=EVIL, username="ada", bio=EVIL, website="javascript:alert(1)")
    category = await factories.category(name=EVIL, slug="evil", description=EVIL)
    await factories.category(name=EVIL, slug="below", parent=category)
    post = await notes(title=EVIL, excerpt=EVIL, author=ada, category=category, tags=[EVIL[:50]])
    await factories.comment(post=post, author=ada, body_html="<p>1</p>")
    await visitor.get("/tags")
    tag = visitor.one(".cards a").attributes["href"] or ""
    named = ("/", "/2024", "/2024/04", "/categories", "/categories/evil", tag, "/people/ada", "/posts/notes")
    for path in (*named, "/archive", '/search?q="><script>', "/search?q=notes&category=%22%3E", "/nowhere"):
        await visitor.get(path)
        assert_harmless(visitor, pictures=[])
        assert path not in named or EVIL[:50] in " ".join(visitor.texts("main")), path


async def test_an_empty_site_has_pages(visitor: Visitor) -> None:
    for path in ("/", "/archive", "/categories", "/tags"):
        response = await visitor.get(path)
        assert response.status_code == 200
        assert visitor.texts(".empty") == ["There is nothing here yet."]
        HTMLParser(strict=True).parse(response.text)
    assert await Category.all().count() == 0
    assert visitor.page.css_first(".side") is None, "a list of nothing has no heading"


async def test_an_empty_blog_tells_its_owner_how_to_begin(visitor: Visitor) -> None:
    await visitor.get("/")
    assert visitor.texts("main h2") == ["Is this your blog?"]
    assert "causerie user create" in visitor.texts("main pre")[0]
    await visitor.sign_in(await factories.admin())
    await visitor.get("/")
    assert visitor.texts("main .button") == ["Make a category"]
    await factories.category()
    await visitor.get("/")
    assert visitor.texts("main .button") == ["Write a post"]


async def test_a_page_is_small(visitor: Visitor) -> None:
    title, excerpt = "A title of some length, as they are " * 3, "Some words. " * 40
    for _ in range(10):
        post = await factories.post(title=title, excerpt=excerpt)
    for _ in range(50):
        await factories.comment(post=post, body_html=f"<p>{'Some words. ' * 20}</p>")
    for path in ("/", f"/posts/{post.slug}"):
        response = await visitor.get(path)
        assert len(response.content) < 60_000, path
        assert len(visitor.page.css("link[rel=stylesheet]")) == 1
        assert len(visitor.page.css("script[src]")) <= 1
