import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import SAMPLES, TEXT, WORDS, left_out, of, records, written
from transfer.formats import remark42
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
)

SAMPLE = SAMPLES / "by-hand-remark42.gz"
PAGE = "https://carnets.example/2021/03/lecluse-de-laube/"
HEADER = {"version": 1, "users": [], "posts": []}


def comment(key: str, parent: str = "", url: str = "https://a.example/x/", **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "pid": parent,
        "text": "<p>Oui</p>",
        "orig": "Oui",
        "user": {"name": "Rémi", "id": "github_aa"},
        "locator": {"site": "carnets", "url": url},
        "time": "2021-03-28T03:15:00+02:00",
        **fields,
    }


def backup(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(folder: Path, *rows: dict[str, Any]) -> list[Record]:
    return records(remark42, written(folder, backup(HEADER, *rows)))


def test_every_line_of_the_sample_is_read_or_left_out_with_a_reason() -> None:
    rows = [line for line in gzip.decompress(SAMPLE.read_bytes()).split(b"\n") if line.strip()][1:]
    found = records(remark42, SAMPLE)
    assert len(of(Comment, found)) + left_out(found)["comment"] == len(rows) == 7
    assert {post.key for post in of(Post, found)} == {json.loads(row)["locator"]["url"] for row in rows}


def test_the_sample_is_read_as_its_readers_saw_it() -> None:
    found = records(remark42, SAMPLE)
    page, other = of(Post, found)
    assert (page.kind, page.address, page.title) == (PostKind.EXTERNAL, PAGE, "L’écluse de l’aube")
    assert (page.paths, page.comments_open, other.comments_open) == (
        ("/2021/03/lecluse-de-laube/",),
        False,
        True,
    )
    assert page.published_at == datetime(2015, 1, 1, tzinfo=UTC)
    comments = {record.key.partition("#")[2]: record for record in of(Comment, found)}
    assert comments["c1"].body == "**Bravo** & merci\n3 < 5"
    assert comments["c1"].body_format is BodyFormat.MARKDOWN
    assert comments["c1"].author == Guest(name='Rémi & "Zoé"')
    assert comments["c1"].created_at == datetime(2021, 3, 28, 1, 15, 0, 123456, tzinfo=UTC)
    assert comments["c2"].author == Guest(name="Anonyme <x>")
    assert comments["c2"].parent == f"{PAGE}#c1"
    assert (comments["c3"].deleted, comments["c3"].body, comments["c3"].author) == (True, "", Guest())
    assert comments["c4"].edited_at == datetime(2021, 3, 28, 10, 2, tzinfo=UTC)
    assert (comments["101"].body, comments["101"].body_format) == (
        "<p>Importé de Disqus</p>",
        BodyFormat.HTML,
    )
    assert of(LeftOut, found) == [
        LeftOut(kind="comment", key=f"{PAGE}#c5", reason="It was deleted, and nobody had answered it.")
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, TEXT), max_size=4), st.booleans(), st.booleans())
def test_what_is_written_is_read_back(said: list[tuple[str, str]], packed: bool, header: bool) -> None:
    rows = [
        comment(str(n), text=text, orig="", user={"name": name, "id": "x"})
        for n, (name, text) in enumerate(said)
    ]
    content = backup(*[HEADER] * (header or not rows), *rows).encode()
    with TemporaryDirectory() as folder:
        found = records(remark42, written(Path(folder), gzip.compress(content) if packed else content))
    assert [(c.author, c.body) for c in of(Comment, found)] == [
        (Guest(name=name), text) for name, text in said
    ]
    assert not of(LeftOut, found)


def test_a_reply_may_come_before_its_parent_or_have_none(tmp_path: Path) -> None:
    found = read(tmp_path, comment("b", "a"), comment("a"), comment("c", "never"))
    assert [(c.key[-1], c.parent) for c in of(Comment, found)] == [
        ("b", "https://a.example/x/#a"),
        ("a", None),
        ("c", "https://a.example/x/#never"),
    ]


def test_deleted_comments_keep_their_place_as_long_as_something_stands_below(tmp_path: Path) -> None:
    gone: dict[str, Any] = {"delete": True, "text": "secret", "orig": "secret"}
    rows = [comment("1", **gone), comment("2", "1", **gone), comment("3", "2"), comment("4", "3", **gone)]
    found = read(tmp_path, *rows, comment("5", "6", **gone), comment("6", "5", **gone))
    assert [(c.key[-1], c.deleted) for c in of(Comment, found)] == [("1", True), ("2", True), ("3", False)]
    assert left_out(found) == {"comment": 3}
    assert "secret" not in str(found)


def test_one_id_on_two_pages_is_two_comments_and_on_one_page_one(tmp_path: Path) -> None:
    found = read(tmp_path, comment("1"), comment("1", url="https://a.example/y/"), comment("1"))
    assert len(of(Comment, found)) == 2
    assert of(LeftOut, found) == [
        LeftOut(kind="comment", key="https://a.example/x/#1", reason="Its id stands twice in the file.")
    ]


def test_markdown_among_which_there_was_html_is_read_as_html(tmp_path: Path) -> None:
    (found,) = of(Comment, read(tmp_path, comment("1", orig="<b>Oui</b>", text="<p><b>Oui</b></p>")))
    assert (found.body, found.body_format) == ("<p><b>Oui</b></p>", BodyFormat.HTML)


def test_the_first_line_tells_addresses_and_closed_pages(tmp_path: Path) -> None:
    header = {
        "version": 1,
        "users": [{"id": "github_aa", "email": "remi@example.org"}, "?", {"id": 3}],
        "posts": [{"url": "https://a.example/x/", "read_only": True}],
    }
    found = records(remark42, written(tmp_path, backup(header, comment("1"))))
    assert of(Comment, found)[0].author == Guest(name="Rémi", email="remi@example.org")
    assert not of(Post, found)[0].comments_open


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "hier", None, 5])
def test_an_impossible_date_has_a_fallback(tmp_path: Path, time: object) -> None:
    found = read(tmp_path, comment("1", time=time))
    assert of(Comment, found)[0].created_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert len(of(Changed, found)) == 1


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "null", '{"id": "1"}', '{"id": "1", "locator": {}}', '{"locator": "x"}', "[" * 100_000],
)
def test_a_line_that_is_no_comment_is_left_out_with_its_number(tmp_path: Path, line: str) -> None:
    found = records(remark42, written(tmp_path, backup(HEADER) + line + "\n\n" + backup(comment("1"))))
    assert of(LeftOut, found) == [
        LeftOut(kind="comment", key="line 2", reason="Its line is no comment in JSON.")
    ]
    assert len(of(Comment, found)) == 1


def test_a_file_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cut off in line 3"):
        records(remark42, written(tmp_path, backup(HEADER, comment("1"), comment("2"))[:-30]))
    with pytest.raises(FormatError, match="damaged or cut off"):
        records(remark42, written(tmp_path, SAMPLE.read_bytes()[:-100]))


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="version 2"):
        records(remark42, written(tmp_path, backup({**HEADER, "version": 2})))


def test_half_characters_and_bytes_that_are_no_utf8_are_repaired(tmp_path: Path) -> None:
    content = backup(HEADER) + json.dumps(comment("1", orig="demi \ud83d, été")) + "\n"
    assert of(Comment, records(remark42, written(tmp_path, content)))[0].body == "demi , été"
    raw = backup(HEADER, comment("1", orig="été")).encode("cp1252")
    assert of(Comment, records(remark42, written(tmp_path, raw)))[0].body == "été"
