"""Cursors as clients carry them."""

import pytest

from live.feed.cursor import Cursor, MalformedCursor, new_mark, parse


def test_a_cursor_reads_back_as_it_was_written() -> None:
    cursor = Cursor(42, new_mark())
    assert parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "42-",
        "-0123abcd",
        "42-0123ABCD",
        "42-0123abcde",
        "42-0123abc",
        "-1-0123abcd",
        "1e3-0123abcd",
        "42-0123abcd\n",
        " 42-0123abcd",
        "٤٢-0123abcd",
        "1234567890123456789-0123abcd",
        "9" * 5000 + "-0123abcd",
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(MalformedCursor, match=r"This is not a cursor of the comment feed\."):
        parse(text)
