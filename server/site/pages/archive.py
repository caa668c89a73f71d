"""The archive: which months have posts, and the posts of a year or a month."""

from datetime import MINYEAR
from zoneinfo import ZoneInfo

from resolvers.months import MONTHS, month_start
from server.site.answers import Answer
from server.site.listing import place, show_list
from server.site.routing import route
from server.site.visit import NotHereError, Visit


async def show_archive(visit: Visit) -> Answer:
    """All years and months in which there are posts."""
    return visit.show("archive.html", await visit.ask("archive"))


async def show_year(visit: Visit) -> Answer:
    """The posts of a year."""
    year = int(visit.params["year"])
    return await _show_period(visit, year, None, f"/{visit.params['year']}")


async def show_month(visit: Visit) -> Answer:
    """The posts of a month."""
    year, month = int(visit.params["year"]), int(visit.params["month"])
    return await _show_period(visit, year, month, f"/{visit.params['year']}/{visit.params['month']}")


async def _show_period(visit: Visit, year: int, month: int | None, path: str) -> Answer:
    """The posts of a month, or of all twelve; what nobody wrote in is no page."""
    if year <= MINYEAR:
        raise NotHereError
    zone = ZoneInfo(visit.site.timezone)
    first = year * MONTHS + (month or 1) - 1
    start, end = month_start(first, zone), month_start(first + (MONTHS if month is None else 1), zone)
    data = await visit.ask("period", **{"from": start.isoformat(), "before": end.isoformat()}, **place(visit))
    if not data["posts"]["totalCount"]:
        raise NotHereError
    return show_list(visit, "period.html", data, data["posts"], path, year=year, month=month)


ROUTES = (
    route("/archive", get=show_archive),
    route("/{year:year}", get=show_year),
    route("/{year:year}/page/{number:int}", get=show_year),
    route("/{year:year}/{month:month}", get=show_month),
    route("/{year:year}/{month:month}/page/{number:int}", get=show_month),
)
