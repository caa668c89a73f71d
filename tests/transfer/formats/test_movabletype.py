from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import CHARACTERS, SAMPLES, left_out, of, records, written
from transfer.formats import movabletype
from transfer.formats.movabletype_text import body, date, said, tags
from transfer.formats.records import (
    Author,
    Blog,
    BodyFormat,
    Category,
    Changed,
    Comment,
    Guest,
    LeftOut,
    Linkback,
    Post,
    Record,
    Tag,
)

SAMPLE = SAMPLES / "by-hand-movabletype.txt"
URL = "https://carnets.example"
HEAD = """\
AUTHOR: Maud
TITLE: Titre
BASENAME: titre
STATUS: Publish
ALLOW COMMENTS: 1
CONVERT BREAKS: 0
DATE: 07/01/2021 12:00:00 PM
"""


def entry(*sections: str, head: str = HEAD) -> str:
    return head + "-----\n" + "".join(f"{section}\n-----\n" for section in sections) + "--------\n"


def read(folder: Path, content: str | bytes, **options: str) -> list[Record]:
    return records(
        movabletype, written(folder, content), **{"timezone": "Europe/Paris", "url": URL, **options}
    )


def counted_naively(path: Path) -> Counter[str]:
    return Counter(line for line in path.read_text().split("\n") if line in {"--------", "COMMENT:", "PING:"})


def test_every_entry_of_the_sample_is_read_with_what_was_said_about_it() -> None:
    found = records(movabletype, SAMPLE, url=URL, timezone="Europe/Paris")
    counts = counted_naively(SAMPLE)
    assert len(of(Post, found)) == counts["--------"] == 2
    assert len(of(Comment, found)) == counts["COMMENT:"] == 1
    assert len(of(Linkback, found)) == counts["PING:"] == 1
    assert not of(LeftOut, found)
    assert not of(Changed, found)


def test_the_sample_is_read_as_its_blog_was() -> None:
    found = records(movabletype, SAMPLE, url=URL, timezone="Europe/Paris")
    first, draft = of(Post, found)
    assert first.title == 'L’écluse : "de l’aube" & autres'
    assert first.published_at == datetime(2021, 3, 27, 23, 30, tzinfo=UTC)
    assert first.body.startswith(
        "<p>Premier paragraphe<br>\navec une ligne.</p>\n\n<p>-----<br>\nUne ligne de tirets"
    )
    assert first.body.endswith("<p>La suite.</p>\n\n<p>--------</p>")
    assert first.categories == ("Voyages", "Outils: encres")
    assert first.tags == ("eau", "Lumière douce", "R&D")
    assert first.paths == ("/2021/03/lecluse.html",)
    assert (draft.published_at, draft.body, draft.comments_open) == (None, "<p>En HTML</p>", False)
    (comment,) = of(Comment, found)
    assert comment.author == Guest(
        name="Rémi: & Zoé", email="remi@example.org", website="https://remi.example/"
    )
    assert comment.body == "<p>Bonjour,</p>\n\n<p>DATE: ce n'est pas une date.</p>"
    assert comment.created_at == datetime(2021, 3, 28, 10, 15, tzinfo=UTC)
    (ping,) = of(Linkback, found)
    assert (ping.source_url, ping.site_name, ping.excerpt) == (
        "https://voisin.example/echo",
        "Le Voisin",
        "Un extrait.",
    )


LINES = st.lists(
    st.one_of(
        st.text(CHARACTERS.filter(lambda character: character != "\n"), max_size=30),
        st.sampled_from(["-----", "--------", "BODY:", "COMMENT:", "AUTHOR: x", "", " "]),
    ),
    max_size=6,
)


def protected(text: str) -> str:
    """As Movable Type 7 writes it."""
    return "\n".join(line + "\t" if line in {"-----", "--------"} else line for line in text.split("\n"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(LINES, LINES, st.sampled_from(["\n", "\r\n"])), min_size=1, max_size=3))
def test_what_is_written_is_read_back(entries: list[tuple[list[str], list[str], str]]) -> None:
    bodies = ["\n".join(body).strip("\n") for body, _, _ in entries]
    comments = ["\n".join(comment).strip("\n") for _, comment, _ in entries]
    content = ""
    for number, (_, _, line_end) in enumerate(entries):
        remark = f"COMMENT:\nAUTHOR: Rémi\nDATE: 07/02/2021 01:00:00 AM\n{protected(comments[number])}"
        head = HEAD.replace("titre", str(number)).replace("BREAKS: 0", "BREAKS: markdown")
        content += entry(f"BODY:\n{protected(bodies[number])}", remark, head=head).replace("\n", line_end)
    with TemporaryDirectory() as folder:
        found = read(Path(folder), content)
    assert [post.body for post in of(Post, found)] == [body if body.strip() else "" for body in bodies]
    assert [comment.body for comment in of(Comment, found)] == [said(comment) for comment in comments]
    assert not of(LeftOut, found)
    assert not of(Changed, found)


