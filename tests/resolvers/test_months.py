"""Where months begin, across changes of the clocks in several zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from resolvers.months import LAST, MONTHS, first_moment, month_of, month_start, path_of, year_start

ZONES = (
    *("UTC", "Europe/Paris", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"),
    *("Asia/Kathmandu", "America/Asuncion", "Asia/Amman", "Pacific/Kiritimati"),
)
TICK = timedelta(microseconds=1)


def number(year: int, month: int) -> int:
    return year * MONTHS + month - 1


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("zone", "year", "month", "start"),
    [
        ("UTC", 2024, 4, utc(2024, 4, 1)),
        ("Europe/Paris", 2024, 3, utc(2024, 2, 29, 23)),
        ("Europe/Paris", 2024, 4, utc(2024, 3, 31, 22)),  # summer since the day before
        ("Europe/Paris", 2024, 11, utc(2024, 10, 31, 23)),
        ("America/Sao_Paulo", 2018, 2, utc(2018, 2, 1, 2)),  # summer, until the 18th
        ("America/Sao_Paulo", 2018, 3, utc(2018, 3, 1, 3)),
        ("America/Sao_Paulo", 2018, 12, utc(2018, 12, 1, 2)),
        ("America/Sao_Paulo", 2019, 12, utc(2019, 12, 1, 3)),  # no summer time any more
        ("Pacific/Apia", 2011, 12, utc(2011, 12, 1, 10)),
        ("Pacific/Apia", 2012, 1, utc(2011, 12, 31, 10)),  # without a 30 December, and a day ahead since
        ("Australia/Lord_Howe", 2024, 4, utc(2024, 3, 31, 13)),  # by half an hour, on the 7th
        ("Australia/Lord_Howe", 2024, 5, utc(2024, 4, 30, 13, 30)),
        ("America/Asuncion", 2017, 10, utc(2017, 10, 1, 4)),  # there is no midnight: it is 1 o'clock at once
        ("America/St_Johns", 2009, 11, utc(2009, 11, 1, 2, 30)),  # and October again a minute later
    ],
)
def test_months_begin_when_clocks_show_them(zone: str, year: int, month: int, start: datetime) -> None:
    assert month_start(number(year, month), ZoneInfo(zone)) == start


@pytest.mark.parametrize("name", ZONES)
def test_a_month_is_from_its_start_to_the_next(name: str) -> None:
    zone = ZoneInfo(name)
    for month in range(number(1970, 1), number(2038, 1)):
        start = month_start(month, zone)
        assert month_of(start, zone) == month
        assert month_of(start - TICK, zone) == month - 1
        local = start.astimezone(zone)
        assert number(local.year, local.month) == month
        local = (start - TICK).astimezone(zone)
        assert number(local.year, local.month) == month - 1


def test_a_late_evening_of_march_is_april_in_paris() -> None:
    evening = utc(2024, 3, 31, 22, 30)
    assert month_of(evening, ZoneInfo("Europe/Paris")) == number(2024, 4)
    assert month_of(evening, ZoneInfo("UTC")) == number(2024, 3)
    assert month_of(evening, ZoneInfo("America/Sao_Paulo")) == number(2024, 3)


def test_clocks_that_are_put_back_into_the_month_before_change_nothing() -> None:
    zone = ZoneInfo("America/St_Johns")
    again = utc(2009, 11, 1, 3)
    assert again.astimezone(zone).month == 10
    assert month_of(again, zone) == number(2009, 11)


def test_a_midnight_in_the_middle_of_what_clocks_leave_out() -> None:
    zone = ZoneInfo("America/Toronto")  # put forward from 23:30 on 30 March 1919 to half past midnight
    assert first_moment(datetime(1919, 3, 31, tzinfo=zone)) == utc(1919, 3, 31, 4, 30)


def test_years_and_addresses() -> None:
    assert year_start(2024, ZoneInfo("Europe/Paris")) == utc(2023, 12, 31, 23)
    assert [path_of(number(2024, month)) for month in (1, 12)] == ["2024/01", "2024/12"]
    assert path_of(number(900, 3)) == "0900/03"


def test_nothing_follows_the_last_month_that_python_knows() -> None:
    assert month_start(number(10000, 1), ZoneInfo("Pacific/Kiritimati")) == LAST
