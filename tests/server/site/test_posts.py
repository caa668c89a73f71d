"""A post as a page: what everybody may see of it, and its conversation."""

import json
from datetime import datetime
from typing import Any

import mf2py  # type: ignore[import-untyped]
import pytest
from html5lib import HTMLParser  # type: ignore[import-untyped]

from models import CommentStatus, LinkbackKind, LinkbackStatus
from server.site.pages.posts import threads
from tests import factories
from tests.server.site.rows import EVIL, IN_PARIS, LATE, linkback, notes, on_both, rendered
from tests.server.site.visitor import URL, Visitor


@pytest.fixture
def site_settings() -> dict[str, Any]:
    return IN_PARIS


@on_both
async def test_it_is_all_there(visitor: Visitor) -> None:
    post = await notes(linkback_count=1)
    first = await factories.comment(post=post, body_html="<p>First</p>")
    gone = await factories.tombstone(parent=first)
    await factories.comment(parent=gone, body_html="<p>Deep</p>", author_id=post.author_id)
    await factories.comment(post=post, body_html="<p>Second</p>", author_id=None)
    await factories.comment(post=post, body_html="<p>Hidden</p>", status=CommentStatus.PENDING)
    await linkback(post, title="A page", site_name="Elsewhere", excerpt="As she says", author_name="Ben")
    await linkback(post, source_url="https://spam.example", title="Spam", status=LinkbackStatus.PENDING)

    await visitor.get("/posts/notes")
    assert visitor.one("article.h-entry").attributes["lang"] == "en-GB"
    assert visitor.texts("title") == ["Notes & <numbers> – Café & co"]
    assert visitor.texts("h1") == ["Notes & <numbers>"]
    assert visitor.texts(".h-entry > header > .facts") == ["Ada Lovelace · April 1, 2024 · 3 comments"]
    assert visitor.texts(".e-content em") == ["words"]
    assert visitor.page.css(".e-content th")[0].attributes == {"class": "aligned-right"}
    assert visitor.one(".e-content table").attributes == {"tabindex": "0"}, "it scrolls"
    assert visitor.texts("article > footer > p") == ["Category: Music, Maths", "Tags: Engines, Bernoulli"]
    assert visitor.texts(".share a")[:2] == ["E-mail", "Bluesky"]  # Mastodon's has an open end
    assert visitor.texts("#comments h2") == ["3 comments"]
    assert visitor.texts(".threads > li > article > .comment-body") == ["First", "Second"]
    assert visitor.texts(".threads > li > .replies > li > article") == ["This comment was deleted."]
    assert visitor.texts(".replies .replies > li > article > .comment-body") == ["Deep"]
    assert visitor.texts(".replies .replies .badge") == ["Author"]
    assert visitor.texts(".threads > li > article .who")[1] == "Somebody"
    assert visitor.texts("#linkbacks h2") == ["1 page links here"]
    assert visitor.texts("#linkbacks li") == [
        "A page Ben · Elsewhere · trackback · April 1, 2024 As she says"
    ]
    assert [node.attributes["href"] for node in visitor.page.css("#linkbacks li a")] == [
        "https://else.example/one"
    ]
    assert visitor.texts("#trackback code") == [f"{URL}/trackbacks/post_{post.id}"]
    assert visitor.one("meta[name=description]").attributes["content"] == "Some words."
    HTMLParser(strict=True).parse(visitor.response.text)


async def test_what_scripts_need_is_there(visitor: Visitor) -> None:
    post = await notes()
    comment = await factories.comment(post=post)
    await factories.comment(parent=comment)
    await visitor.get("/posts/notes")
    told = visitor.one("#comments").attributes
    assert (told["data-post"], told["data-count"]) == (f"post_{post.id}", "2")
    assert told["data-cursor"]
    depths = [
        (node.attributes["id"], node.attributes["data-depth"]) for node in visitor.page.css("li.comment")
    ]
    assert depths == [(f"comment_{comment.id}", "0"), (f"comment_{comment.id + 1}", "1")]
    assert datetime.fromisoformat(visitor.page.css("li")[-1].attributes.get("data-created") or "0001-01-01")


