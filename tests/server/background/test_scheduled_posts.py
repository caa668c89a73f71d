"""Scheduled posts are looked at again, whatever went wrong before."""

import asyncio
import logging
from datetime import datetime

import asyncpg
import pytest

from server.background import scheduled_posts
from server.background.scheduled_posts import watching
from storage import DatabaseUnavailable


@pytest.mark.parametrize(
    "failure",
    [DatabaseUnavailable("away"), asyncpg.InternalServerError("cache lookup failed")],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_look_that_fails_is_repeated(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log has a line about it, and one about its end."""
    caplog.set_level(logging.INFO, "runtime.backoff")
    failures, looked = [failure] * 2, asyncio.Event()

    async def notice(_since: datetime, _now: datetime) -> None:
        if failures:
            raise failures.pop()
        looked.set()

    monkeypatch.setattr(scheduled_posts, "publish_due", notice)
    monkeypatch.setattr(scheduled_posts, "LOOK_EVERY_SECONDS", 0.01)
    async with watching(lambda: None), asyncio.timeout(30):
        await looked.wait()
        while len(caplog.records) < 2:  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0.01)
    assert [record.getMessage().split(" and ")[0] for record in caplog.records] == [
        "Looking for scheduled posts is interrupted",
        "Looking for scheduled posts goes on after 2 failures",
    ]
