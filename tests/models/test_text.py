import time

import pytest

from models import text
from models.text import TextError


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  Bonjour \t à\n tous ", "Bonjour à tous"),
        ("e\u0301te\u0301", "été"),
        ("a\u2028b\u00a0c", "a b c"),
        ("\u200b\u3164 \ufe0f", ""),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_a_line_is_one_line_in_normal_form(written: str, stored: str) -> None:
    assert text.line(written, longest=100) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n \n  indented\n\nend  \n\n", "  indented\n\nend"),
        (" \n\u200b\n", ""),
    ],
)
def test_paragraphs_keep_their_lines(written: str, stored: str) -> None:
    assert text.paragraphs(written, longest=100) == stored


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("a\x00b", "contains a control character (U+0000)."),
        ("a\x9bb", "contains a control character (U+009B)."),
        ("a\ud83d", "contains half a character (a lone surrogate)."),
        ("a\ufffeb", "contains a code that is no character (U+FFFE)."),
        ("a\uffff", "contains a code that is no character (U+FFFF)."),
        ("\ufdd0", "contains a code that is no character (U+FDD0)."),
        ("\ufdef", "contains a code that is no character (U+FDEF)."),
        ("\U0001fffe", "contains a code that is no character (U+1FFFE)."),
        ("\U0010ffff", "contains a code that is no character (U+10FFFF)."),
        ("abcdefghijk", "is longer than 10 characters."),
        ("a" * 41, "is longer than 10 characters."),
        ("é" + "\u0301" * 31, "has more than 30 combining marks on one letter."),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_reason(written: str, problem: str) -> None:
    for clean in (text.line, text.paragraphs):
        with pytest.raises(TextError) as refused:
            clean(written, longest=40 if "combining" in problem else 10)
        assert str(refused.value) == problem


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_what_turns_the_direction_of_writing_is_kept_in_paragraphs_only(control: str) -> None:
    assert text.paragraphs(f"a{control}b", longest=10) == f"a{control}b"
    with pytest.raises(TextError) as refused:
        text.line(f"a{control}b", longest=10)
    assert (
        str(refused.value)
        == f"contains a character that turns the direction of writing (U+{ord(control):04X})."
    )


@pytest.mark.parametrize(
    "kept", ["שלום\u200f!", "a\u200eb", "\u061cب", "\ufffd", "\ufdcf", "\ufdf0", "می\u200cخواهم"]
)
def test_marks_and_letters_of_every_script_are_kept(kept: str) -> None:
    assert text.line(kept, longest=30) == text.paragraphs(kept, longest=30) == kept


def test_lengths_are_counted_in_normal_form() -> None:
    assert len(text.line("e\u0301" * 10, longest=10)) == 10


def test_a_tower_of_marks_costs_no_time() -> None:
    started = time.perf_counter()
    with pytest.raises(TextError):
        text.line("a" + "\u0301\u0316" * 100_000, longest=100_000)
    assert time.perf_counter() - started < 10  # that which compares marks with marks takes minutes


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ("Short enough.", "Short enough."),
        ("One two three four", "One two three…"),
        ("One two three, four", "One two three…"),
        ("One two three four five", "One two three…"),
        ("会話はここで始まりますそしてずっと続きます", "会話はここで始まりますそして…"),
    ],
)
def test_a_long_line_is_cut_between_words(whole: str, short: str) -> None:
    assert text.shortened(whole, longest=15) == short


FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        (FAMILY * 3, FAMILY * 2 + "…"),
        ("🇫🇷" * 10, "🇫🇷" * 7 + "…"),
        ("a" + "🇫🇷" * 10, "a" + "🇫🇷" * 6 + "…"),
        ("x\u0301" * 10, "x\u0301" * 7 + "…"),
        ("a" + "x\u0301" * 10, "a" + "x\u0301" * 6 + "…"),
        ("👍🏽" * 10, "👍🏽" * 7 + "…"),
        ("❤\ufe0f" * 7 + "❤\ufe0f" * 7, "❤\ufe0f" * 7 + "…"),
        ("a" + "\u1112\u1161\u11ab" * 10, "a" + "\u1112\u1161\u11ab" * 4 + "…"),
        ("a\u2067b\u2069 c", "ab c"),
        ("x" + "\u0301" * 30, "x" + "\u0301" * 13 + "…"),
    ],
)
def test_nothing_is_cut_within_what_readers_take_for_one_character(whole: str, short: str) -> None:
    assert text.shortened(whole, longest=15) == short
