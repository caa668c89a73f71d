"""Random blogs, written as WordPress writes them and read back."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.formats.xml_writing import (
    LINES,
    MOMENTS,
    NAMES,
    SLUGS,
    comment,
    elements,
    escaped,
    item,
    of,
    read,
    term,
    wxr,
)
from transfer.formats.records import (
    Author,
    Category,
    Changed,
    Comment,
    Guest,
    LeftOut,
    Linkback,
    Post,
    Tag,
    Visibility,
)

COMMENTS = st.fixed_dictionaries(
    {
        "name": LINES,
        "body": NAMES,
        "moment": MOMENTS,
        "parent": st.integers(0, 12),
        "approved": st.sampled_from(["1", "0", "trash", "spam"]),
        "kind": st.sampled_from(["", "comment", "comment", "trackback", "pingback", "note"]),
    }
)
POSTS = st.fixed_dictionaries(
    {
        "title": LINES,
        "paragraphs": st.lists(NAMES, max_size=3),
        "slug": SLUGS,
        "moment": MOMENTS,
        "status": st.sampled_from(["publish", "draft", "private", "trash"]),
        "categories": st.lists(st.sampled_from("abcd"), max_size=3, unique=True),
        "tags": st.lists(SLUGS, max_size=2, unique=True),
        "comments": st.lists(COMMENTS, max_size=4),
    }
)
BLOGS = st.fixed_dictionaries(
    {"posts": st.lists(POSTS, max_size=4), "authors": st.dictionaries(SLUGS, NAMES, max_size=3)}
)
WRITTEN = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written(blog: dict[str, Any]) -> str:
    """The blog as a file, the way WordPress escapes it: names as HTML, and that in CDATA."""
    authors = [
        f"<wp:author>{elements({'author_login': login, 'author_display_name': escaped(name)}, 'wp:')}</wp:author>"
        for login, name in blog["authors"].items()
    ]
    return wxr(*(_item(number, post) for number, post in enumerate(blog["posts"], 1)), head="".join(authors))


def _item(number: int, post: dict[str, Any]) -> str:
    comments = [
        comment(
            comment_id=number * 10 + index,
            comment_author=escaped(entry["name"]),
            comment_author_url="https://b.example/",
            comment_content=escaped(entry["body"]),
            comment_date_gmt=f"{entry['moment']:%Y-%m-%d %H:%M:%S}",
            comment_approved=entry["approved"],
            comment_type=entry["kind"],
            comment_parent=entry["parent"],
        )
        for index, entry in enumerate(post["comments"])
    ]
    terms = [term(name.upper(), name) for name in post["categories"]]
    terms += [term(escaped(f"<{name}>"), name, "post_tag") for name in post["tags"]]
    return item(
        *comments,
        title=escaped(post["title"]),
        content="\r\n\r\n".join(f"<p>{escaped(text)}</p>" for text in post["paragraphs"]),
        extra="".join(terms),
        post_id=number,
        post_name=post["slug"],
        post_date_gmt=f"{post['moment']:%Y-%m-%d %H:%M:%S}",
        status=post["status"],
    )


@WRITTEN
@given(BLOGS)
def test_what_is_written_is_read_back(tmp_path: Path, blog: dict[str, Any]) -> None:
    records = read(tmp_path, written(blog))
    kept = {number: post for number, post in enumerate(blog["posts"], 1) if post["status"] != "trash"}
    assert {author.key: author.name for author in of(Author, records)} == {
        **({"maud": "maud"} if kept else {}),
        **blog["authors"],
    }
    assert [
        (post.key, post.title, post.slug, post.created_at, post.published_at, post.categories, post.tags)
        for post in of(Post, records)
    ] == [
        (
            str(number),
            post["title"],
            post["slug"],
            post["moment"],
            post["moment"] if post["status"] == "publish" else None,
            tuple(post["categories"]),
            tuple(post["tags"]),
        )
        for number, post in kept.items()
    ]
    assert [post.body for post in of(Post, records)] == [
        "\n".join(f"<p>{escaped(text)}</p>" for text in post["paragraphs"]) for post in kept.values()
    ]
    assert {category.key: category.name for category in of(Category, records)} == {
        name: name.upper() for post in kept.values() for name in post["categories"]
    }
    assert {tag.key: tag.name for tag in of(Tag, records)} == {
        name: f"<{name}>" for post in kept.values() for name in post["tags"]
    }


@WRITTEN
@given(BLOGS)
def test_each_comment_is_read_or_left_out_once(tmp_path: Path, blog: dict[str, Any]) -> None:
    records = read(tmp_path, written(blog))
    entries = {
        str(number * 10 + index): (post, entry)
        for number, post in enumerate(blog["posts"], 1)
        for index, entry in enumerate(post["comments"])
    }
    left_out = {record.key for record in of(LeftOut, records) if record.kind != "post"}
    links = {record.key for record in of(Linkback, records)}
    comments = {record.key: record for record in of(Comment, records)}
    assert sorted([*left_out, *links, *comments]) == sorted(entries)
    for key, record in comments.items():
        post, entry = entries[key]
        assert record.author == Guest(name=entry["name"], website="https://b.example/")
        assert record.created_at == entry["moment"]
        assert record.parent == (str(entry["parent"]) if entry["parent"] else None)
        is_public = entry["approved"] == "1" and post["status"] != "private"
        assert record.visibility is (Visibility.PUBLIC if is_public else Visibility.PENDING)


@WRITTEN
@given(BLOGS, st.integers(0, 10_000))
def test_a_file_that_is_cut_anywhere_is_read_up_to_there(
    tmp_path: Path, blog: dict[str, Any], at: int
) -> None:
    whole = written(blog)
    content = whole[: whole.index("<channel>") + 9 + at]
    everything, some = read(tmp_path, whole), read(tmp_path, content)
    if len(content) == len(whole):
        assert some == everything
        return
    assert of(Changed, some)[-1].kind == "file" or "</rss>" in content
    for kind in (Post, Comment, Linkback):
        assert of(kind, some) == of(kind, everything)[: len(of(kind, some))]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_may_end_in_either_way(tmp_path: Path, ends: str) -> None:
    content = wxr(item(comment(comment_content="a\nb\n\nc"), content="a\nb\n\nc")).replace("\n", ends)
    records = read(tmp_path, content)
    bodies = [post.body for post in of(Post, records)] + [entry.body for entry in of(Comment, records)]
    assert bodies == ["<p>a<br>\nb</p>\n<p>c</p>"] * 2
