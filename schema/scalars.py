"""DateTime: moments as RFC 3339 has them, always in UTC, always with microseconds."""

import re
from datetime import UTC, datetime
from typing import Any

from strawberry import scalar
from strawberry.types.scalar import ScalarDefinition

from models.fields import rfc3339

_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
_UTC = ("Z", "z", "-00:00")
_LEAP_SECOND = ":60"


def parse(value: Any) -> datetime:
    """A moment from RFC 3339 text and nothing else, whatever this Python reads.

    What is finer than a microsecond is cut off. A leap second is refused: no clock of ours has one.
    """
    match = _RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(_expected(value))
    day, time, fraction, offset = match.groups(default="")
    if time.endswith(_LEAP_SECOND):
        raise ValueError(f"DateTime cannot be a leap second: give the second before or after {value[:40]!r}")
    offset = "+00:00" if offset in _UTC else offset
    try:
        return datetime.fromisoformat(f"{day}T{time}.{fraction:0<6}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as problem:  # 31 February; before the year 1
        raise ValueError(_expected(value)) from problem


def _expected(value: object) -> str:
    return (
        "DateTime must be RFC 3339 with its offset, such as 2026-11-23T12:39:05Z or 2026-11-23T13:39:05.25+01:00, "
        f"not {str(value)[:40]!r}"
    )


def serialise(value: datetime | str) -> str:
    """The wire format; what the compiler read is in it already."""
    return value if isinstance(value, str) else rfc3339(value)


DATE_TIME: ScalarDefinition = scalar(
    name="DateTime",
    description="RFC 3339, UTC, microseconds: 2026-11-23T12:39:05.000000Z",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=serialise,
    parse_value=parse,
)
