import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import SAMPLES, TEXT, WORDS, left_out, of, records, written
from transfer.formats import isso
from transfer.formats.records import (
    BodyFormat,
    Changed,
    Comment,
    FormatError,
    Guest,
    LeftOut,
    Post,
    PostKind,
    Record,
    Visibility,
)

SAMPLE = SAMPLES / "isso-0.14.0.sqlite"
URL = "https://carnets.example"
SCHEMA = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
    modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL);
"""
COLUMNS = ("tid", "parent", "created", "modified", "mode", "text", "author", "email", "website")


def database(folder: Path, threads: list[tuple[str, str]], comments: list[dict[str, Any]]) -> Path:
    """As an Isso before 0.10 wrote it, without the column for notifications."""
    path = folder / "comments.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(f"PRAGMA synchronous = OFF; {SCHEMA}")
        connection.executemany("INSERT INTO threads (uri, title) VALUES (?, ?)", threads)
        for comment in comments:
            row = {"tid": 1, "created": 1.5, "mode": 1, "text": "Oui", **comment}
            connection.execute(
                f"INSERT INTO comments ({', '.join(COLUMNS)}, voters) VALUES ({'?, ' * len(COLUMNS)} '')",
                [row.get(column) for column in COLUMNS],
            )
    return path


@pytest.fixture(params=["plain", "gzip"])
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    if request.param == "plain":
        yield SAMPLE
        return
    yield written(tmp_path, gzip.compress(SAMPLE.read_bytes()))


def test_every_row_of_the_sample_is_read_or_left_out_with_a_reason(sample: Path) -> None:
    with closing(sqlite3.connect(f"file:{SAMPLE}?mode=ro&immutable=1", uri=True)) as connection:
        (threads,), (comments,) = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("threads", "comments")
        )
    found = records(isso, sample, url=URL)
    assert len(of(Post, found)) == threads == 4
    assert len(of(Comment, found)) + left_out(found)["comment"] == comments == 10


def test_the_sample_is_read_as_its_readers_saw_it() -> None:
    found = records(isso, SAMPLE, url=URL)
    posts = of(Post, found)
    assert {post.kind for post in posts} == {PostKind.EXTERNAL}
    assert [post.address.removeprefix(URL) for post in posts] == [
        "/2021/03/lecluse-de-laube/",
        "/mon-identifiant-42",
        "/p?id=3&lang=fr#frag",
        "/nouveau/",
    ]
    assert posts[2].paths == ("/p?id=3&lang=fr",)
    assert posts[0].published_at == datetime(2026, 11, 30, 1, 30, 16, 994731, tzinfo=UTC)
    assert [changed.key for changed in of(Changed, found)] == ["2"]
    first, *_ = comments = of(Comment, found)
    assert first.author == Guest(
        name="Rémi & Zoé", email="remi@example.org", website="https://remi.example/?a=1&b=2"
    )
    assert first.body_format is BodyFormat.MARKDOWN
    assert first.body.endswith("<script>alert(1)</script> <b>html</b>")
    assert [comment.parent for comment in comments[:6]] == [None, "1", "1", "1", None, "5"]
    assert comments[1].edited_at == datetime(2026, 11, 30, 1, 30, 17, 94327, tzinfo=UTC)
    assert [c.key for c in comments if c.visibility is Visibility.PENDING] == ["10", "11"]
    (deleted,) = (comment for comment in comments if comment.deleted)
    assert (deleted.key, deleted.author, deleted.body) == ("5", Guest(), "")


def test_nothing_is_written_beside_the_database(tmp_path: Path) -> None:
    path = database(tmp_path, [("/a/", "A")], [{}])
    before = path.read_bytes()
    records(isso, path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, TEXT.filter(lambda text: not text.lstrip().startswith("<p"))), max_size=4))
def test_what_is_written_is_read_back(said: list[tuple[str, str]]) -> None:
    rows = [{"author": name.replace("&", "&amp;"), "text": text} for name, text in said]
    with TemporaryDirectory() as folder:
        found = records(isso, database(Path(folder), [("/à/", "A")], rows), url=URL)
    assert [(comment.author, comment.body) for comment in of(Comment, found)] == [
        (Guest(name=name), text) for name, text in said
    ]
    assert len(of(Post, found)) == 1


def read(folder: Path, *comments: dict[str, Any]) -> list[Record]:
    return records(isso, database(folder, [("/a/", "A")], list(comments)), url=URL)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>Un <b>deux</b></p>", "<p>Un <b>deux</b></p>"),
        (
            "Un  \n  \n<strong>deux</strong> &amp;  \ntrois",
            "<p>Un</p>\n\n<p><strong>deux</strong> &amp;<br>\ntrois</p>",
        ),
        ('<a href="x" rel="nofollow ugc">x</a>', '<p><a href="x" rel="nofollow ugc">x</a></p>'),
        ("Un <b>deux</b>\ntrois", None),
        ("Un <b>deux</b>", None),
    ],
)
def test_what_isso_imported_itself_is_html(tmp_path: Path, text: str, html: str | None) -> None:
    (comment,) = of(Comment, read(tmp_path, {"text": text}))
    expected = (text, BodyFormat.MARKDOWN) if html is None else (html, BodyFormat.HTML)
    assert (comment.body, comment.body_format) == expected


@pytest.mark.parametrize(("text", "name"), [("<p>Oui</p>", "R&D &amp; Cie"), ("Oui", "R&D & Cie")])
def test_names_are_escaped_unless_they_came_from_disqus(tmp_path: Path, text: str, name: str) -> None:
    (comment,) = of(Comment, read(tmp_path, {"text": text, "author": "R&D &amp; Cie"}))
    assert comment.author == Guest(name=name)


def test_a_deleted_comment_keeps_neither_text_nor_name_and_no_place_without_an_answer(tmp_path: Path) -> None:
    gone = {"mode": 4, "text": "secret", "author": "Parti", "email": "p@x.example"}
    found = read(tmp_path, gone, gone, {"parent": 1}, {"parent": 2, **gone})
    assert [(c.key, c.body, c.author) for c in of(Comment, found)] == [
        ("1", "", Guest()),
        ("3", "Oui", Guest()),
    ]
    assert left_out(found) == {"comment": 2}
    assert "secret" not in str(found)


def test_unknown_states_and_dates_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, {"mode": 8}, {"mode": None}, {"created": "hier"}, {"created": 1e300})
    assert [c.visibility for c in of(Comment, found)] == [Visibility.HIDDEN] * 2 + [Visibility.PUBLIC] * 2
    assert [c.created_at for c in of(Comment, found)][2:] == [datetime(1970, 1, 1, tzinfo=UTC)] * 2
    assert len(of(Changed, found)) == 4


def test_any_value_may_stand_in_any_column(tmp_path: Path) -> None:
    found = read(tmp_path, {"text": b"\xff\x00blob", "author": 42, "website": 1.5, "parent": "x", "tid": 99})
    (comment,) = of(Comment, found)
    assert (comment.body, comment.author) == ("\ufffdblob", Guest(name="42", website="1.5"))
    assert (comment.post, comment.parent) == ("99", "x")


def test_text_that_is_no_utf8_is_repaired(tmp_path: Path) -> None:
    path = database(tmp_path, [("/a/", "A")], [{}])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE comments SET text = CAST(x'E974E9' AS TEXT)")
    assert of(Comment, records(isso, path))[0].body == "\ufffdt\ufffd"


@pytest.mark.parametrize("schema", ["CREATE TABLE posts (id)", "CREATE TABLE threads (id, uri, title)"])
def test_other_databases_are_refused(tmp_path: Path, schema: str) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute(schema)
    with pytest.raises(FormatError, match=r"not Isso's: it has no (threads|comments)\."):
        records(isso, tmp_path / "other.db")


def test_views_are_no_tables(tmp_path: Path) -> None:
    path = database(tmp_path, [], [])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE threads RENAME TO others")
        connection.execute("CREATE VIEW threads AS SELECT * FROM others")
    with pytest.raises(FormatError, match="it has no threads"):
        records(isso, path)


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    content = SAMPLE.read_bytes()
    unreadable = content.replace(b"CREATE TRIGGER", b"CREATE \x80RIGGER")
    for damaged in (content[:9000], content[:100] + bytes(4000) + content[4100:], content[:16], unreadable):
        with pytest.raises(FormatError, match=r"damaged|not Isso's"):
            records(isso, written(tmp_path, damaged))


def test_a_thread_may_be_a_whole_address(tmp_path: Path) -> None:
    path = database(tmp_path, [("https://autre.example/x?y=1", "A")], [])
    found = records(isso, path, url=URL)
    (post,) = of(Post, found)
    assert (post.address, post.paths) == ("https://autre.example/x?y=1", ("/x?y=1",))
    assert not of(LeftOut, found)
