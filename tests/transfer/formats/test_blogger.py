import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.transfer.formats.blogger_writing import (
    ADDRESS,
    BLOG,
    GUEST,
    IN_REPLY,
    archive,
    comment,
    entry,
    old_entry,
    reported,
    takeout,
)
from tests.transfer.formats.xml_writing import PARIS, SAMPLES, of, read, sample
from transfer.formats.detection import find
from transfer.formats.records import (
    Author,
    Blog,
    Changed,
    Comment,
    FormatError,
    Guest,
    LeftOut,
    Post,
    PostKind,
    Tag,
)

SAMPLE = "by-hand-blogger-takeout.atom"


def test_all_that_a_feed_has_is_read_or_left_out_for_a_reason() -> None:
    kinds = (
        ET.parse(SAMPLES / SAMPLE)
        .getroot()
        .findall("./{*}entry/{http://schemas.google.com/blogger/2018}type")
    )
    assert reported(sample(SAMPLE)) == Counter(kind.text for kind in kinds)


def test_a_feed_of_takeout_is_read() -> None:
    records = sample(SAMPLE)
    assert records[0] == Blog(title="Carnets")
    assert of(Author, records) == [Author(key="Maud", name="Maud")]
    assert [(tag.name, tag.paths) for tag in of(Tag, records)] == [
        ("Voyages", ("/search/label/Voyages",)),
        ("R&D", ("/search/label/R%26D",)),
    ]
    moment = datetime(2021, 3, 28, 0, 30, 0, 1000, tzinfo=UTC)
    assert of(Post, records)[0] == Post(
        key=f"{BLOG}.post-1",
        title="L’écluse & l’aube",
        body='<div dir="ltr">Texte<br /><br />suite</div>',
        slug="lecluse",
        published_at=moment,
        created_at=moment,
        updated_at=moment,
        author="Maud",
        tags=("Voyages", "R&D"),
        paths=("/2021/03/lecluse.html",),
    )
    assert [(post.kind, post.published_at is None) for post in of(Post, records)[1:]] == [
        (PostKind.ARTICLE, True),
        (PostKind.PAGE, False),
    ]
    assert [
        (item.key[-1], item.author, item.parent and item.parent[-1], item.body)
        for item in of(Comment, records)
    ] == [
        ("3", Guest(name="Anonyme"), None, "Bonjour<br />deux & <b>gras</b>"),
        ("4", "Maud", "3", "Merci"),
    ]
    assert [(left.key[-1], left.reason) for left in of(LeftOut, records)] == [
        ("5", "It was marked as spam."),
        ("7", "It is in the trash."),
    ]


def test_an_archive_of_old_is_read(tmp_path: Path) -> None:
    label = "<category scheme='http://www.blogger.com/atom/ns#' term='R&amp;D'/>"
    reply = f"<link rel='related' href='http://www.blogger.com/feeds/77/1/comments/default/2'/>{IN_REPLY}"
    parts = [
        old_entry(90, "settings"),
        old_entry(91, "template"),
        old_entry(1, extra=ADDRESS + label),
        old_entry(2, "comment", IN_REPLY, GUEST, "One<br />two"),
        old_entry(3, "comment", reply),
        old_entry(4, "page"),
        old_entry(
            5,
            extra="<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>",
        ),
    ]
    records = read(tmp_path, archive(*parts))
    assert records[0] == Blog(title="Carnets & co", url="http://a.blogspot.com")
    profile = "http://www.blogger.com/profile/5"
    assert of(Author, records) == [Author(key=profile, name="Maud", website=profile)]
    post = of(Post, records)[0]
    assert (post.title, post.tags, post.paths, post.base, post.slug) == (
        "Title 1",
        ("R&D",),
        ("/2009/05/a.html",),
        "http://a.blogspot.com/2009/05/a.html",
        "a",
    )
    assert (post.published_at, post.updated_at) == (
        datetime(2009, 5, 1, 8, tzinfo=UTC),
        datetime(2009, 5, 2, 8, tzinfo=UTC),
    )
    assert [(item.kind, item.published_at is None) for item in of(Post, records)[1:]] == [
        (PostKind.PAGE, False),
        (PostKind.ARTICLE, True),
    ]
    guest = Guest(name="Ann & co", website="http://www.blogger.com/profile/6")
    assert [(item.author, item.parent, item.body) for item in of(Comment, records)] == [
        (guest, None, "One<br />two"),
        (profile, f"{BLOG}.post-2", "Body"),
    ]
    assert [(left.kind, left.reason) for left in of(LeftOut, records)] == [
        ("settings", "It is neither a post nor a comment."),
        ("template", "It is neither a post nor a comment."),
    ]


def test_a_content_of_markup_is_kept_as_markup(tmp_path: Path) -> None:
    xhtml = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a &amp; <b>b</b></div></content>"
    content = takeout(entry(1)).replace("<content type='html'>&lt;p&gt;Body&lt;/p&gt;</content>", xhtml)
    assert of(Post, read(tmp_path, content))[0].body == "<div>a &amp; <b>b</b></div>"


@pytest.mark.parametrize("packed", ["zip", "folder"])
def test_the_feed_is_found_in_takeout(tmp_path: Path, packed: str) -> None:
    content, name = (SAMPLES / SAMPLE).read_bytes(), "Takeout/Blogger/Blogs/Carnets/feed.atom"
    others = {"Takeout/archive_browser.html": b"<html>", "Takeout/Blogger/Albums/x.jpg": b"\xff\xd8\xff"}
    others["Takeout/Blogger/Comments/Another/feed.atom"] = takeout(comment(5)).encode()
    path = tmp_path / "takeout"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archived:
            for member, data in {name: content, **others}.items():
                archived.writestr(member, data)
    else:
        for member, data in {name: content, **others}.items():
            (path / member).parent.mkdir(parents=True, exist_ok=True)
            (path / member).write_bytes(data)
    export = find(path)
    assert export.format.name == "blogger"
    assert list(export.read(PARIS)) == sample(SAMPLE)


def test_of_several_blogs_one_has_to_be_chosen(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.atom").write_text(takeout(entry(1)))
    with pytest.raises(FormatError, match=r"holds several exports: a/feed\.atom, b/feed\.atom\. Unpack it"):
        find(tmp_path)


def test_broken_files_give_what_they_have(tmp_path: Path) -> None:
    whole = takeout(
        entry(1), comment(2), entry(1, date="2021-02-30T00:00:00Z"), comment(2, date=""), entry(3)
    )
    content = whole[: whole.rindex("</content>")].replace("<title>Title", "<title><x>Title", 1)
    records = read(tmp_path, content)
    assert [post.key for post in of(Post, records)] == [f"{BLOG}.post-1", f"{BLOG}.post-1~2"]
    assert [change.reason for change in of(Changed, records)] == [
        "Its XML is broken: what could be read came over.",
        "Its id is that of another one, too.",
        "Its date cannot be read: it is filed under 1970.",
        "Its id is that of another one, too.",
        "Its date cannot be read: it is filed under 1970.",
        f"It is cut off in line {content.count(chr(10)) + 1}: what stands before that came over.",
    ]
    assert [(left.kind, left.key) for left in of(LeftOut, records)] == [("post", f"{BLOG}.post-3")]
