"""What is imported is in the archive of months, and moves there with its date."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from models import ArchiveMonth, ArchiveYear
from resolvers.archive_months import keep_archive
from tests.transfer.importing.blogs import author, category, imported, post
from transfer.formats import records

pytestmark = pytest.mark.usefixtures("database")


async def counts() -> dict[Any, int]:
    return {
        **dict(await ArchiveMonth.filter(post_count__gt=0).order_by("id").values_list("path", "post_count")),
        **dict(await ArchiveYear.filter(post_count__gt=0).order_by("id").values_list("id", "post_count")),
    }


async def test_imported_posts_are_in_their_months_and_move() -> None:
    await keep_archive("Europe/Paris")
    march = datetime(2010, 3, 31, 22, 30, tzinfo=UTC)  # April in Paris
    given: list[Any] = [
        author(),
        category("kitchen"),
        post("1", published_at=march),
        post("2", published_at=march),
        post("3"),
        post("4", published_at=None),
        post("5", kind=records.PostKind.PAGE),
    ]
    await imported(given)
    assert await counts() == {"2010/03": 1, "2010/04": 2, 2010: 3}
    given[2] = dataclasses.replace(given[2], published_at=datetime(2011, 1, 1, 12, tzinfo=UTC))
    given[5] = dataclasses.replace(given[5], published_at=march)
    given[3] = dataclasses.replace(given[3], title="Another")
    await imported(given)
    await imported(given)
    assert await counts() == {"2010/03": 1, "2010/04": 2, "2011/01": 1, 2010: 3, 2011: 1}