async def test_readers_of_microformats_read_it(visitor: Visitor) -> None:
    ada = await factories.author(name="Ada & co")
    post = await notes(title="«Notes»", body_html="<p>1</p>", author=ada)
    await factories.comment(post=post)
    response = await visitor.get("/posts/notes")
    (entry,) = mf2py.parse(doc=response.text, url=URL)["items"]
    assert entry["type"] == ["h-entry"]
    read = entry["properties"]
    assert read["name"] == ["«Notes»"]
    assert read["author"][0]["properties"]["name"] == ["Ada & co"]
    assert read["url"] == ["https://blog.example/posts/notes"]
    assert datetime.fromisoformat(read["published"][0]) == LATE
    assert read["content"][0]["html"].strip() == "<p>1</p>"
    assert {"Engines", "Music"} < set(read["category"])


async def test_search_engines_are_told_what_it_is(visitor: Visitor) -> None:
    image = await factories.image(alt="A machine")
    post = await notes(title="</script><b>", image=image)
    await factories.comment(post=post)
    await visitor.get("/posts/notes")
    posting, way = json.loads(visitor.one("script[type='application/ld+json']").text())["@graph"]
    assert (posting["@type"], posting["headline"], posting["commentCount"]) == (
        "BlogPosting",
        "</script><b>",
        1,
    )
    assert posting["author"] == {
        "@type": "Person",
        "name": "Ada Lovelace",
        "url": f"{URL}/people/{(await post.author).username}",
    }
    assert datetime.fromisoformat(posting["datePublished"]) == LATE
    assert [step["item"] for step in way["itemListElement"]] == [
        f"{URL}/",
        f"{URL}/categories/music",
        f"{URL}/posts/notes",
    ]
    told = {
        node.attributes["property"]: node.attributes["content"]
        for node in visitor.page.css("meta[property^='og:']")
    }
    assert (told["og:type"], told["og:title"], told["og:url"]) == (
        "article",
        "</script><b>",
        f"{URL}/posts/notes",
    )
    assert (told["og:image"] or "").startswith(f"{URL}/media/")
    assert told["og:image:alt"] == "A machine"


async def test_the_words_around_it_are_the_readers(visitor: Visitor) -> None:
    post = await notes(language="fr-CA", linkback_count=2)
    await factories.comment(post=post, author=await factories.guest(name="Zoé"))
    await visitor.get("/posts/notes", accept_language="fr")
    assert visitor.texts("h2") == ["1 commentaire", "2 pages renvoient ici"]
    assert visitor.texts("article > footer > p")[0].startswith("Catégorie\u202f:".replace("\u202f", " "))
    assert visitor.texts(".h-entry > header time") == ["1 avril 2024"]
    assert visitor.texts(".comment .badge") == ["Invité"]
    assert [visitor.one(each).attributes["lang"] for each in ("html", "article.h-entry")] == ["fr", "fr-CA"]


async def test_long_conversations_have_pages(visitor: Visitor) -> None:
    post = await notes(linkback_count=101)
    first = await factories.comment(post=post, body_html="<p>0</p>")
    for number in range(1, 51):
        await factories.comment(post=post, body_html=f"<p>{number}</p>")
    for number in range(1, 101):
        await linkback(post, source_url=f"https://else.example/{number}")
    reply = await factories.comment(parent=first, body_html="<p>A late reply</p>")
    await linkback(post, source_url="https://else.example/0")

    await visitor.get("/posts/notes")
    assert visitor.texts("#comments h2, #linkbacks h2, #linkbacks > p:not([id])") == [
        "52 comments",
        "101 pages link here",
        "The last 100 of them:",
    ]
    assert visitor.texts(".comment-body") == [str(number) for number in range(50)]
    assert len(visitor.page.css("#linkbacks li")) == 100
    await visitor.get(visitor.one("#comments a[rel=next]").attributes["href"] or "")
    assert visitor.texts(".comment-body") == ["50", "A late reply"]
    assert visitor.page.css("#comments a[rel=next]") == []
    assert visitor.one("link[rel=canonical]").attributes["href"] == f"{URL}/posts/notes"
    answered = [node.attributes["href"] for node in visitor.page.css(".comment header a:not(.u-url)")]
    assert f"/comments/comment_{first.id}" in answered

    response = await visitor.get(f"/comments/comment_{first.id}")
    assert response.url.path == "/posts/notes"
    await visitor.get(f"/comments/comment_{reply.id}")
    assert visitor.texts(".comment-body") == ["A late reply"]
    assert visitor.texts("h1") == ["Notes & <numbers>"]
    assert [node.attributes["href"] for node in visitor.page.css(".list-head a")] == [
        "/posts/notes",
        "/posts/notes#comments",
        f"/comments/comment_{first.id}",
    ]
    HTMLParser(strict=True).parse(visitor.response.text)


