"""The archive's months and years: there is a row for every one in which a post has its date, with its count.

Their time zone is the site's. `keep_archive`, which a server calls when it starts, makes all rows anew where they were
made for another zone, or by other rules for it; until then there are none, and nothing is kept. Whoever writes a post
has `opened` its month first, which also waits for whoever makes the rows.

What is locked: years by number, then months, after categories and tags and before pictures.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.expressions import F

from models import ArchiveMonth, ArchiveYear, Post, PostKind, PostStatus, SiteState
from models.archive import TIMEZONE
from resolvers.months import MONTHS, month_of, month_start, path_of, year_start
from storage import dialect, execute, execute_update, unit_of_work

_STATE = f"SELECT value FROM site_state WHERE name = '{TIMEZONE}'"  # noqa: S608 - a name of ours
_SHARED = {"sqlite": _STATE, "postgresql": f"{_STATE} FOR SHARE"}
_ALONE = {"sqlite": _STATE, "postgresql": f"{_STATE} FOR UPDATE"}
_COUNT = (
    "UPDATE {table} SET post_count = (SELECT COUNT(*) FROM posts WHERE kind = 'ARTICLE' AND status = 'PUBLISHED'"
    " AND counted AND published_at >= starts_at AND published_at < ends_at)"
)

Rows = dict[tuple[str, int], tuple[datetime, datetime, int]]
"""By table and key, where each period starts and ends, and how many posts it has."""


@unit_of_work
async def opened(moments: Iterable[datetime]) -> dict[datetime, int]:
    """Lock the months that posts of these moments are in, and their years, and make those that are missing.

    The months' numbers; none where there is no archive yet.
    """
    zone = await _zone(_SHARED)
    if zone is None:
        return {}
    months = {moment: month_of(moment, zone) for moment in moments}
    ids = {*months.values()}
    there = await ArchiveMonth.filter(id__in=ids).values_list("id", flat=True)
    await _make(ids - {*there}, zone)
    years = {id_ // MONTHS for id_ in ids}
    await ArchiveYear.filter(id__in=years).order_by("id").only("id").select_for_update(no_key=True)
    await ArchiveMonth.filter(id__in=ids).order_by("id").only("id").select_for_update(no_key=True)
    return months


async def count(moments: Collection[datetime], change: int) -> None:
    """Count the articles that were published then once more, or less."""
    month_of_each = await opened({*moments})
    months = Counter(month_of_each[moment] for moment in moments if month_of_each)
    years = Counter(month // MONTHS for month in months.elements())
    for table, numbers in ((ArchiveYear, years), (ArchiveMonth, months)):
        for id_, number in sorted(numbers.items()):
            await table.filter(id=id_).update(post_count=F("post_count") + change * number)


async def keep_archive(timezone: str) -> None:
    """Have an archive in this time zone from now on. It is made by one process, and others wait for that."""
    if not await _is_kept(timezone):
        await _make_for(timezone)


@unit_of_work
async def recount_archive() -> int:
    """Make all months and years anew, if there is an archive; how many were wrong."""
    zone = await _zone(_ALONE)
    if zone is None:
        return 0
    before = await _rows()
    await _make_all(zone)
    after = await _rows()
    gone = [before[key] for key in before.keys() - after.keys()]
    return sum(before.get(key) != row for key, row in after.items()) + sum(count > 0 for _, _, count in gone)


@unit_of_work
async def _make_for(timezone: str) -> None:
    await SiteState.bulk_create([SiteState(name=TIMEZONE, value="")], ignore_conflicts=True)
    await _zone(_ALONE)
    if await _is_kept(timezone):
        return
    await SiteState.filter(name=TIMEZONE).update(value=timezone)
    await _make_all(ZoneInfo(timezone))


async def _is_kept(timezone: str) -> bool:
    """Whether the rows are of this zone, and are what its rules make them: these change now and then."""
    if not await SiteState.filter(name=TIMEZONE, value=timezone).exists():
        return False
    zone = ZoneInfo(timezone)
    return all(
        row.starts_at == month_start(row.id, zone) and row.ends_at == month_start(row.id + 1, zone)
        for row in await ArchiveMonth.all().only("id", "starts_at", "ends_at")
    )


async def _zone(locked: dict[str, str]) -> ZoneInfo | None:
    rows = await execute(locked[dialect()])
    name = rows[0][0] if rows else ""
    return ZoneInfo(name) if name else None


async def _rows() -> Rows:
    return {
        (table._meta.db_table, row.id): (row.starts_at, row.ends_at, row.post_count)  # noqa: SLF001 - Tortoise's way
        for table in (ArchiveYear, ArchiveMonth)
        for row in await table.all()
    }


async def _make_all(zone: ZoneInfo) -> None:
    await ArchiveMonth.all().delete()
    await ArchiveYear.all().delete()
    await _make(await _months_with_posts(zone), zone)
    for table in ("archive_years", "archive_months"):
        await execute_update(_COUNT.format(table=table))


async def _months_with_posts(zone: ZoneInfo) -> set[int]:
    """From post to post, each the first in a month; an index finds it."""
    months = set[int]()
    for kind in PostKind:
        for status in (PostStatus.DRAFT, PostStatus.PUBLISHED):
            posts = Post.filter(kind=kind, status=status).order_by("published_at", "id").only("published_at")
            post = await posts.first()
            while post is not None:
                months.add(month := month_of(post.published_at, zone))
                post = await posts.filter(published_at__gte=month_start(month + 1, zone)).first()
    return months


async def _make(months: Collection[int], zone: ZoneInfo) -> None:
    """Make rows without a count; in one order, or two who make the same would wait for each other."""
    if not months:
        return
    years = sorted({month // MONTHS for month in months})
    await ArchiveYear.bulk_create((_year(year, zone) for year in years), ignore_conflicts=True)
    await ArchiveMonth.bulk_create((_month(month, zone) for month in sorted(months)), ignore_conflicts=True)


def _year(year: int, zone: ZoneInfo) -> ArchiveYear:
    return ArchiveYear(id=year, starts_at=year_start(year, zone), ends_at=year_start(year + 1, zone))


def _month(month: int, zone: ZoneInfo) -> ArchiveMonth:
    year, index = divmod(month, MONTHS)
    return ArchiveMonth(
        id=month,
        year_id=year,
        month=index + 1,
        path=path_of(month),
        starts_at=month_start(month, zone),
        ends_at=month_start(month + 1, zone),
    )
