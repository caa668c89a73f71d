from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.transfer.formats.xml_writing import (
    comment,
    elements,
    item,
    meta,
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
    Image,
    LeftOut,
    Linkback,
    Post,
    Tag,
    Visibility,
)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_older_versions_are_read(tmp_path: Path, version: str) -> None:
    head = "<wp:category><wp:category_nicename>news</wp:category_nicename><wp:category_parent></wp:category_parent>"
    head += f"<wp:cat_name>{'News &amp;amp; more'}</wp:cat_name></wp:category>"
    head += "<wp:category><wp:category_nicename>sub</wp:category_nicename>"
    head += "<wp:category_parent>News &amp;amp; more</wp:category_parent><wp:cat_name>Sub</wp:cat_name></wp:category>"
    extra = (
        "<category>News</category>"
        + term("Sub", "sub")
        + "<category>x</category>"
        + term("X y", "x-y", "tag")
    )
    records = read(tmp_path, wxr(item(extra=extra), version=version, head=head))
    assert [(category.key, category.name, category.parent) for category in of(Category, records)] == [
        ("news", "News & more", None),
        ("sub", "Sub", "news"),
    ]
    assert of(Tag, records) == [Tag(key="x-y", name="X y", slug="x-y", paths=("/blog/tag/x-y/",))]
    assert of(Author, records) == [Author(key="maud", name="maud", username="maud")]
    (post,) = of(Post, records)
    assert (post.categories, post.tags) == (("sub",), ("x-y",))


@pytest.mark.parametrize(
    ("fields", "is_dated", "change"),
    [
        ({"status": "publish"}, True, ""),
        ({"status": "future"}, True, ""),
        ({"status": "draft"}, False, ""),
        ({"status": "pending"}, False, ""),
        ({"status": "auto-draft"}, False, ""),
        ({"status": "private"}, False, "It was private: it became a draft."),
        ({"post_password": "x"}, False, "It was protected by a password: it became a draft."),
        ({"status": "wc-completed"}, False, "Its status is unknown: it became a draft."),
        ({"status": "inherit"}, False, "Its status is unknown: it became a draft."),
    ],
)
def test_only_what_was_public_is_dated(
    tmp_path: Path, fields: dict[str, str], is_dated: bool, change: str
) -> None:
    records = read(tmp_path, wxr(item(**fields)))
    (post,) = of(Post, records)
    assert post.published_at == (datetime(2021, 3, 28, 1, 30, tzinfo=UTC) if is_dated else None)
    assert post.created_at == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
    assert [record.reason for record in of(Changed, records)] == [change] * bool(change)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"comment_approved": "spam"}, "It was marked as spam."),
        ({"comment_approved": "trash"}, "It is in the trash."),
        ({"comment_approved": "post-trashed"}, "Its post is in the trash."),
        ({"comment_type": "note"}, "It is not what a reader wrote."),
        ({"comment_type": "order_note"}, "It is not what a reader wrote."),
        (
            {"comment_type": "trackback", "comment_author_url": "javascript:x"},
            "It has no address that could be visited.",
        ),
    ],
)
def test_what_no_reader_wrote_or_saw_is_left_out(tmp_path: Path, fields: dict[str, str], reason: str) -> None:
    records = read(tmp_path, wxr(item(comment(**fields))))
    assert not of(Comment, records)
    assert not of(Linkback, records)
    assert of(LeftOut, records) == [
        LeftOut(kind=fields.get("comment_type", "comment"), key="1", reason=reason)
    ]


@pytest.mark.parametrize(
    ("approved", "status", "visibility", "reasons"),
    [
        ("1", "publish", Visibility.PUBLIC, []),
        ("0", "publish", Visibility.PENDING, []),
        ("1", "draft", Visibility.PUBLIC, []),
        ("hold", "publish", Visibility.PENDING, ["Its state is unknown: it waits for a moderator."]),
        ("1", "private", Visibility.PENDING, ["Its post was not public: it waits for a moderator."]),
    ],
)
def test_comments_are_as_public_as_they_were(
    tmp_path: Path, approved: str, status: str, visibility: Visibility, reasons: list[str]
) -> None:
    records = read(tmp_path, wxr(item(comment(comment_approved=approved), status=status)))
    assert [record.visibility for record in of(Comment, records)] == [visibility]
    assert [change.reason for change in of(Changed, records) if change.kind == "comment"] == reasons


