from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.dotclear_export import URL, comment, export, post, read
from tests.transfer.formats.reading import SAMPLES, TEXT, WORDS, left_out, of, records
from transfer.formats import dotclear
from transfer.formats.records import (
    BodyFormat,
    Category,
    Changed,
    Comment,
    Guest,
    LeftOut,
    Linkback,
    Post,
    PostKind,
    Tag,
    Visibility,
)

SAMPLE = SAMPLES / "dotclear-2.40-dev-single.txt"


def counted_naively(path: Path) -> Counter[str]:
    rows: Counter[str] = Counter()
    table = ""
    for line in path.read_text().split("\n"):
        if line.startswith("["):
            table = line[1:].split(" ")[0]
        elif line.startswith('"'):
            rows[table] += 1
    return rows


def test_every_row_of_the_sample_is_read_or_left_out_with_a_reason() -> None:
    found = records(dotclear, SAMPLE, url=URL)
    rows, left = counted_naively(SAMPLE), left_out(found)
    said = len(of(Comment, found)) + len(of(Linkback, found)) + left["comment"] + left["trackback"]
    assert said == rows["comment"] == 10
    assert len(of(Post, found)) + left["post"] == rows["post"] == 8
    assert len(of(Category, found)) + left["category"] == rows["category"] == 4
    assert len(of(Tag, found)) == rows["meta"] == 3
    assert left == {"comment": 1, "trackback": 1}


def test_the_sample_is_read_as_its_blog_was() -> None:
    found = records(dotclear, SAMPLE, url=URL)
    posts = {record.key: record for record in of(Post, found)}
    wiki = posts["3"]
    assert wiki.title == 'L’écluse "de l’aube" & autres'
    assert wiki.paths == ("/post/2021/03/28/L%E2%80%99%C3%A9cluse-de-l%E2%80%99aube-autres",)
    assert wiki.base == URL + wiki.paths[0]
    assert wiki.published_at == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
    assert wiki.excerpt == "Un chapô court."
    assert wiki.body.startswith("<p>Un <em>chapô</em> court.</p>\n<h3>Un titre</h3>")
    assert 'C:\\dossier\\nouveau et "guillemets", fin\\</p>' in wiki.body
    assert (wiki.categories, wiki.tags) == (("2",), ("eau", "Lumière douce", "R&D"))
    assert posts["4"].body.endswith("<code>a\\nb</code></p>\n<p>fin CRLF</p>")
    assert posts["5"].published_at == datetime(2031, 5, 1, 5, tzinfo=UTC)
    assert [posts[key].published_at for key in ("2", "6", "7")] == [None, None, None]
    assert posts["2"].kind is PostKind.PAGE
    assert posts["2"].paths == ("/pages/2026/11/30/My-first-page",)
    assert posts["8"].body_format is BodyFormat.MARKDOWN
    assert posts["8"].body == "Ligne\u2028séparée,  tab verticale,  saut.\n\n- a\n- b"
    assert posts["8"].title == "Séparateurs et bizarres"


def test_comments_and_trackbacks_of_the_sample_have_the_state_that_their_own_numbers_mean() -> None:
    found = records(dotclear, SAMPLE)
    states = {record.key: record.visibility for record in found if isinstance(record, Comment | Linkback)}
    assert states == {
        **dict.fromkeys("12467", Visibility.PUBLIC),
        **dict.fromkeys("58", Visibility.PENDING),
        "10": Visibility.HIDDEN,
    }
    first = of(Linkback, found)[0]
    assert (first.site_name, first.title, first.excerpt) == (
        "Mon blog & Co",
        "Écho & gras",
        'Un extrait & "cité"...',
    )
    assert of(Comment, found)[1].author == Guest(
        name='Rémi & "Zoé"', email="remi@example.org", website="https://remi.example/?a=1&b=2"
    )


def test_categories_of_the_sample_are_a_tree() -> None:
    found = of(Category, records(dotclear, SAMPLE))
    assert [(category.key, category.parent) for category in found] == [
        ("1", None),
        ("2", "1"),
        ("3", "2"),
        ("4", None),
    ]
    assert found[1].name == "Été à Zürich"
    assert found[1].paths == ("/category/Outils-encres/%C3%89t%C3%A9-%C3%A0-Z%C3%BCrich",)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(WORDS, TEXT, TEXT, st.lists(WORDS, unique=True, max_size=3)), max_size=3), st.data()
)
def test_what_is_written_is_read_back(
    posts: list[tuple[str, str, str, list[str]]], data: st.DataObject
) -> None:
    rows = [
        post(n, post_title=title, post_excerpt_xhtml="", post_content_xhtml=body)
        for n, (title, body, _, _) in enumerate(posts, 1)
    ]
    said = [
        comment(n, post_id=str(n), comment_author=title, comment_content=text)
        for n, (title, _, text, _) in enumerate(posts, 1)
    ]
    meta = [
        {"meta_id": tag, "meta_type": "tag", "post_id": str(n)}
        for n, (_, _, _, tags) in enumerate(posts, 1)
        for tag in tags
    ]
    shuffled = data.draw(st.permutations([("post", rows), ("meta", meta), ("comment", said)]))
    with TemporaryDirectory() as folder:
        found = read(Path(folder), export(**dict(shuffled)))
    assert [(p.title, p.body if p.body.strip() else "", list(p.tags)) for p in of(Post, found)] == [
        (title, body if body.strip() else "", tags) for title, body, _, tags in posts
    ]
    assert [(c.author, c.body) for c in of(Comment, found)] == [
        (Guest(name=t), text) for t, _, text, _ in posts
    ]
    assert not of(LeftOut, found)
    assert not of(Changed, found)