def test_dashes_that_are_not_protected_are_text_unless_a_section_or_an_entry_begins_below(
    tmp_path: Path,
) -> None:
    text = "Avant\n-----\n\nentre\n--------\nTITRE PROVISOIRE: non\n-----\nNote: rien\n\nfin"
    first, second = of(
        Post,
        read(tmp_path, entry(f"BODY:\n{text}") + "\n" + entry("BODY:\nx", head=HEAD.replace("titre", "b"))),
    )
    assert first.body == text
    assert second.body == "x"


@pytest.mark.parametrize(
    ("conversion", "html"),
    [
        ("0", "a\nb\n\n<div>\nc</div>"),
        ("richtext", "a\nb\n\n<div>\nc</div>"),
        ("1", "<p>a<br>\nb</p>\n\n<div>\nc</div>"),
        ("__default__", "<p>a<br>\nb</p>\n\n<div>\nc</div>"),
        ("textile_2", "a\nb\n\n<div>\nc</div>"),
    ],
)
def test_line_ends_count_where_they_are_to_be_converted(conversion: str, html: str) -> None:
    text, body_format, told = body("a\nb\n\n<div>\nc</div>", conversion)
    assert (text, body_format) == (html, BodyFormat.HTML)
    assert bool(told) == (conversion == "textile_2")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb\n\nc", "<p>a<br>\nb</p>\n\n<p>c</p>"),
        ("a<br />\nb", "a<br />\nb"),
        ("<p>a\nb</p>", "<p>a\nb</p>"),
    ],
)
def test_line_ends_count_in_comments_that_have_no_breaks_of_their_own(
    tmp_path: Path, text: str, html: str
) -> None:
    remark = f"COMMENT:\nAUTHOR: Rémi\nDATE: 07/02/2021 01:00:00 AM\n{text}"
    assert of(Comment, read(tmp_path, entry("BODY:\nx", remark)))[0].body == html
    assert body(text, "wysiwyg") == (
        html,
        BodyFormat.HTML,
        "It is written in wysiwyg: it was taken for HTML.",
    )


def test_markdown_stays_what_it_is_and_blocks_lose_their_marks() -> None:
    assert body("# a\n", "markdown_with_smartypants") == ("# a\n", BodyFormat.MARKDOWN, "")
    blocks = '<!-- mt-beb t="core-text" --><p>a</p><!-- /mt-beb -->'
    assert body(blocks, "blockeditor") == ("<p>a</p>", BodyFormat.HTML, "")


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("03/28/2021 12:30:00 AM", datetime(2021, 3, 28, 0, 30)),  # noqa: DTZ001
        ("3/8/99 1:02:03 PM", datetime(1999, 3, 8, 13, 2, 3)),  # noqa: DTZ001
        ("03/28/2021 23:30:00", datetime(2021, 3, 28, 23, 30)),  # noqa: DTZ001
        ("12/31/2020 12:00:00 PM", datetime(2020, 12, 31, 12)),  # noqa: DTZ001
        ("02/30/2021 01:00:00 AM", None),
        ("28.3.2021", None),
    ],
)
def test_dates_are_those_of_the_field(text: str, clock: datetime | None) -> None:
    assert date(text) == clock


def test_tags_are_parted_by_commas_outside_quotes() -> None:
    assert tags('eau, "Lumière, douce",R&D,eau,12" vinyl, ') == ["eau", "Lumière, douce", "R&D", '12" vinyl']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_french_is_read_in_any_of_its_encodings(tmp_path: Path, encoding: str) -> None:
    content = entry("BODY:\nL’été à Noël, où ?", head=HEAD.replace("Titre", "Déjà vu"))
    (post,) = of(Post, read(tmp_path, content.encode(encoding)))
    assert (post.title, post.body) == ("Déjà vu", "L’été à Noël, où ?")


@pytest.mark.parametrize("encoding", ["euc_jp", "cp932"])
def test_japanese_is_read_in_any_of_its_encodings(tmp_path: Path, encoding: str) -> None:
    text = "今日は天気がいいですね。日記を書きました。"
    assert of(Post, read(tmp_path, entry(f"BODY:\n{text}").encode(encoding)))[0].body == text


def test_single_lines_in_another_encoding_are_told(tmp_path: Path) -> None:
    content = (
        entry("BODY:\nété", "EXCERPT:\nà la fin").encode() + b"\n" + entry("BODY:\n", head=HEAD).encode()
    )
    found = read(tmp_path, content.replace("à".encode(), b"\xe0"))
    assert of(Post, found)[0].excerpt == "à la fin"
    assert [changed.kind for changed in of(Changed, found)] == ["file"]


@pytest.mark.parametrize("status", ["Draft", "Review", "Unpublish", "Geheim", ""])
def test_what_readers_did_not_see_is_a_draft(tmp_path: Path, status: str) -> None:
    found = read(tmp_path, entry("BODY:\nx", head=HEAD.replace("Publish", status)))
    assert of(Post, found)[0].published_at is None
    assert bool(of(Changed, found)) == (status not in {"Draft", "Review"})


