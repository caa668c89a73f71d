import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import TEXT, WORDS, left_out, of, records, written
from transfer.formats import commento
from transfer.formats.records import Changed, Comment, FormatError, Guest, LeftOut, Post, Record, Visibility

URL = "https://carnets.example"
DATE = "2021-03-28T03:15:00.123456+02:00"
PAGE = {"id": "p1", "path": "/écluse/", "title": "L’écluse", "isReadonly": True, "createdTime": DATE}
PERSON = {"id": "u1", "name": "Rémi & Zoé", "email": "remi@example.org", "websiteUrl": "https://remi.example"}


def comment(key: str, parent: str = "", **columns: Any) -> dict[str, Any]:
    return {
        "id": key,
        "parentId": parent,
        "pageId": "p1",
        "markdown": "**Oui**",
        "html": "<p><strong>Oui</strong></p>",
        "isApproved": True,
        "isPending": False,
        "isDeleted": False,
        "createdTime": DATE,
        "userCreated": "u1",
        **columns,
    }


def old_comment(key: str, parent: str = "root", **columns: Any) -> dict[str, Any]:
    return {
        "commentHex": key,
        "domain": "carnets.example",
        "url": "/écluse/",
        "commenterHex": "c1",
        "markdown": "Oui",
        "html": "",
        "parentHex": parent,
        "score": 0,
        "state": "approved",
        "creationDate": DATE,
        **columns,
    }


def read(folder: Path, *comments: dict[str, Any], version: int = 3, packed: bool = True) -> list[Record]:
    export: dict[str, Any] = {"version": version}
    if version == 3:
        export |= {"pages": [PAGE], "comments": comments, "commenters": [PERSON]}
    else:
        person = {"commenterHex": "c1", "name": "Rémi", "email": "r@example.org", "link": "undefined"}
        export |= {"comments": comments, "commenters": [person, person]}
    content = json.dumps(export).encode()
    return records(commento, written(folder, gzip.compress(content) if packed else content), url=URL)


def test_comentario_is_read_as_its_readers_saw_it(tmp_path: Path) -> None:
    rows = [
        comment("1"),
        comment("2", "1", isApproved=False, isPending=True),
        comment("3", "1", isApproved=False),
        comment("4", isDeleted=True, markdown="secret", authorName="Parti"),
        comment("5", "4", userCreated="00000000-0000-0000-0000-000000000000", authorName="Anonyme"),
        comment("6", isDeleted=True),
    ]
    found = read(tmp_path, *rows)
    (page,) = of(Post, found)
    assert (page.address, page.title, page.comments_open) == (f"{URL}/écluse/", "L’écluse", False)
    assert page.published_at == datetime(2021, 3, 28, 1, 15, 0, 123456, tzinfo=UTC)
    comments = {record.key: record for record in of(Comment, found)}
    assert comments["1"].author == Guest(
        name="Rémi & Zoé", email="remi@example.org", website="https://remi.example"
    )
    assert comments["1"].body == "**Oui**"
    assert [comments[key].visibility for key in "123"] == [
        Visibility.PUBLIC,
        Visibility.PENDING,
        Visibility.HIDDEN,
    ]
    assert (comments["4"].deleted, comments["4"].body, comments["4"].author) == (True, "", Guest())
    assert (comments["5"].parent, comments["5"].author) == ("4", Guest(name="Anonyme"))
    assert of(LeftOut, found) == [
        LeftOut(kind="comment", key="6", reason="It was deleted, and nobody had answered it.")
    ]


def test_commento_names_pages_in_its_comments_and_people_again_for_each_of_them(tmp_path: Path) -> None:
    rows = [
        old_comment("b", "a"),
        old_comment("a", markdown="[deleted]"),
        old_comment("c", state="unapproved", url="", path="autre"),
        old_comment("d", "0" * 64, state="flagged"),
        old_comment("e", state="?", commenterHex="anonymous"),
    ]
    found = read(tmp_path, *rows, version=1)
    assert [(page.key, page.address) for page in of(Post, found)] == [
        ("/écluse/", f"{URL}/écluse/"),
        ("/autre", f"{URL}/autre"),
    ]
    assert [(c.key, c.parent, c.deleted, c.visibility) for c in of(Comment, found)] == [
        ("b", "a", False, Visibility.PUBLIC),
        ("a", None, True, Visibility.PUBLIC),
        ("c", None, False, Visibility.PENDING),
        ("e", None, False, Visibility.HIDDEN),
    ]
    assert of(Comment, found)[0].author == Guest(name="Rémi", email="r@example.org")
    assert of(Comment, found)[3].author == Guest()
    assert of(LeftOut, found) == [LeftOut(kind="comment", key="d", reason="It was marked as spam.")]
    assert [changed.key for changed in of(Changed, found)] == ["e"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, TEXT.filter(str.strip)), max_size=4), st.booleans())
def test_what_is_written_is_read_back(said: list[tuple[str, str]], packed: bool) -> None:
    rows = [
        comment(str(n), markdown=text, userCreated="?", authorName=name)
        for n, (name, text) in enumerate(said, 1)
    ]
    with TemporaryDirectory() as folder:
        found = read(Path(folder), *rows, packed=packed)
    assert [(c.author, c.body) for c in of(Comment, found)] == [
        (Guest(name=name), text) for name, text in said
    ]
    assert not of(LeftOut, found)


def test_spam_does_not_keep_the_place_of_what_it_answered(tmp_path: Path) -> None:
    found = read(tmp_path, old_comment("a", deleted=True), old_comment("b", "a", state="flagged"), version=1)
    assert left_out(found) == {"comment": 2}


def test_broken_rows_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, comment("1"), comment("1"), {}, comment("2", createdTime="hier", parentId="never"))
    assert [record.key for record in of(LeftOut, found)] == ["1", ""]
    assert of(Comment, found)[1].parent == "never"
    assert of(Comment, found)[1].created_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert [changed.key for changed in of(Changed, found)] == ["2"]


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    read(tmp_path, comment("1"), packed=False)
    path = written(tmp_path, (tmp_path / "export").read_bytes()[:-40])
    with pytest.raises(FormatError, match="cut off"):
        records(commento, path)
