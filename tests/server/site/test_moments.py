"""Times as people type them, on the days when clocks are changed; and two versions of a text side by side."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.site.differences import MOST_LINES, Piece, differences
from server.site.moments import (
    RepeatedTimeError,
    SkippedTimeError,
    UnreadableTimeError,
    moment_of,
    offsets_of,
    typed_of,
)

PARIS, SYDNEY, UTC_ZONE = ZoneInfo("Europe/Paris"), ZoneInfo("Australia/Sydney"), ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("typed", "zone", "which", "moment"),
    [
        ("2026-07-01T10:00", PARIS, None, datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-12-01T10:00:30", PARIS, None, datetime(2026, 12, 1, 9, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", PARIS, 0, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", PARIS, 1, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T03:00", PARIS, None, datetime(2026, 10, 25, 2, tzinfo=UTC)),
        ("2026-03-29T03:00", PARIS, 1, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("2026-04-05T02:30", SYDNEY, 1, datetime(2026, 4, 4, 16, 30, tzinfo=UTC)),
        ("9999-12-31T23:59", UTC_ZONE, None, datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_typed_time_is_one_of_the_site(
    typed: str, zone: ZoneInfo, which: int | None, moment: datetime
) -> None:
    assert moment_of(typed, zone, which) == moment


@pytest.mark.parametrize(
    ("typed", "zone", "error"),
    [
        ("2026-03-29T02:30", PARIS, SkippedTimeError),
        ("2026-10-04T02:00", SYDNEY, SkippedTimeError),
        ("2026-10-25T02:00", PARIS, RepeatedTimeError),
        ("2026-02-30T02:00", PARIS, UnreadableTimeError),
        ("2026-07-01", PARIS, UnreadableTimeError),
        ("2026-07-01T10:00Z", PARIS, UnreadableTimeError),
        ("0001-01-01T00:00", PARIS, UnreadableTimeError),
        ("2026-07-01T10:0٣", PARIS, UnreadableTimeError),
        ("", PARIS, UnreadableTimeError),
    ],
)
def test_what_is_no_time_is_told_apart(typed: str, zone: ZoneInfo, error: type[ValueError]) -> None:
    with pytest.raises(error):
        moment_of(typed, zone)


def test_a_moment_is_shown_as_it_was_typed() -> None:
    assert typed_of("2026-10-25T01:30:59.000000Z", PARIS) == ("2026-10-25T02:30", "1")
    assert typed_of("2026-10-25T00:30:00.000000Z", PARIS) == ("2026-10-25T02:30", "0")
    assert typed_of("2026-07-01T08:00:00.000000Z", PARIS) == ("2026-07-01T10:00", "")
    assert offsets_of("2026-10-25T02:30", PARIS) == ["+02:00", "+01:00"]
    assert offsets_of("2026-10-25T04:30", PARIS) == offsets_of("soon", PARIS) == []


def test_lines_that_both_versions_have_are_told_from_others() -> None:
    assert differences("a", "a") == []
    assert differences("a\nb\nc", "a\nx\nc") == [
        Piece("same", ["a"]),
        Piece("gone", ["b"]),
        Piece("new", ["x"]),
        Piece("same", ["c"]),
    ]
    assert differences("", "a") == [Piece("new", ["a"])]


def test_what_a_comparison_leaves_out_is_the_same_in_both() -> None:
    before = [str(number) for number in range(20)]
    (same, *changed) = differences("\n".join(before), "\n".join([*before, "new"]))
    assert same == Piece("same", ["0", "1", "…", "18", "19"], 16)
    assert changed == [Piece("new", ["new"])]


def test_texts_of_many_lines_are_compared_at_once() -> None:
    former, new = "\n".join("ab" * MOST_LINES), "\n".join("ba" * MOST_LINES)
    assert [piece.kind for piece in differences(former, new)] == ["gone", "new"]
