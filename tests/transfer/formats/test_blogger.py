import html
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.formats.xml_writing import LINES, MOMENTS, NAMES, PARIS, SAMPLES, of, read, sample
from transfer.formats.detection import find
from transfer.formats.records import (
    Author,
    Blog,
    Changed,
    Comment,
    FormatError,
    Guest,
    LeftOut,
    Options,
    Post,
    PostKind,
    Record,
    Tag,
    Visibility,
)

SAMPLE = "by-hand-blogger-takeout.atom"
BLOG = "tag:blogger.com,1999:blog-77"
GDATA = "http://schemas.google.com/g/2005"


def takeout(*entries: str) -> str:
    return f"""<?xml version='1.0' encoding='utf-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>
<id>{BLOG}</id><title>Carnets</title>{"".join(entries)}</feed>"""


def entry(number: int, kind: str = "POST", status: str = "LIVE", **fields: str) -> str:
    own = {
        "author": "Maud",
        "account": "BLOGGER",
        "title": "Title",
        "content": "<p>Body</p>",
        "date": "2021-03-28T00:30:00.001Z",
        "path": f"/2021/03/{number}.html",
        "labels": "",
        "parent": "",
        "answered": "",
        **fields,
    }
    labels = "".join(
        f"<category scheme='{BLOG}' term={html.escape(label)!r}/>" for label in own["labels"].split("|")
    )
    return f"""<entry><id>{BLOG}.post-{number}</id><blogger:type>{kind}</blogger:type>
<blogger:status>{status}</blogger:status><author><name>{html.escape(own["author"])}</name><uri></uri>
<blogger:type>{own["account"]}</blogger:type></author><title>{html.escape(own["title"])}</title>
<content type='html'>{html.escape(own["content"])}</content><published>{own["date"]}</published>
<updated>{own["date"]}</updated>{labels if own["labels"] else "<category/>"}
<blogger:filename>{own["path"]}</blogger:filename><blogger:trashed></blogger:trashed>
{f"<blogger:parent>{BLOG}.post-{own['parent']}</blogger:parent>" if own["parent"] else ""}
{f"<blogger:inReplyTo>{BLOG}.post-{own['answered']}</blogger:inReplyTo>" if own["answered"] else ""}</entry>
"""


def comment(number: int, status: str = "LIVE", on: int = 1, **fields: str) -> str:
    return entry(
        number, "COMMENT", status, parent=str(on), **{"account": "ANONYMOUS", "author": "Ann", **fields}
    )


def archive(*entries: str) -> str:
    return f"""<?xml version='1.0' encoding='UTF-8'?><?xml-stylesheet href="http://www.blogger.com/styles/atom.css"?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/' xmlns:gd='{GDATA}'
 xmlns:thr='http://purl.org/syndication/thread/1.0'><id>{BLOG}.archive</id><title type='text'>Carnets &amp; co</title>
<link rel='http://schemas.google.com/g/2005#feed' href='http://a.blogspot.com/feeds/archive'/>
<link rel='alternate' type='text/html' href='http://a.blogspot.com/'/>{"".join(entries)}</feed>"""


def old_entry(
    number: int, kind: str = "post", extra: str = "", author: str = "", content: str = "Body"
) -> str:
    author = (
        author
        or "<name>Maud</name><uri>http://www.blogger.com/profile/5</uri><email>noreply@blogger.com</email>"
    )
    term = f"http://schemas.google.com/blogger/2008/kind#{kind}"
    return f"""<entry><id>{BLOG}.post-{number}</id><published>2009-05-01T10:00:00.000+02:00</published>
<updated>2009-05-02T10:00:00.000+02:00</updated><category scheme='{GDATA}#kind' term='{term}'/>
<title type='text'>Title &lt;b&gt;{number}&lt;/b&gt;</title><content type='html'>{html.escape(content)}</content>
<author>{author}<gd:image rel='x' src='y'/></author>{extra}</entry>"""


ADDRESS = "<link rel='alternate' type='text/html' href='http://a.blogspot.com/2009/05/a.html' title='x'/>"
IN_REPLY = (
    f"<thr:in-reply-to ref='{BLOG}.post-1' href='http://a.blogspot.com/2009/05/a.html' type='text/html'/>"
)
GUEST = "<name>Ann &amp;amp; co</name><uri>http://www.blogger.com/profile/6</uri><email>noreply@blogger.com</email>"


def reported(records: list[Record]) -> Counter[str]:
    kinds = {PostKind.ARTICLE: "POST", PostKind.PAGE: "PAGE"}
    found = Counter(kinds[post.kind] for post in of(Post, records))
    found.update("COMMENT" for _ in of(Comment, records))
    found.update(left.kind.upper() for left in of(LeftOut, records))
    return found


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