def test_a_scheduled_entry_keeps_its_date_and_spam_is_left_out(tmp_path: Path) -> None:
    future = entry("BODY:\nx", head=HEAD.replace("Publish", "Future").replace("2021", "2031"))
    found = read(
        tmp_path, future + entry("BODY:\nx", head=HEAD.replace("Publish", "Spam").replace("titre", "s"))
    )
    assert [post.published_at for post in of(Post, found)] == [datetime(2031, 7, 1, 10, tzinfo=UTC)]
    assert of(LeftOut, found) == [LeftOut(kind="entry", key="s", reason="It was marked as spam.")]


def test_an_impossible_date_has_a_fallback(tmp_path: Path) -> None:
    said = "COMMENT:\nAUTHOR: Rémi\nDATE: 13/45/2021 01:00:00 AM\nOui"
    found = read(tmp_path, entry("BODY:\nx", said) + entry("BODY:\nx", head=HEAD.replace("07/01", "02/31")))
    assert of(Comment, found)[0].created_at == datetime(2021, 7, 1, 10, tzinfo=UTC)
    assert of(Post, found)[1].published_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert len(of(Changed, found)) == 2


def test_one_basename_may_stand_twice(tmp_path: Path) -> None:
    said = "COMMENT:\nAUTHOR: Rémi\nDATE: 07/02/2021 01:00:00 AM\nOui"
    found = read(tmp_path, entry("BODY:\na", said, said) + entry("BODY:\nb", said))
    assert [post.key for post in of(Post, found)] == ["titre", "titre (2)"]
    assert len({comment.key for comment in of(Comment, found)}) == 3


def test_keys_stay_the_same_when_an_export_grows(tmp_path: Path) -> None:
    first, second = (
        f"COMMENT:\nAUTHOR: {name}\nDATE: 07/02/2021 01:00:00 AM\nOui" for name in ("Rémi", "Zoé")
    )
    before = of(Comment, read(tmp_path, entry("BODY:\nx", second)))
    after = of(Comment, read(tmp_path, entry("BODY:\nx", first, second)))
    assert before[0] == after[1]


def test_names_come_once_and_before_the_entry_that_names_them(tmp_path: Path) -> None:
    head = HEAD + "PRIMARY CATEGORY: R&amp;D\nCATEGORY: R&amp;D\nCATEGORY: Eau\nTAGS: @interne,eau\n"
    found = read(tmp_path, entry("BODY:\nx", head=head) + entry("BODY:\nx", head=head.replace("titre", "b")))
    assert [type(record) for record in found] == [Blog, Author, Category, Category, LeftOut, Tag, Post, Post]
    assert of(Category, found) == [Category(key="R&amp;D", name="R&D"), Category(key="Eau", name="Eau")]
    assert of(Tag, found) == [Tag(key="eau", name="eau")]
    assert of(Post, found)[0].categories == ("R&amp;D", "Eau")
    assert of(Post, found)[0].tags == ("eau",)
    assert left_out(found) == {"tag": 1}


def test_fields_of_ones_own_are_told_and_comments_without_an_entry_kept(tmp_path: Path) -> None:
    head = "DATE: 07/01/2021 12:00:00 PM\nNO ENTRY: 1\n"
    said = "COMMENT:\nAUTHOR: Rémi\nDATE: 07/02/2021 01:00:00 AM\nOui"
    found = read(tmp_path, entry("BODY:\nx", "CF50_MOOD:\ngai") + entry(said, head=head))
    assert left_out(found) == {"field": 1, "entry": 1}
    assert len(of(Comment, found)) == 1


def test_an_entry_that_nothing_ends_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, entry("BODY:\nLe début et la suite")[:-25])
    assert [changed.reason for changed in of(Changed, found)] == [
        "Nothing marks its end: the file may have been cut off there."
    ]


def test_other_systems_tell_an_address_or_a_path(tmp_path: Path) -> None:
    typepad = HEAD + "UNIQUE URL: https://x.typepad.example/blog/2021/07/t.html\n"
    hatena = HEAD.replace("titre", "2021/07/01/120000")
    found = of(Post, read(tmp_path, entry("BODY:\nx", head=typepad) + entry("BODY:\nx", head=hatena)))
    assert [post.paths for post in found] == [("/blog/2021/07/t.html",), ("/entry/2021/07/01/120000",)]


def test_the_oldest_files_begin_a_text_without_dashes(tmp_path: Path) -> None:
    content = "TITLE: Vieux\nSTATUS: Publish\nDATE: 07/01/2003 12:00:00 PM\nSTART BODY:\nUn: deux\n\ntrois\n--------\n"
    assert [post.body for post in of(Post, read(tmp_path, content))] == ["Un: deux\n\ntrois"]
