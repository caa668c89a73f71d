"""Dates as exports write them, as moments in UTC; None for what is no date, such as the 31st of June.

A wall clock that shows an hour twice when summer time ends is taken to show it for the first time, and an hour that is
left out when it begins is taken for the one after it.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What is filed under when its file has no date for it that can be read."""


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo | None:
    """The time zone of that name, None if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None


def in_zone(clock: datetime | None, place: ZoneInfo) -> datetime | None:
    """When a wall clock there showed that."""
    return clock and _utc(clock.replace(tzinfo=place, fold=0))


def wall_clock(text: str) -> datetime | None:
    """A date and time without a zone, such as `2021-03-28 03:30:00`."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def instant(text: str) -> datetime | None:
    """A date and time with an offset, such as `2021-03-28T03:15:00.123456789+02:00`; without one it is in UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def after_epoch(seconds: object) -> datetime | None:
    """So many seconds after 1970 began, given as a number."""
    if not isinstance(seconds, int | float):
        return None
    try:
        return EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def _utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
