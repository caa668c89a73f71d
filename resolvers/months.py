"""Months and years as they begin in a time zone. A month's number is twelve times its year, and 0 for January.

Months follow each other without a gap: one begins when the zone's clocks first show it, even if they are put back into
the month before for an hour, as those of Newfoundland were on 1 November 2009.
"""

from datetime import MAXYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = 12
LAST = datetime.max.replace(tzinfo=UTC)
SECOND = timedelta(seconds=1)


def month_of(moment: datetime, zone: ZoneInfo) -> int:
    """The number of the month that the moment is in."""
    local = moment.astimezone(zone)
    month = local.year * MONTHS + local.month - 1
    return month + 1 if moment >= month_start(month + 1, zone) else month


def month_start(month: int, zone: ZoneInfo) -> datetime:
    """The first moment of the month with this number."""
    year, index = divmod(month, MONTHS)
    if year > MAXYEAR:
        return LAST
    return first_moment(datetime(year, index + 1, 1, tzinfo=zone))


def year_start(year: int, zone: ZoneInfo) -> datetime:
    """The first moment of the year."""
    return month_start(year * MONTHS, zone)


def path_of(month: int) -> str:
    """The month as addresses have it, such as 2024/03."""
    year, index = divmod(month, MONTHS)
    return f"{year:04d}/{index + 1:02d}"


def first_moment(midnight: datetime) -> datetime:
    """The first moment, in UTC, at which clocks show this midnight of theirs, or what they show instead of it."""
    start = midnight.astimezone(UTC)
    if _local(start, midnight) == midnight.replace(tzinfo=None):
        return start
    earlier = start - timedelta(days=1)
    while start - earlier > SECOND:  # clocks are put forward over it: when?
        middle = (earlier + (start - earlier) / 2).replace(microsecond=0)
        if _local(middle, midnight) < midnight.replace(tzinfo=None):
            earlier = middle
        else:
            start = middle
    return start


def _local(moment: datetime, midnight: datetime) -> datetime:
    return moment.astimezone(midnight.tzinfo).replace(tzinfo=None)
