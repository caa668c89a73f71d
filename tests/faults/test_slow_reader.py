"""Clients stop reading while a thousand long comments are written, and read on."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from live.feed import event_log
from live.feed.batch import CommentChange
from models import Comment, CommentEvent, CommentStatus, Post
from storage import unit_of_work
from tests import factories
from tests.databases import opened
from tests.faults.clients import Subscriber
from tests.faults.history import Subscription
from tests.live.listening import eventually
from tests.server.running import running

EVENTS = 1000
LENGTH = 32_000
PATIENCE = 60.0
SLOW = 4
MEMORY = SLOW * EVENTS * LENGTH // 2
"""Bytes: half of what the slow ones have not read, and more than SQLite's caches may grow by meanwhile."""


@unit_of_work
async def write(post: Post) -> None:
    """All of them at once."""
    author = await factories.user()
    rows = [
        Comment(
            id=number,
            post_id=post.id,
            author_id=author.id,
            body=f"{number} ".ljust(LENGTH, "x"),
            body_html="",
            status=CommentStatus.APPROVED,
            created_at=datetime.now(UTC),
        )
        for number in range(1, EVENTS + 1)
    ]
    await Comment.bulk_create(rows)
    await event_log.append(
        [
            CommentChange(row.id, None, post.id, post.category_id, author.id, None, CommentStatus.APPROVED)
            for row in rows
        ]
    )


async def test_who_stops_reading_hears_everything_once_and_costs_no_memory(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        post = await factories.post()
        (first,) = await CommentEvent.all()
        with running(sqlite_url) as server:
            everybody = [
                Subscriber(server.url, Subscription(f"{number}", None, first.cursor), Random(1), pings=None)
                for number in range(SLOW + 1)
            ]
            quick, *slow = everybody
            tasks = [asyncio.create_task(each.follow()) for each in everybody]
            await eventually(lambda: all(each.subscription.connections for each in everybody))
            (worker,) = server.workers()
            before = memory(worker)
            for each in slow:
                each.reads.clear()
            await write(post)
            await eventually(lambda: len(quick.subscription.heard) == EVENTS, PATIENCE)
            assert all(len(each.subscription.heard) < EVENTS // 10 for each in slow)
            assert memory(worker) - before < MEMORY
            for each in slow:
                each.reads.set()
            await eventually(lambda: all(len(each.subscription.heard) >= EVENTS for each in slow), PATIENCE)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    ids = [f"comment_{number}" for number in range(1, EVENTS + 1)]
    for each in everybody:
        assert [heard.id for heard in each.subscription.heard] == ids
        assert each.subscription.connections == 1
        assert each.subscription.complaints == []


def memory(pid: int) -> int:
    """Bytes that the process has in memory."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * 4096
