from datetime import UTC, datetime, timedelta, timezone

import pytest

from models import Category, Comment, Feed, Throttle, User
from models.fields import rfc3339
from storage import Database
from tests import factories

MOMENT = datetime(2024, 2, 29, 23, 59, 59, 120000, tzinfo=UTC)
HALF_PAST = timezone(timedelta(hours=5, minutes=30))


def test_moments_are_written_in_utc_with_six_digits() -> None:
    assert rfc3339(MOMENT) == "2024-02-29T23:59:59.120000Z"
    assert rfc3339(MOMENT.replace(microsecond=0)) == "2024-02-29T23:59:59.000000Z"
    assert rfc3339(MOMENT.astimezone(HALF_PAST)) == "2024-02-29T23:59:59.120000Z"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("moment", [MOMENT, MOMENT.replace(microsecond=0), MOMENT.astimezone(HALF_PAST)])
async def test_moments_come_back_as_they_were_in_utc(moment: datetime) -> None:
    user = await factories.user(created_at=moment)
    found = await User.get(id=user.id)
    assert found.created_at == moment
    assert found.created_at.utcoffset() == timedelta(0)
    assert await User.filter(created_at=moment).count() == 1
    assert await User.filter(created_at__gt=moment).count() == 0
    assert await User.filter(created_at__gte=moment).count() == 1


async def test_sqlite_keeps_moments_as_the_api_shows_them(sqlite_database: Database) -> None:
    await factories.user(created_at=MOMENT.astimezone(HALF_PAST))
    assert await sqlite_database.fetch_text("SELECT created_at FROM users", []) == rfc3339(MOMENT)


@pytest.mark.usefixtures("database")
async def test_moments_sort_as_time_does() -> None:
    steps = [timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(days=400)]
    for step in reversed(steps):
        await factories.user(created_at=(MOMENT + step).astimezone(HALF_PAST))
    found = [user.created_at - MOMENT for user in await User.all().order_by("created_at")]
    assert found == steps


@pytest.mark.usefixtures("database")
async def test_moments_can_be_null_and_updated_in_bulk() -> None:
    comment = await factories.comment()
    assert comment.edited_at is None
    await Comment.all().update(edited_at=MOMENT)
    assert (await Comment.get()).edited_at == MOMENT
    await Comment.all().update(edited_at=None)
    assert (await Comment.get()).edited_at is None


@pytest.mark.usefixtures("sqlite_database")
async def test_a_moment_without_a_zone_is_refused() -> None:
    naive = MOMENT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="created_at needs an aware datetime"):
        await factories.user(created_at=naive)
    with pytest.raises(ValueError, match="aware datetime"):
        await Throttle.create(key="k", attempts=1, window_ends_at=naive)
    with pytest.raises(ValueError, match="aware datetime"):
        await User.all().update(created_at=naive)


@pytest.mark.usefixtures("database")
async def test_a_given_key_is_kept() -> None:
    await Feed.create(id=2**40, position=2**50, cursor="x")
    assert (await Feed.get(id=2**40)).position == 2**50


@pytest.mark.usefixtures("database")
async def test_text_survives_every_character_that_matters() -> None:
    name = "é 😀 '\" \\ % _ \u2028 \u202e"
    category = await factories.category(name=name)
    assert (await Category.get(name=name)).id == category.id
