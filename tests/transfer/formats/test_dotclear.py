from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import SAMPLES, TEXT, WORDS, left_out, of, records, written
from transfer.formats import dotclear
from transfer.formats.records import (
    Author,
    Blog,
    BodyFormat,
    Category,
    Changed,
    Comment,
    FormatError,
    Guest,
    LeftOut,
    Linkback,
    Post,
    PostKind,
    Record,
    Tag,
    Visibility,
)

SAMPLE = SAMPLES / "dotclear-2.40-dev-single.txt"
URL = "https://carnets.example"
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", '"': '\\"'})
NEVER = "2020-01-02 03:04:05"


def export(extent: str = "single", /, **tables: list[dict[str, str]]) -> str:
    parts = [f"///DOTCLEAR|2.30|{extent}"]
    for table, table_rows in tables.items():
        if not table_rows:
            continue
        parts += ["", f"[{table} {','.join(table_rows[0])}]"]
        parts += [",".join(f'"{value.translate(ESCAPES)}"' for value in row.values()) for row in table_rows]
    return "\n".join(parts) + "\n"


def post(number: int = 1, **columns: str) -> dict[str, str]:
    return {
        "post_id": str(number),
        "blog_id": "default",
        "user_id": "maud",
        "cat_id": "",
        "post_dt": "2021-07-01 12:00:00",
        "post_tz": "Europe/Paris",
        "post_creadt": NEVER,
        "post_upddt": NEVER,
        "post_password": "",
        "post_type": "post",
        "post_format": "xhtml",
        "post_url": f"2021/07/01/{number}",
        "post_lang": "fr",
        "post_title": "Titre",
        "post_excerpt": "",
        "post_excerpt_xhtml": "",
        "post_content": "",
        "post_content_xhtml": "<p>Texte</p>",
        "post_status": "1",
        "post_open_comment": "1",
        **columns,
    }


def comment(number: int = 1, **columns: str) -> dict[str, str]:
    return {
        "comment_id": str(number),
        "post_id": "1",
        "comment_dt": "2021-01-01 12:00:00",
        "comment_tz": "UTC",
        "comment_upddt": NEVER,
        "comment_author": "Rémi",
        "comment_email": "",
        "comment_site": "",
        "comment_content": "<p>Oui</p>",
        "comment_status": "1",
        "comment_trackback": "0",
        **columns,
    }


def read(folder: Path, content: str | bytes, url: str = URL) -> list[Record]:
    return records(dotclear, written(folder, content), url=url)


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


def test_a_protected_post_becomes_a_draft_and_its_reason_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, export(post=[post(post_password="sésame"), post(2, post_status="7")]))
    assert [record.published_at for record in of(Post, found)] == [None, None]
    assert [(changed.key, changed.reason) for changed in of(Changed, found)] == [
        ("1", "It was protected by a password: it became a draft."),
        ("2", "Its status is unknown: it became a draft."),
    ]


def test_a_comment_of_unknown_status_stays_hidden(tmp_path: Path) -> None:
    found = read(tmp_path, export(post=[post()], comment=[comment(comment_status="5")]))
    assert [record.visibility for record in of(Comment, found)] == [Visibility.HIDDEN]
    assert [changed.reason for changed in of(Changed, found)] == ["Its status is unknown: it stays hidden."]


def test_impossible_dates_have_a_fallback(tmp_path: Path) -> None:
    rows = [
        post(post_dt="2021-06-31 10:00:00"),
        post(2, post_dt="", post_creadt="", post_upddt="0000-00-00 00:00:00"),
    ]
    found = read(tmp_path, export(post=rows, comment=[comment(comment_dt="hier")]))
    assert [record.published_at for record in of(Post, found)] == [
        datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]
    assert of(Comment, found)[0].created_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert len(of(Changed, found)) == 3


def test_without_a_zone_of_its_own_a_post_has_that_of_its_blog(tmp_path: Path) -> None:
    setting = {
        "setting_id": "blog_timezone",
        "blog_id": "default",
        "setting_ns": "system",
        "setting_value": "Asia/Tokyo",
    }
    found = read(tmp_path, export(setting=[setting], post=[post(post_tz="Mars/Olympus")]))
    assert of(Post, found)[0].published_at == datetime(2021, 7, 1, 3, tzinfo=UTC)


