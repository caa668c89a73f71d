"""The archive's rows, whatever is written and whichever zone the site is in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.viewer import now
from models import ArchiveMonth, ArchiveYear, Post, PostKind, SiteState
from models.archive import TIMEZONE
from resolvers import posts
from resolvers.archive_months import keep_archive, recount_archive
from resolvers.due_posts import publish_due
from tests import factories
from tests.resolvers.authors import changed, written
from tests.resolvers.rows import POLICY, viewing

pytestmark = pytest.mark.usefixtures("database")

LATE_IN_MARCH = datetime(2024, 3, 31, 22, 30, tzinfo=UTC)
MAY = datetime(2023, 5, 5, tzinfo=UTC)


async def counts() -> dict[str, int]:
    """How many posts each month has, and each year."""
    found: dict[str, int] = dict(await ArchiveMonth.all().order_by("id").values_list("path", "post_count"))
    for year in await ArchiveYear.all().order_by("id"):
        found[str(year.id)] = year.post_count
    assert await recount_archive() == 0
    return found


async def test_nothing_is_kept_before_a_server_has_said_which_zone() -> None:
    await factories.post()
    assert await counts() == {}
    await keep_archive("UTC")
    assert list((await counts()).values()) == [1, 1]


@pytest.mark.parametrize(
    ("zone", "month"), [("UTC", "2024/03"), ("Europe/Paris", "2024/04"), ("America/Sao_Paulo", "2024/03")]
)
async def test_a_late_evening(zone: str, month: str) -> None:
    await keep_archive(zone)
    await written(published_at=LATE_IN_MARCH)
    assert await counts() == {month: 1, "2024": 1}


async def test_another_zone_at_the_next_start() -> None:
    new_year = datetime(2023, 12, 31, 23, 30, tzinfo=UTC)
    for moment in (LATE_IN_MARCH, new_year):
        await factories.post(published_at=moment)
    await keep_archive("Europe/Paris")
    assert await counts() == {"2024/01": 1, "2024/04": 1, "2024": 2}
    await keep_archive("America/Sao_Paulo")
    assert await counts() == {"2023/12": 1, "2024/03": 1, "2023": 1, "2024": 1}
    assert (await SiteState.get(name=TIMEZONE)).value == "America/Sao_Paulo"


async def test_other_rules_of_the_zone_at_the_next_start() -> None:
    await factories.post(published_at=LATE_IN_MARCH)
    await keep_archive("Europe/Paris")
    right = await ArchiveMonth.all().values()
    await ArchiveMonth.all().update(starts_at=LATE_IN_MARCH + timedelta(minutes=1))
    await keep_archive("Europe/Paris")
    assert await ArchiveMonth.all().values() == right


async def test_what_is_right_is_not_made_anew() -> None:
    await factories.post()
    await keep_archive("UTC")
    await ArchiveMonth.all().update(post_count=5)
    await keep_archive("UTC")
    assert await ArchiveMonth.filter(post_count=5).exists()


async def test_a_post_moves_to_another_month_and_back() -> None:
    await keep_archive("UTC")
    post = await written(published_at=MAY)
    post = await changed(post, published_at=LATE_IN_MARCH)
    assert await counts() == {"2023/05": 0, "2024/03": 1, "2023": 0, "2024": 1}
    await changed(post, published_at=MAY)
    assert await counts() == {"2023/05": 1, "2024/03": 0, "2023": 1, "2024": 0}


async def test_only_public_articles_are_counted() -> None:
    await keep_archive("UTC")
    post = await written(published_at=MAY)
    await written(published_at=MAY, kind=PostKind.PAGE)
    assert (await counts())["2023/05"] == 1
    page = await changed(post, kind=PostKind.PAGE)
    assert (await counts())["2023/05"] == 0
    await changed(page, kind=PostKind.ARTICLE)
    assert (await counts())["2023/05"] == 1
    await changed(post, published_at=None)
    assert (await counts())["2023/05"] == 0


async def test_a_deleted_post_is_counted_no_more() -> None:
    await keep_archive("UTC")
    post, other = await written(published_at=MAY), await written(published_at=MAY)
    await posts.delete_post(viewing(await post.author), f"post_{post.id}")
    assert await counts() == {"2023/05": 1, "2023": 1}
    await posts.delete_post(viewing(await other.author), f"post_{other.id}")
    assert await counts() == {"2023/05": 0, "2023": 0}


async def test_a_scheduled_post_has_its_month_at_once_and_is_counted_when_noticed() -> None:
    await keep_archive("UTC")
    soon = (now() + timedelta(days=40)).replace(microsecond=0)
    await written(published_at=soon)
    month, year = f"{soon:%Y/%m}", f"{soon:%Y}"
    assert await counts() == {month: 0, year: 0}
    await publish_due(soon, soon)
    assert await counts() == {month: 1, year: 1}


async def test_a_draft_is_published_now() -> None:
    await keep_archive("UTC")
    post = await written()
    assert set((await counts()).values()) == {0}
    author = viewing(await post.author)
    await posts.publish_post(author, f"post_{post.id}")
    assert (await counts())[f"{author.now:%Y/%m}"] == 1


async def test_writers_and_servers_that_start_at_once() -> None:
    """Whoever is first makes the rows; nobody's post is forgotten or counted twice."""
    author, category = await factories.author(), await factories.category()

    async def write(number: int) -> None:
        moment = MAY + timedelta(days=20 * (number % 5))
        fields: Any = {
            "title": "T",
            "body": "b",
            "category": f"category_{category.id}",
            "published_at": moment,
        }
        await posts.create_post(viewing(author), POLICY, fields)

    zones = ["Europe/Paris", "Europe/Paris", "Pacific/Apia", "Europe/Paris"]
    await asyncio.gather(*(write(n) for n in range(12)), *(keep_archive(zone) for zone in zones))
    await asyncio.gather(*(write(n) for n in range(12)))
    found = await counts()
    assert found["2023"] == await Post.all().count() == 24
    assert sum(found.values()) == 48