@pytest.mark.parametrize("kind", ["nav_menu_item", "wp_block", "revision", "product"])
def test_what_is_no_post_is_left_out_with_its_comments(tmp_path: Path, kind: str) -> None:
    records = read(tmp_path, wxr(item(comment(), post_type=kind)))
    assert [(left.kind, left.reason) for left in of(LeftOut, records)] == [
        (kind, "It is neither a post nor a page."),
        ("comment", "What it is about is left out."),
    ]


def test_pictures_come_over_and_other_files_do_not(tmp_path: Path) -> None:
    def attachment(number: int, name: str, **fields: Any) -> str:
        extra = meta("_wp_attachment_image_alt", "A &amp; b")
        url = f"https://a.example/{name}"
        return item(post_id=number, post_type="attachment", attachment_url=url, extra=extra, **fields)

    parts = [attachment(5, "x.JPG"), attachment(6, "y.pdf"), attachment(7, "z.png", status="trash")]
    gallery = item(extra=meta("_thumbnail_id", "5"), content='[gallery ids="5,99"]')
    records = read(tmp_path, wxr(gallery, *parts))
    assert of(Image, records) == [Image(key="5", url="https://a.example/x.JPG", alt="A & b")]
    assert [(left.key, left.reason) for left in of(LeftOut, records)] == [
        ("6", "It is no picture."),
        ("7", "It is in the trash."),
    ]
    (post,) = of(Post, records)
    assert post.image == "5"
    assert post.body == '<figure><img src="https://a.example/x.JPG" alt=""></figure>'


def test_a_gallery_without_numbers_has_the_pictures_of_its_post(tmp_path: Path) -> None:
    url = "https://a.example/x.jpg"
    picture = item(post_id=5, post_type="attachment", attachment_url=url, post_parent=1)
    other = item(post_id=6, post_type="attachment", attachment_url="https://a.example/y.jpg", post_parent=2)
    (post,) = of(Post, read(tmp_path, wxr(item(content="[gallery]"), picture, other)))
    assert post.body == f'<figure><img src="{url}" alt=""></figure>'


@pytest.mark.parametrize(
    ("link", "slug", "paths"),
    [
        (
            "https://a.example/blog/a!b/c/",
            "c",
            ("/blog/a!b/c/", "/blog/?p=1", "/blog/a!b/old/", "/blog/a!b/%c3%a9/"),
        ),
        (
            "https://a.example/blog/c.html",
            "c",
            ("/blog/c.html", "/blog/?p=1", "/blog/old.html", "/blog/%c3%a9.html"),
        ),
        ("https://a.example/%C3%A0/", "%c3%a0", ("/%C3%A0/", "/blog/?p=1", "/old/", "/%c3%a9/")),
        ("https://a.example/blog/?p=1", "c", ("/blog/?p=1",)),
        ("https://a.example/blog/1", "c", ("/blog/1", "/blog/?p=1")),
    ],
)
def test_former_addresses_are_kept(tmp_path: Path, link: str, slug: str, paths: tuple[str, ...]) -> None:
    extra = meta("_wp_old_slug", "old") + meta("_wp_old_slug", "%c3%a9")
    (post,) = of(Post, read(tmp_path, wxr(item(link=link, post_name=slug, extra=extra))))
    assert post.paths == paths


def test_pages_have_both_of_their_numbers(tmp_path: Path) -> None:
    (page,) = of(Post, read(tmp_path, wxr(item(post_type="page"))))
    assert page.paths == ("/blog/2021/title/", "/blog/?p=1", "/blog/?page_id=1")


def test_the_main_category_comes_first_and_the_language_is_known(tmp_path: Path) -> None:
    categories = [{"term_id": 3, "category_nicename": "a"}, {"term_id": 4, "category_nicename": "b"}]
    head = "".join(
        f"<wp:category>{elements({**category, 'cat_name': 'Same'}, 'wp:')}</wp:category>"
        for category in categories
    )
    extra = term("Same", "a") + term("Same", "b") + term("Français", "fr", "language") + term("Same", "a")
    records = read(tmp_path, wxr(item(extra=extra + meta("_yoast_wpseo_primary_category", "4")), head=head))
    (post,) = of(Post, records)
    assert (post.categories, post.language) == (("b", "a"), "fr")
    assert [(category.key, category.name) for category in of(Category, records)] == [
        ("a", "Same"),
        ("b", "Same"),
    ]