def test_a_row_that_does_not_fit_its_table_is_left_out_with_its_line(tmp_path: Path) -> None:
    content = export(post=[post(), post(2)]).replace('"2","default"', '"2"')
    found = read(tmp_path, content)
    assert [record.key for record in of(Post, found)] == ["1"]
    assert of(LeftOut, found) == [
        LeftOut(
            kind="post", key="line 5", reason="Its row does not have as many fields as its table has columns."
        )
    ]


def test_an_id_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    found = read(tmp_path, export(post=[post(), post(post_title="Encore")], comment=[comment(), comment()]))
    assert [record.title for record in of(Post, found)] == ["Titre"]
    assert left_out(found) == {"post": 1, "comment": 1}


def test_a_comment_may_be_on_a_post_that_is_not_there(tmp_path: Path) -> None:
    assert of(Comment, read(tmp_path, export(comment=[comment(post_id="99")])))[0].post == "99"


def test_a_file_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cut off in line 5"):
        read(tmp_path, export(post=[post(), post(2)])[:-20])


def test_a_file_without_ids_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no id: some releases of Dotclear write none"):
        read(tmp_path, export(post=[post(post_id="")]))


def test_an_export_of_the_first_dotclear_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="Dotclear 1"):
        read(tmp_path, "///DOTCLEAR|1.2.8|single\n")


def test_bytes_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    content = export(post=[post(post_title="déjà vu")]).encode().replace("é".encode(), b"\xe9")
    found = read(tmp_path, content)
    assert of(Post, found)[0].title == "déjà vu"
    assert [changed.key for changed in of(Changed, found)] == ["1"]


def test_a_blog_without_rewriting_has_its_paths_in_the_query(tmp_path: Path) -> None:
    blog = {"blog_id": "default", "blog_url": f"{URL}/index.php?", "blog_name": "Carnets"}
    found = read(tmp_path, export("full", blog=[blog], post=[post(post_url="2021/07/01/À-l'aube!")]))
    assert of(Post, found)[0].paths == ("/index.php?post/2021/07/01/%C3%80-l%27aube%21",)
    assert of(Blog, found) == [Blog(title="Carnets", url=f"{URL}/index.php")]


def test_of_several_blogs_one_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    blogs = [
        {"blog_id": key, "blog_url": f"https://{key}.example/", "blog_name": key} for key in ("un", "deux")
    ]
    users = [
        {
            "user_id": "maud",
            "user_name": "L.",
            "user_firstname": "Maud",
            "user_displayname": "",
            "user_email": "m@x.example",
        },
        {
            "user_id": "ivo",
            "user_name": "",
            "user_firstname": "",
            "user_displayname": "Ivo",
            "user_email": "",
        },
    ]
    posts = [post(blog_id="un"), post(2, blog_id="deux", user_id="ivo")]
    content = export("full", blog=blogs, user=users, post=posts, comment=[comment(), comment(2, post_id="2")])
    with pytest.raises(FormatError, match=r"https://deux\.example/, https://un\.example/"):
        read(tmp_path, content)
    found = read(tmp_path, content, "https://un.example")
    assert [record.key for record in of(Post, found)] == ["1"]
    assert [record.key for record in of(Comment, found)] == ["1"]
    assert of(Author, found) == [Author(key="maud", name="Maud L.", username="maud", email="m@x.example")]
    assert left_out(found) == {"post": 1, "comment": 1, "user": 1}


def test_what_has_no_place_is_told(tmp_path: Path) -> None:
    tables = {
        "link": [{"link_id": "1", "blog_id": "default", "link_href": "https://a.example"}],
        "post": [post(post_type="galerie")],
        "meta": [{"meta_id": "gai", "meta_type": "mood", "post_id": "1"}],
    }
    assert left_out(read(tmp_path, export(**tables))) == {"link": 1, "post": 1, "meta mood": 1}


@pytest.mark.parametrize("numbers", [["", ""], ["0", "0"], ["5", "2"], ["1", "99"]])
def test_broken_nested_sets_still_give_every_category(tmp_path: Path, numbers: list[str]) -> None:
    rows = [
        {
            "cat_id": key,
            "blog_id": "default",
            "cat_title": key,
            "cat_url": key,
            "cat_lft": left,
            "cat_rgt": right,
        }
        for key, left, right in [("1", *numbers), ("2", *numbers), ("3", "2", "3")]
    ]
    assert {category.key for category in of(Category, read(tmp_path, export(category=rows)))} == {
        "1",
        "2",
        "3",
    }