def test_a_reply_to_what_is_not_in_the_list_stands_at_the_top() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "2", "parent": {"id": "1"}},
        {"id": "3", "parent": {"id": "4"}},
        {"id": "4", "parent": None},
    ]
    two, four = threads(rows)
    assert (two["id"], four["id"], four["replies"][0]["id"]) == ("2", "4", "3")


async def test_who_waits_for_a_moderator_sees_their_comment(visitor: Visitor) -> None:
    ben = await factories.user(name="Ben")
    await factories.comment(
        post=await notes(), author=ben, status=CommentStatus.PENDING, body_html="<p>Mine</p>"
    )
    await visitor.get("/posts/notes")
    assert visitor.texts(".comment") == []
    await visitor.sign_in(ben)
    await visitor.get("/posts/notes")
    assert visitor.texts(".comment-body") == ["Mine"]
    assert visitor.texts(".comment .badge") == ["Waits for a moderator"]


async def test_the_posts_beside_it_are_named(visitor: Visitor) -> None:
    for number in (1, 2, 3):
        await factories.post(slug=f"post-{number}", title=f"Post {number}")
    await visitor.get("/posts/post-2")
    assert visitor.texts(".neighbours a") == ["Previous post Post 1", "Next post Post 3"]


async def test_a_page_beside_the_lists_is_shown_too(visitor: Visitor) -> None:
    await factories.post(slug="about", title="About", kind="PAGE")
    await visitor.get("/posts/about")
    assert visitor.texts("h1") == ["About"]


async def test_nothing_that_anybody_wrote_is_anything_but_text(visitor: Visitor) -> None:
    ada = await factories.author(name=EVIL)
    post = await notes(
        title=EVIL,
        excerpt=EVIL,
        author=ada,
        category=await factories.category(name=EVIL),
        tags=[EVIL[:50]],
        body_html=rendered(EVIL),
        image=await factories.image(alt=EVIL),
        linkback_count=3,
    )
    await factories.comment(post=post, author=ada, body_html=rendered(EVIL))
    await factories.comment(post=post, author=await factories.guest(name=EVIL, website="javascript:alert(1)"))
    for source in ("javascript:alert(1)", f"https://else.example/{EVIL}", "http://[javascript:alert(1)"):
        kind = LinkbackKind.WEBMENTION
        told = {"title": EVIL, "site_name": EVIL, "excerpt": EVIL, "author_name": EVIL[:100]}
        await linkback(post, source_url=source, kind=kind, **told)
    await visitor.get("/posts/notes")
    assert_harmless(visitor, pictures=[EVIL])
    assert visitor.texts("title") == [f"{EVIL} – Café & co"]
    assert visitor.texts("h1") == visitor.texts("header .p-author") == [EVIL]
    assert visitor.texts("#comments bdi") == [EVIL, EVIL]
    assert visitor.texts("#linkbacks blockquote") == [EVIL] * 3
    assert len(visitor.page.css("#linkbacks li a")) == 1
    assert [node.tag for node in visitor.page.css("body > *")] == ["a", "header", "div", "footer"]


def assert_harmless(visitor: Visitor, pictures: list[str]) -> None:
    """Nothing on the page runs or leads into a script."""
    assert (
        visitor.page.css(
            "script:not([src]):not([type='application/ld+json']):not([type='application/json']), "
            "iframe, object, style, base"
        )
        == []
    )
    assert [node.attributes["alt"] for node in visitor.page.css("img")] == pictures
    for node in visitor.page.css("*"):
        assert not any(name.startswith("on") or name == "style" for name in node.attributes)
        assert "javascript:" not in (node.attributes.get("href") or "").partition("?")[0].lower()
    for node in visitor.page.css("script[type='application/ld+json']"):
        assert json.loads(node.text())
    HTMLParser(strict=True).parse(visitor.response.text)


async def test_of_a_picture_that_nobody_described_no_file_name_is_read_out(visitor: Visitor) -> None:
    await notes(body_html='<p><img src="/1.png"><img alt="A cat" src="/2.png"><img src="/3.png" alt=""></p>')
    await visitor.get("/posts/notes")
    assert [each.attributes["alt"] for each in visitor.page.css(".e-content img")] == ["", "A cat", ""]
