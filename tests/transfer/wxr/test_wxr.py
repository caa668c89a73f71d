"""What is written for WordPress is read back: by our own reader of its exports, and by a parser that knows neither."""

import stat
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import (
    Category,
    Comment,
    CommentStatus,
    Image,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    PathAlias,
    PostKind,
    PostSlug,
)
from resolvers import filing
from runtime.xml_characters import fit_for_xml
from storage import Database
from tests import factories
from tests.transfer.archive.content import DIGEST, ODD, a_site_with_everything
from transfer.formats import records as read
from transfer.formats import wordpress
from transfer.formats.characters import decoded
from transfer.formats.sources import Source
from transfer.placing import PlaceTaken
from transfer.wxr import text
from transfer.wxr.export import Left, export_wxr
from transfer.wxr.head import Site
from transfer.wxr.xml import feed

SITE = Site("Encres & papiers <1>", "https://blog.example", "https://pictures.example", "Europe/Paris")
Kind = TypeVar("Kind", bound=read.Record)
MOMENT = datetime(2010, 3, 28, 1, 30, tzinfo=UTC)
HTML = '<p>One [gallery] &amp; <a href="https://a.example/?a=1&amp;b=2">two</a></p>\n<pre><code>a\n\n[b]\n</code></pre>'


async def written(path: Path) -> tuple[Left, list[read.Record]]:
    left = await export_wxr(path, SITE)
    return left, list(wordpress.read(Source(path), read.Options(timezone=SITE.timezone)))


def of(kind: type[Kind], records: list[read.Record]) -> list[Kind]:
    return [record for record in records if isinstance(record, kind)]


async def test_posts_come_back_with_all_that_is_theirs(database: Database, tmp_path: Path) -> None:
    assert database
    child, top = await factories.category(slug="encres", name="R&D <x>"), await factories.category(slug="été")
    await Category.filter(id=child.id).update(parent_id=top.id, description="Plumes & encres")
    image = await Image.create(
        digest=DIGEST, media_type="image/webp", width=9, height=9, bytes=9, alt="A & B", created_at=MOMENT
    )
    writer = await factories.author(username="maud", name="Maud & fils", email="maud@example.org")
    post = await factories.post(
        slug="poutine",
        title="A & B <3",
        body_html=HTML,
        excerpt="Short & good",
        excerpt_written=True,
        author=writer,
        category=child,
        image=image,
        pinned=True,
        published_at=MOMENT,
        comments_open=False,
        tags=["L’eau & &amp;"],
    )
    await filing.file(post, [child.id, top.id])
    await PostSlug.create(slug="old-poutine", post_id=post.id)
    await PathAlias.create(path="/2008/02/03/la-poutine.html", post_id=post.id)
    await PathAlias.create(path="/?p=18", post_id=post.id)
    _, found = await written(tmp_path / "site.xml")
    assert of(read.Blog, found) == [read.Blog(title=SITE.title, url=SITE.url, language="en")]
    assert of(read.Author, found) == [
        read.Author(key="maud", name="Maud & fils", username="maud", email="maud@example.org")
    ]
    categories = {category.slug: category for category in of(read.Category, found)}
    assert [*categories] == ["été", "encres"]
    assert (categories["encres"].name, categories["encres"].description) == ("R&D <x>", "Plumes & encres")
    assert categories["encres"].parent == categories["été"].key
    assert [tag.name for tag in of(read.Tag, found)] == ["L’eau & &amp;"]
    tags = tuple(tag.key for tag in of(read.Tag, found))
    (back,) = of(read.Post, found)
    assert (back.title, back.excerpt, back.slug) == ("A & B <3", "Short & good", "poutine")
    assert back.body.replace("&#91;", "[") == HTML
    assert "[gallery]" not in back.body
    assert (back.published_at, back.created_at, back.updated_at) == (MOMENT, MOMENT, MOMENT)
    assert (back.author, back.categories, back.tags) == ("maud", ("encres", categories["été"].key), tags)
    assert (back.pinned, back.comments_open, back.kind) == (True, False, read.PostKind.ARTICLE)
    assert {"/posts/poutine", "/posts/old-poutine", "/posts/la-poutine"} <= set(back.paths)
    (picture,) = of(read.Image, found)
    assert picture == read.Image(
        key=back.image, url=f"https://pictures.example/ab/{DIGEST}.webp", alt="A & B"
    )


