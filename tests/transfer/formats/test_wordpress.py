import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.transfer.formats.xml_writing import (
    SAMPLES,
    of,
    sample,
)
from transfer.formats.records import (
    Author,
    Blog,
    Category,
    Changed,
    Comment,
    Guest,
    Image,
    LeftOut,
    Linkback,
    LinkbackKind,
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