def test_a_removed_comment_keeps_its_place_only_where_somebody_answered(tmp_path: Path) -> None:
    removed = "<gd:extendedProperty name='blogger.contentRemoved' value='true'/>"
    reply = f"<link rel='related' href='http://www.blogger.com/feeds/77/1/comments/default/2'/>{IN_REPLY}"
    parts = [
        old_entry(1),
        old_entry(2, "comment", removed + IN_REPLY, content="This comment has been removed by the author."),
        old_entry(3, "comment", reply),
        old_entry(4, "comment", removed + IN_REPLY),
    ]
    records = read(tmp_path, archive(*parts))
    assert [(item.deleted, item.body) for item in of(Comment, records)] == [(True, ""), (False, "Body")]
    assert of(Comment, records)[0].author == Guest()
    assert [(left.key[-1], left.reason) for left in of(LeftOut, records)] == [
        ("4", "It was deleted, and nobody had answered it.")
    ]


@pytest.mark.parametrize(
    ("status", "is_dated", "reason"),
    [
        ("LIVE", True, ""),
        ("SCHEDULED", True, ""),
        ("DRAFT", False, ""),
        ("NEW_WORD", False, "Its status is unknown: it became a draft."),
    ],
)
def test_only_what_was_public_is_dated(tmp_path: Path, status: str, is_dated: bool, reason: str) -> None:
    records = read(tmp_path, takeout(entry(1, status=status)))
    assert [post.published_at is not None for post in of(Post, records)] == [is_dated]
    assert [change.reason for change in of(Changed, records)] == [reason] * bool(reason)


@pytest.mark.parametrize("status", ["PENDING", "GHOSTED", "NEW_WORD"])
def test_comments_in_a_state_that_is_unknown_wait(tmp_path: Path, status: str) -> None:
    records = read(tmp_path, takeout(entry(1), comment(2, status)))
    assert [item.visibility for item in of(Comment, records)] == [Visibility.PENDING]
    assert [change.reason for change in of(Changed, records)] == [
        "Its state is unknown: it waits for a moderator."
    ]


def test_comments_share_the_fate_of_their_post(tmp_path: Path) -> None:
    parts = [
        comment(3, on=9),
        comment(4, on=1),
        comment(5, "SOFT_TRASHED", on=2),
        entry(1, status="SOFT_TRASHED"),
        entry(2),
    ]
    assert [(left.key[-1], left.reason) for left in of(LeftOut, read(tmp_path, takeout(*parts)))] == [
        ("3", "Its post is not in the file."),
        ("4", "Its post is in the trash."),
        ("5", "It is in the trash."),
        ("1", "It is in the trash."),
    ]


def test_a_guest_who_calls_himself_like_an_author_is_a_guest(tmp_path: Path) -> None:
    records = read(
        tmp_path, takeout(entry(1), comment(2, author="Maud"), comment(3, author="Maud", account="BLOGGER"))
    )
    assert [item.author for item in of(Comment, records)] == [Guest(name="Maud"), "Maud"]


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


ENTRIES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["POST", "POST", "PAGE", "COMMENT"]),
        "status": st.sampled_from(["LIVE", "LIVE", "DRAFT", "SOFT_TRASHED", "SPAM_COMMENT"]),
        "author": LINES,
        "title": LINES,
        "content": NAMES,
        "moment": MOMENTS,
        "labels": st.lists(st.sampled_from(["a b", "R&D", "é<"]), max_size=2, unique=True),
        "parent": st.integers(1, 8),
        "answered": st.integers(0, 8),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRIES, max_size=8))
def test_what_is_written_is_read_back(tmp_path: Path, entries: list[dict[str, Any]]) -> None:
    written = [_written(number, fields) for number, fields in enumerate(entries, 1)]
    records = read(tmp_path, takeout(*written), Options(url="https://a.example/"))
    assert reported(records) == Counter(fields["kind"] for fields in entries)
    posts = {int(post.key.rpartition("-")[2]): post for post in of(Post, records)}
    for number, post in posts.items():
        fields = entries[number - 1]
        assert (post.body, post.created_at, post.tags) == (
            fields["content"],
            fields["moment"],
            tuple(fields["labels"]),
        )
        assert post.author == (fields["author"] or None)
        assert post.base == f"https://a.example/{number}.html"
        assert (post.published_at is not None) == (fields["status"] == "LIVE")
    for item in of(Comment, records):
        fields = entries[int(item.key.rpartition("-")[2]) - 1]
        assert item.post == f"{BLOG}.post-{fields['parent']}"
        assert item.parent == (f"{BLOG}.post-{fields['answered']}" if fields["answered"] else None)
        assert (item.author, item.body) == (Guest(name=fields["author"]), fields["content"])


def _written(number: int, fields: dict[str, Any]) -> str:
    is_comment = fields["kind"] == "COMMENT"
    return entry(
        number,
        fields["kind"],
        fields["status"],
        author=fields["author"],
        account="ANONYMOUS",
        title=fields["title"],
        content=fields["content"],
        date=f"{fields['moment']:%Y-%m-%dT%H:%M:%SZ}",
        path=f"/{number}.html",
        labels="|".join(fields["labels"]),
        parent=str(fields["parent"]) if is_comment else "",
        answered=str(fields["answered"] or "") if is_comment else "",
    )