async def test_drafts_pages_and_scheduled_posts_stay_what_they_are(
    sqlite_database: Database, tmp_path: Path
) -> None:
    assert sqlite_database
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    await factories.draft(slug="draft", created_at=MOMENT)
    await factories.post(slug="later", published_at=later)
    await factories.post(slug="page", kind=PostKind.PAGE, language="fr")
    await factories.post(slug="elsewhere", kind=PostKind.EXTERNAL, address="https://a.example/")
    left, found = await written(tmp_path / "site.xml")
    posts = {post.slug: post for post in of(read.Post, found)}
    assert posts.keys() == {"draft", "later", "page"}
    assert (posts["draft"].published_at, posts["draft"].created_at) == (None, MOMENT)
    assert posts["later"].published_at == later
    assert (posts["page"].kind, posts["page"].language) == (read.PostKind.PAGE, "fr")
    assert left.left_out == {"pages of other sites, with their comments": 1}
    assert not of(read.LeftOut, found)


async def test_threads_come_back_without_what_nobody_should_see(database: Database, tmp_path: Path) -> None:
    assert database
    guest = await factories.user(
        username=None,
        email=None,
        guest_email="g@example.org",
        guest_key="a" * 64,
        name="Léa & co",
        website="https://lea.example/?a=1&b=2",
    )
    post = await factories.post(published_at=MOMENT)
    html = "<p>One\nline <b>&amp;</b></p>\n<p>Two<br>\nlines</p>\n"
    late = await factories.comment(post=post, author=guest, body_html=html, created_at=MOMENT)
    reply = await factories.comment(parent=late, author=await post.author, body_html="<p>Reply</p>")
    grave = await factories.tombstone(post=post, parent=late, depth=1)
    await factories.comment(parent=grave, body_html="<p>Under a grave</p>", depth=2)
    early = await factories.comment(post=post, depth=1, body_html="<p>Early</p>")
    parent = await factories.comment(post=post, body_html="<p>Parent</p>")
    await Comment.filter(id=early.id).update(parent_id=parent.id)
    waiting = await factories.comment(post=post, status=CommentStatus.PENDING, body_html="<p>Waiting</p>")
    await factories.comment(parent=waiting, status=CommentStatus.HIDDEN, body_html="<p>Under one</p>")
    spam = await factories.comment(post=post, status=CommentStatus.SPAM)
    await factories.comment(parent=spam, status=CommentStatus.HIDDEN)
    left, found = await written(tmp_path / "site.xml")
    comments = {comment.body: comment for comment in of(read.Comment, found)}
    parents = {comment.key: body for body, comment in comments.items()}
    first = "<p>One line <b>&amp;</b></p>\n<p>Two<br>\nlines</p>"
    assert {body: parents.get(comment.parent or "", "") for body, comment in comments.items()} == {
        first: "",
        "<p>Reply</p>": first,
        "<p>Under a grave</p>": first,
        "<p>Parent</p>": "",
        "<p>Early</p>": "<p>Parent</p>",
        "<p>Waiting</p>": "",
        "<p>Under one</p>": "<p>Waiting</p>",
    }
    assert comments[first].author == read.Guest(
        name="Léa & co", email="g@example.org", website="https://lea.example/?a=1&b=2"
    )
    assert comments[first].created_at == MOMENT
    assert comments["<p>Reply</p>"].author == (await (await reply.post).author).username
    pending = {body for body, comment in comments.items() if comment.visibility is read.Visibility.PENDING}
    assert pending == {"<p>Waiting</p>", "<p>Under one</p>"}
    assert all(int(comment.parent or 0) < int(comment.key) for comment in comments.values())
    assert left.left_out == {
        "deleted comments, whose replies move up": 1,
        "comments that were rejected or are spam, with their replies": 2,
    }


