"""What people wrote elsewhere is made fit to be stored, and nothing else of it is changed."""

import sys
import unicodedata

from models import text


def test_what_is_let_alone_is_fit_and_in_normal_form() -> None:
    usual = [chr(code) for code in range(sys.maxunicode + 1) if not text._UNUSUAL.search(chr(code))]  # noqa: SLF001
    assert {"a", "é", "’", "\n"} <= {*usual}
    for char in usual:
        assert text.purged(f"a{char}b") == f"a{char}b" == unicodedata.normalize("NFC", f"a{char}b")
        assert not unicodedata.combining(char)
        text.paragraphs(f"a{char}b", longest=10)


def test_what_is_refused_is_taken_out() -> None:
    assert text.purged("a\x00\x0b\ud800\ufffe\U0001ffffb\x9f") == "ab"
    assert text.purged("e\u0301") == "é"
    tower = text.purged("e" + "\u0316" * 100)
    assert text.line(tower, longest=100) == tower


def test_paragraphs_keep_their_lines_and_may_be_of_any_length() -> None:
    assert text.purged_paragraphs(" \n\n  a\r\nb\u2028c\x07 \n\n") == "  a\nb\nc"
    assert text.purged_paragraphs("\u200b\n") == ""
    assert text.purged_paragraphs("a" * 1_000_000) == "a" * 1_000_000
