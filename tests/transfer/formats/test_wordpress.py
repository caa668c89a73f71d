import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.transfer.formats.xml_writing import (
    SAMPLES,
    comment,
    elements,
    item,
    meta,
    of,
    read,
    sample,
    term,
    wxr,
)
from transfer.formats.records import (
    Author,
    Blog,
    Category,
    Changed,
    Comment,
    FormatError,
    Guest,
    Image,
    LeftOut,
    Linkback,
    LinkbackKind,
    Options,
    Post,
    PostKind,
    Record,
    Tag,
    Visibility,
)

ALL, SOME = "wordpress-6.1.9-all.xml", "wordpress-6.1.9-post.xml"


def counted(name: str) -> Counter[str]:
    """What stands in the file, counted without a parser."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    found = Counter(f"item {kind}" for kind in re.findall(r"<wp:post_type><!\[CDATA\[(.*?)\]\]>", text))
    kinds = re.findall(r"<wp:comment_type><!\[CDATA\[(.*?)\]\]>", text)
    found.update(f"comment {kind or 'comment'}" for kind in kinds)
    names = set(re.findall(r'<category domain="(category|post_tag)" nicename="(.*?)"', text))
    names |= {("category", name) for name in re.findall(r"<wp:category_nicename><!\[CDATA\[(.*?)\]\]>", text)}
    found.update(f"term {domain}" for domain, _ in names)
    found["term other"] = text.count("<wp:term_taxonomy><![CDATA[post_format]]>")
    return found


def reported(records: list[Record]) -> Counter[str]:
    """What the reader says of the file: what came over and what was left out."""
    found: Counter[str] = Counter()
    items = {PostKind.ARTICLE: "item post", PostKind.PAGE: "item page"}
    found.update(items[post.kind] for post in of(Post, records))
    found.update("item attachment" for _ in of(Image, records))
    found.update("comment comment" for _ in of(Comment, records))
    found.update(f"comment {link.kind.lower()}" for link in of(Linkback, records))
    found.update("term category" for _ in of(Category, records))
    found.update("term post_tag" for _ in of(Tag, records))
    kinds = {"post": "item post", "page": "item page", "attachment": "item attachment", "term": "term other"}
    found.update(kinds.get(left.kind, f"comment {left.kind}") for left in of(LeftOut, records))
    return found


@pytest.mark.parametrize("name", [ALL, SOME])
def test_all_that_a_real_export_has_is_read_or_left_out_for_a_reason(name: str) -> None:
    assert reported(sample(name)) == +counted(name)


def test_the_head_of_a_real_export_is_read() -> None:
    records = sample(ALL)
    assert records[0] == Blog(title="Les Carnets du Canal", url="http://carnets.example", language="en-US")
    assert of(Author, records)[2] == Author(
        key="ivo", name="Ivo & Fils", username="ivo", email="ivo@canal.example"
    )
    categories = {category.name: category for category in of(Category, records)}
    assert categories["Outils & encres"].description == "Plumes, encres et papier"
    assert (categories["Voyages"].parent, categories["Voyages"].paths) == (
        "canaux",
        ("/category/canaux/voyages/", "/category/voyages/", "/?cat=4"),
    )
    assert categories["日本の運河"].slug == "日本の運河"
    assert categories["日本の運河"].parent == categories["Философия воды"].key
    assert [category.slug for category in of(Category, records) if category.name == "Divers"] == [
        "divers",
        "divers-voyages",
    ]
    assert [tag.name for tag in of(Tag, records)] == ["eau", "Été", "Lumière", "R&D", "шлюз", "運河"]


def test_a_real_post_is_read_whole() -> None:
    post = next(post for post in of(Post, sample(ALL)) if post.key == "21")
    moment = datetime(2022, 5, 3, 8, tzinfo=UTC)
    assert post == Post(
        key="21",
        title="Citation",
        body="<blockquote><p>Rien ne presse.</p>\n</blockquote>",
        slug="citation",
        published_at=moment,
        created_at=moment,
        updated_at=moment,
        author="admin",
        categories=("uncategorized",),
        paths=("/2022/05/citation/", "/?p=21", "/2022/05/ancienne-citation/"),
        base="http://carnets.example/2022/05/citation/",
    )


def test_real_posts_are_as_public_as_they_were() -> None:
    records = sample(ALL)
    published = {post.title: post.published_at for post in of(Post, records)}
    assert published["Programmé"] == datetime(2031, 5, 1, 5, tzinfo=UTC)
    assert [title for title, moment in published.items() if moment is None] == [
        "Privacy Policy",
        "",
        "Brouillon avec titre",
        "À relire",
        "Privé",
        "Protégé",
    ]
    assert [(change.key, change.reason) for change in of(Changed, records) if change.kind == "post"] == [
        ("13", "It was private: it became a draft."),
        ("14", "It was protected by a password: it became a draft."),
    ]
    assert [(left.kind, left.key, left.reason) for left in of(LeftOut, records) if left.kind != "term"] == [
        ("comment", "8", "It is in the trash."),
        ("post", "15", "It is in the trash."),
        ("comment", "16", "Its post is in the trash."),
        ("comment", "17", "Its post is in the trash."),
    ]


def test_real_comments_keep_their_threads_and_their_people() -> None:
    comments = {comment.key: comment for comment in of(Comment, sample(ALL))}
    assert [(comments[key].parent, comments[key].author) for key in ("2", "3", "4")] == [
        (None, Guest(name="Ostrowski & Cie", email="o@example.org", website="http://example.org/?a=1&b=2")),
        ("2", "maud.l"),
        ("3", Guest(name="Léa S.", email="lea@canal.example")),
    ]
    assert comments["2"].body == (
        "<p>Bonjour,</p>\n<p>C'est <strong>beau</strong> &amp; calme. 3 &lt; 5 !<br>\n"
        'x()  <a href="https://example.org/page">https://example.org/page</a></p>'
    )
    waiting = [key for key, comment in comments.items() if comment.visibility is not Visibility.PUBLIC]
    assert waiting == ["5", "15"]


def test_real_trackbacks_and_pingbacks_are_linkbacks() -> None:
    links = {link.key: link for link in of(Linkback, sample(ALL))}
    assert links["11"] == Linkback(
        key="11",
        post="4",
        kind=LinkbackKind.TRACKBACK,
        source_url="https://vieux.example/tb",
        site_name="Vieux Système",
        title="Mon titre",
        excerpt="Un extrait …",
        received_at=datetime(2021, 3, 30, 7, tzinfo=UTC),
    )
    assert (links["10"].title, links["10"].excerpt) == (
        "Le Blog du Voisin",
        "[…] comme le dit l’écluse de l’aube […]",
    )


def test_an_export_of_posts_alone_makes_its_categories_of_what_they_say() -> None:
    records = sample(SOME)
    category = next(category for category in of(Category, records) if category.name == "Voyages")
    assert (category.key, category.parent, category.paths) == ("voyages", None, ("/category/voyages/",))
    assert records.index(category) < next(
        index
        for index, record in enumerate(records)
        if isinstance(record, Post) and "voyages" in record.categories
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


@pytest.mark.parametrize(
    ("fields", "expected", "change"),
    [
        (
            {"post_date_gmt": "0000-00-00 00:00:00", "post_date": "2021-07-01 12:00:00"},
            datetime(2021, 7, 1, 10, tzinfo=UTC),
            "",
        ),
        ({"post_date_gmt": "", "post_date": "2021-01-01 12:00:00"}, datetime(2021, 1, 1, 11, tzinfo=UTC), ""),
        (
            {"post_date_gmt": "2021-06-31 10:00:00", "post_date": "2021-07-01 12:00:00"},
            datetime(2021, 7, 1, 10, tzinfo=UTC),
            "Its date does not exist: another one of the file was taken.",
        ),
        (
            {
                "post_date_gmt": "0000-00-00 00:00:00",
                "post_date": "-0001-11-30 00:00:00",
                "post_modified_gmt": "2021-01-01 00:00:00",
            },
            datetime(2021, 1, 1, tzinfo=UTC),
            "",
        ),
        (
            {"post_date_gmt": "2021-13-01 10:00:00", "post_date": ""},
            datetime(1970, 1, 1, tzinfo=UTC),
            "Its date cannot be read: it is filed under 1970.",
        ),
    ],
)
def test_dates_that_do_not_exist_give_way_to_others(
    tmp_path: Path, fields: dict[str, str], expected: datetime, change: str
) -> None:
    records = read(tmp_path, wxr(item(**fields)))
    assert [post.published_at for post in of(Post, records)] == [expected]
    assert [record.reason for record in of(Changed, records)] == [change] * bool(change)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("Sun, 28 Mar 2021 02:30:00 +0200", datetime(2021, 3, 28, 0, 30, tzinfo=UTC)),
        ("Mon, 30 Nov -0001 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Thu, 31 Feb 2021 10:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_date_of_the_feed_is_the_last_resort(tmp_path: Path, published: str, expected: datetime) -> None:
    fields = {"post_date": "0000-00-00 00:00:00", "post_date_gmt": "0000-00-00 00:00:00"}
    (post,) = of(Post, read(tmp_path, wxr(item(**fields, extra=f"<pubDate>{published}</pubDate>"))))
    assert post.published_at == expected


def test_a_comment_without_a_date_has_that_of_its_post(tmp_path: Path) -> None:
    records = read(tmp_path, wxr(item(comment(comment_date_gmt="2021-02-30 10:00:00", comment_date="x"))))
    assert [record.created_at for record in of(Comment, records)] == [
        datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
    ]
    assert [change.reason for change in of(Changed, records)] == [
        "Its date does not exist: another one of the file was taken."
    ]


def test_a_number_that_is_used_twice_is_used_once(tmp_path: Path) -> None:
    parts = [
        item(comment(), comment(comment_content="Other")),
        item(comment(comment_parent=1), title="Other"),
    ]
    records = read(tmp_path, wxr(*parts))
    assert [(post.key, post.title) for post in of(Post, records)] == [("1", "Title"), ("1~2", "Other")]
    assert [(record.key, record.post) for record in of(Comment, records)] == [
        ("1", "1"),
        ("1~2", "1"),
        ("1~3", "1~2"),
    ]
    assert [(change.kind, change.key) for change in of(Changed, records)] == [
        ("comment", "1~2"),
        ("post", "1~2"),
        ("comment", "1~3"),
    ]


def test_threads_of_any_shape_keep_their_parents(tmp_path: Path) -> None:
    parents = {
        **{number: number - 1 for number in range(2, 15)},
        20: 21,
        21: 20,
        22: 22,
        23: 99,
        24: 30,
        30: 0,
    }
    comments = [comment(comment_id=number, comment_parent=parent) for number, parent in parents.items()]
    records = read(tmp_path, wxr(item(*comments)))
    assert {int(record.key): int(record.parent or 0) for record in of(Comment, records)} == parents


def test_an_account_is_known_by_its_number_and_a_guest_is_never_taken_for_one(tmp_path: Path) -> None:
    fields = {"author_id": 7, "author_login": "maud", "author_email": "Maud@a.example"}
    head = f"<wp:author>{elements(fields, 'wp:')}</wp:author>"
    comments = [
        comment(comment_id=1, comment_user_id=7),
        comment(comment_id=2, comment_user_id=9, comment_author_email="maud@A.example"),
        comment(comment_id=3, comment_user_id=0, comment_author_email="maud@a.example"),
        comment(comment_id=4, comment_user_id=9),
    ]
    authors = [record.author for record in of(Comment, read(tmp_path, wxr(item(*comments), head=head)))]
    guests = [Guest(name="Ann", email="maud@a.example"), Guest(name="Ann")]
    assert authors == ["maud", "maud", *guests]


def test_a_file_that_is_cut_off_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    whole = wxr(item(comment(), comment(comment_id=2)), item(post_id=2))
    in_comment = read(tmp_path, whole[: whole.index("<wp:comment_id><![CDATA[2") + 60])
    assert [len(of(kind, in_comment)) for kind in (Post, Comment)] == [1, 1]
    assert of(LeftOut, in_comment) == [
        LeftOut(kind="comment", key="2", reason="The file is cut off in the middle of it.")
    ]
    assert [change.kind for change in of(Changed, in_comment)] == ["file"]
    in_post = read(tmp_path, whole[: whole.rindex("<wp:status>")])
    assert of(LeftOut, in_post) == [
        LeftOut(kind="post", key="2", reason="The file is cut off in the middle of it.")
    ]


def test_what_is_not_well_formed_in_a_post_is_said_of_it(tmp_path: Path) -> None:
    records = read(tmp_path, wxr(item(extra="<x>"), item(post_id=2)))
    assert [post.key for post in of(Post, records)] == ["1", "2"]
    assert of(Changed, records) == [
        Changed(kind="post", key="1", reason="Its XML is broken: what could be read came over.")
    ]


def test_a_file_in_another_encoding_than_it_says_is_read_and_reported(tmp_path: Path) -> None:
    records = read(tmp_path, wxr(item(title="L’été à Nîmes")).encode("cp1252"))
    assert [post.title for post in of(Post, records)] == ["L’été à Nîmes"]
    assert [change.reason for change in of(Changed, records)] == [
        "It is not written in UTF-8 throughout; cp1252 was read, too."
    ]


def test_prefixes_may_be_others_or_undeclared(tmp_path: Path) -> None:
    whole = wxr(item(comment()))
    for text in (
        whole.replace("wp:", "ns1:").replace("xmlns:wp", "xmlns:ns1"),
        whole.replace(' xmlns:wp="http://wordpress.org/export/1.2/"', ""),
    ):
        records = read(tmp_path, text)
        assert [len(of(kind, records)) for kind in (Post, Comment)] == [1, 1]


def test_a_blog_without_posts_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, wxr()) == [
        Blog(title="Carnets & co", url="https://a.example/blog", language="fr-FR")
    ]


def test_an_unknown_time_zone_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no time zone called Paris"):
        read(tmp_path, wxr(item(post_date_gmt="")), Options(timezone="Paris"))