async def test_linkbacks_are_trackbacks_and_pingbacks(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database
    post = await factories.post()
    for kind in LinkbackKind:
        for status in LinkbackStatus:
            await Linkback.create(
                post=post,
                kind=kind,
                status=status,
                source_url=f"https://a.example/{kind}/{status}?a&b",
                source_digest=f"{kind}{status}",
                site_name="A & B",
                title="T <1>",
                excerpt="An & excerpt",
                received_at=MOMENT,
            )
    left, found = await written(tmp_path / "site.xml")
    linkbacks = of(read.Linkback, found)
    shown = [each for each in linkbacks if each.visibility is read.Visibility.PUBLIC]
    assert (len(linkbacks), len(shown)) == (9, 3)
    assert {(each.kind, each.site_name, each.title, each.excerpt) for each in linkbacks} == {
        (read.LinkbackKind.TRACKBACK, "A & B", "T <1>", "An & excerpt"),
        (read.LinkbackKind.PINGBACK, "", "T <1>", "An & excerpt"),
    }
    assert f"https://a.example/{LinkbackKind.TRACKBACK}/APPROVED?a&b" in {each.source_url for each in shown}
    assert left.left_out == {"linkbacks that were rejected or are spam": 6}


async def test_another_parser_finds_as_much(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database
    await a_site_with_everything()
    left = await export_wxr(tmp_path / "site.xml", SITE)
    root = ET.parse(tmp_path / "site.xml").getroot()
    kinds = [kind.text for kind in root.iter("{http://wordpress.org/export/1.2/}post_type")]
    assert sorted(map(str, kinds)) == ["attachment", "page", "post"]
    assert left.posts == 2
    assert len(list(root.iter("{http://wordpress.org/export/1.2/}comment"))) == left.comments == 10
    dates = ("post_date", "post_date_gmt")
    shown = [root.findtext(f"channel/item/{{http://wordpress.org/export/1.2/}}{name}") for name in dates]
    assert shown == ["2010-03-28 03:30:00", "2010-03-28 01:30:00"]
    descriptions = root.iter("{http://wordpress.org/export/1.2/}category_description")
    assert [decoded(each.text or "") for each in descriptions] == ["", " ".join(ODD.split())]
    with pytest.raises(PlaceTaken):
        await export_wxr(tmp_path / "site.xml", SITE)
    assert stat.S_IMODE((tmp_path / "site.xml").stat().st_mode) == 0o600


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=20), max_size=5))
def test_any_text_is_well_formed_and_comes_back(texts: list[str]) -> None:
    file = BytesIO()
    with feed(file, UTC) as channel:
        for each in texts:
            channel.text("wp:tag_name", each, nicename=each)
    found = list(ET.fromstring(file.getvalue()).iter("{http://wordpress.org/export/1.2/}tag_name"))
    assert [element.text or "" for element in found] == [fit_for_xml(each) for each in texts]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("a<>&;#x1'\"é lt"), max_size=20))
def test_names_are_kept_as_wordpress_keeps_them(name: str) -> None:
    assert decoded(text.escaped(name)) == " ".join(name.split())


@pytest.mark.parametrize(
    ("rendered", "kept"),
    [
        ("", ""),
        ("<p>One</p>\n", "One"),
        ("<p>One\nline</p>\n<p>Two</p>", "One line\n\nTwo"),
        ("<p>a<br>\nb</p>", "a\nb"),
        (
            "<p>a</p>\n<pre><code>x\n\n  y\n</code></pre>\n<p>b</p>",
            "a\n\n<pre><code>x\n\n  y\n</code></pre>\n\nb",
        ),
        (
            "<blockquote>\n<p>Said</p>\n</blockquote>\n<p>No</p>",
            "<blockquote>\n\nSaid\n\n</blockquote>\n\nNo",
        ),
    ],
)
def test_comments_are_marked_up_by_empty_lines(rendered: str, kept: str) -> None:
    assert text.comment(rendered) == kept
