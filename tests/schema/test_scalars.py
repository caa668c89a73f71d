from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from graphql import GraphQLScalarType, parse_value

import schema
from schema.scalars import parse

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def as_literal(value: str) -> datetime:
    """The moment that the value means where it stands in an operation's text."""
    type_ = schema.build()._schema.type_map["DateTime"]  # noqa: SLF001 - Strawberry's way to graphql-core
    assert isinstance(type_, GraphQLScalarType)
    literal = type_.parse_literal(parse_value(f'"{value}"'))
    assert isinstance(literal, datetime)
    return literal


@pytest.mark.parametrize("read", [parse, as_literal])
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05Z", MOMENT),
        ("2026-01-02t03:04:05z", MOMENT),
        ("2026-01-02T04:34:05+01:30", MOMENT),
        ("2026-01-01T22:04:05-05:00", MOMENT),
        ("2026-01-02T03:04:05-00:00", MOMENT),
        ("2026-01-02T03:04:05.5Z", MOMENT.replace(microsecond=500_000)),
        ("2026-01-02T03:04:05.000001Z", MOMENT.replace(microsecond=1)),
        ("2026-01-02T03:04:05.0000019999Z", MOMENT.replace(microsecond=1)),
        ("2026-01-02T03:04:05." + "9" * 1000 + "Z", MOMENT.replace(microsecond=999_999)),
        ("2026-01-03T03:03:05+23:59", MOMENT),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_rfc_3339_is_read(read: Callable[[str], datetime], text: str, moment: datetime) -> None:
    assert read(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-01-02T03:04Z"),
        *("2026-W01-1T03:04:05Z", "2026-002T03:04:05Z", "20260102T030405Z", "2026-01-02T030405Z"),
        *("2026-01-02T03:04:05+0200", "2026-01-02T03:04:05+02", "2026-01-02T03:04:05+02:00:01"),
        *("2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.5", "2026-01-02T24:00:00Z"),
        *("2026-01-02T03:60:05Z", "2026-02-30T03:04:05Z", "2026-13-01T03:04:05Z", "2025-02-29T00:00:00Z"),
        *(
            "2026-01-02T03:04:05+24:00",
            "2026-01-02T03:04:05+02:60",
            "2026-01-02T03:04:05 Z",
            "2026-1-2T3:4:5Z",
        ),
        *(" 2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z\n", "+2026-01-02T03:04:05Z", "0000-01-01T00:00:00Z"),
        *("２０２６-01-02T03:04:05Z", "2026-01-02T03:04:05\u221202:00", "2026-01-02T03:04:05UTC", "now"),
        *("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-01-02T03:04:61Z", "1767323045"),
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"must be RFC 3339 with its offset, such as 2026-11-23T12:39:05Z or"
    ):
        parse(text)


def test_a_leap_second_is_refused_with_its_reason() -> None:
    with pytest.raises(
        ValueError, match="cannot be a leap second: give the second before or after '2016-12-31"
    ):
        parse("2016-12-31T23:59:60Z")


@pytest.mark.parametrize("value", [1767323045, 1.5, True, [], {}])
def test_what_is_no_text_is_no_moment(value: object) -> None:
    with pytest.raises(ValueError, match="must be RFC 3339"):
        parse(value)
