"""DateTime: moments as RFC 3339 has them, always in UTC, always with microseconds."""

from datetime import UTC, datetime
from typing import Any

from strawberry import scalar
from strawberry.types.scalar import ScalarDefinition

from models.fields import wire


def parse(value: Any) -> datetime:
    """A moment from RFC 3339 text with an offset; others are refused, since nobody knows which moment they mean."""
    if not isinstance(value, str):
        raise ValueError(_expected(value))  # noqa: TRY004 - graphql-core shows the text of a ValueError
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None and len(value) >= len("2026-11-23T12:39Z"):
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(_expected(value))


def _expected(value: object) -> str:
    return f"DateTime must be a moment with its offset, such as 2026-11-23T12:39:05Z, not {str(value)[:40]!r}"


def serialise(value: datetime | str) -> str:
    """The wire format; what the compiler read is in it already."""
    return value if isinstance(value, str) else wire(value)


DATE_TIME: ScalarDefinition = scalar(
    name="DateTime",
    description="RFC 3339, UTC, microseconds: 2026-11-23T12:39:05.000000Z",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=serialise,
    parse_value=parse,
)
