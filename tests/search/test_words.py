"""How texts are cut into words, how queries are read, and what is marked."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.documents import MOST_PLACES, of_comment, of_post
from search.folding import folded, names, words
from search.marking import LONGEST_SNIPPET, marked, plain, snippet, wanted_by
from search.matching import fts5, tsquery
from search.places import TITLES_FROM, place, since
from search.query import Query, Term, parsed

ALIKE = {
    "œuvre": "oeuvre Œuvre ŒUVRE oe\u0301uvre",
    "entreprise": "l’entreprise L'Entreprise ENTREPRISE d'entreprise qu’entreprise entre\u00adprise",
    "été": "ete e\u0301te\u0301 ÉTÉ Été",
    "strasse": "straße STRASSE Straße",
    "lodz": "Łódź łodz",
    "istanbul": "İstanbul ISTANBUL ıstanbul",
    "c++": "C++ c++",
    "file": "ﬁle FILE ｆｉｌｅ",
    "aerø": "ærø ǽrø Ǣrǿ AERO",
    "dzep": "ǅep ǆep DŽEP",
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_is_read_alike_has_one_name(name: str) -> None:
    assert {*names(ALIKE[name])} == {*names(name)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thé, the THÉ thés", "thé the thé thés"),
        ("TCP/IP C# F#-like 1.5 don't foo_bar", "tcp ip c# f# like 1 5 don t foo bar"),
        ("東京タワー C", "東 京 タ ワ ー c"),
        ("aujourd'hui l'un d'eux", "aujourd hui un eux"),
        ("हिन्दी", "हिन्दी"),
        ("... -- !", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert names(text) == expected.split()


def test_a_name_is_what_it_is_called_itself() -> None:
    called = {folded(chr(number)) for number in range(0x20000)}
    assert [name for name in called if name and folded(name) != name] == []


def test_words_are_marked_however_they_begin() -> None:
    for letter in filter(str.isalnum, map(chr, (*range(0x80, 0x250), *range(0xFB00, 0xFB07)))):
        pieces = marked(f"a {letter}b c", wanted_by(parsed(f"{letter}b", "en")), "en")
        assert [piece.text for piece in pieces if piece.matched] == [f"{letter}b"]


@given(st.text() | st.text("aj々\u0301'\u2019 0\xad"))
@example("々j'0")
@settings(max_examples=300, deadline=None)
def test_both_ways_to_the_words_agree(text: str) -> None:
    found = [*words(text)]
    assert [word.name for word in found] == names(text)
    assert all(0 < len(word.name) <= 64 and not {*word.name} & {*" '\"\\=^\0"} for word in found)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_question(text: str) -> None:
    query = parsed(text, "fr")
    for asked in (fts5(query), tsquery(query)):
        assert asked.encode()
        assert asked.count("(") == asked.count(")")
    shown = snippet(text, wanted_by(query), "fr")
    assert sum(len(piece.text) for piece in shown) <= LONGEST_SNIPPET + 2
    assert "".join(piece.text for piece in marked(text, wanted_by(query), "en")) == text


def test_a_query() -> None:
    query = parsed('Rust "event log" -python -"an old one" author:Jane tag:c in:comments x:y', "en")
    assert [term.words for term in query.terms] == [("rust",), ("event", "log"), ("x", "y")]
    assert [term.words for term in query.without] == [("python",), ("an", "old", "one")]
    assert (query.author, query.tag, query.place) == ("Jane", "c", "COMMENTS")
    assert parsed("before:2010-03 after:2009 before:2011-2-3", "en") == Query(
        before=date(2011, 2, 3), after=date(2009, 1, 1)
    )
    assert parsed("before:soon", "en").terms == [Term(("before", "soon"))]
    assert parsed('"running"', "en").terms == [Term(("running",))]
    assert "run" in parsed("running", "en").terms[0].forms
    assert parsed("the", "en").terms[0].forms == ("the", "thé")
    assert parsed("thé", "en").terms[0].forms == ("thé",)


def test_a_language_without_stems_and_one_that_nobody_asks_in() -> None:
    assert of_comment("Häuser", "de").forms == ("=haus", "=hauser")
    assert of_comment("Slova", "cs").forms == ("=slova",)
    assert set(of_comment("entreprises", "fr-CA").forms) < {
        f"={form}" for form in parsed("entreprise", "en").terms[0].forms
    }


def test_no_more_is_stored_than_both_databases_hold() -> None:
    plainly, _ = of_post(
        "Title", "the old " * 20_000 + " ".join(f"w{number}" for number in range(100_000)), "en"
    )
    assert len(plainly.places) <= MOST_PLACES
    assert plainly.places.count("the") == 255
    assert len(plainly.vector().encode()) < 2**20
    assert "=old" in plainly.forms


def test_text_is_plain_and_what_was_asked_for_is_marked() -> None:
    text = plain('<p title="a>b">Un <em>bel</em> d’entre<b>prises</b> &lt;b&gt; &amp;</p><p>co</p>')
    assert text.split() == ["Un", "bel", "d’entreprises", "<b>", "&", "co"]
    pieces = marked(text, wanted_by(parsed('entreprise "b co"', "fr")), "fr")
    assert [piece.text for piece in pieces if piece.matched] == ["entreprises", "b> &  co"]
    shown = snippet(
        "mot " * 200 + "l'Entreprise " + "autre " * 200, wanted_by(parsed("entreprises", "fr")), "fr"
    )
    assert [piece.text for piece in shown if piece.matched] == ["Entreprise"]
    assert shown[0].text == shown[-1].text == "…"
    shown = snippet("x" * 5_000 + " end", wanted_by(parsed("end", "fr")), "fr")
    assert [piece.text for piece in shown] == ["…", "end"]
    shown = snippet(plain("<p>\n<b>end</b> of it</p>\n"), wanted_by(parsed("end", "fr")), "fr")
    assert [piece.text for piece in shown] == ["end", " of it"]
    cut = snippet("x" * 5_000, wanted_by(parsed("y", "fr")), "fr")
    assert [len(piece.text) for piece in cut] == [LONGEST_SNIPPET, 1]


def test_places_are_in_the_order_of_hits() -> None:
    moments = [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1900, 1, 1, tzinfo=UTC),
        datetime(9999, 1, 1, tzinfo=UTC),
    ]
    at = [place(moment, 7, of_post=True) for moment in moments]
    assert at == sorted(at)
    assert since(moments[0]) == 0
    assert at[-1] < TITLES_FROM <= place(moments[0], 1, of_post=True, by_title=True)
    assert place(moments[-1], 2**40, of_post=True, by_title=True) < 2**63
