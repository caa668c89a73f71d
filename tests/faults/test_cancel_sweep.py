"""A comment is written by somebody who is cancelled: at each await there is, one after the other.

Once it is the caller that is cancelled, as when a client hangs up; once it is the unit of work itself, or a part of
it, as when a server has no more time.
"""

import asyncio
import itertools
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from auth.policy import AuthPolicy, Limit
from auth.viewer import Viewer
from models import Comment, CommentEvent, Feed, Post
from resolvers.comments import add_comment
from resolvers.counters import recount
from resolvers.policy import Policy
from storage import Database
from storage.shielded import ShieldedTasks
from tests import factories
from tests.databases import assert_at_rest
from tests.faults.sweep import CancelledAt
from tests.resolvers.rows import viewing

MOST = 100
"""Suspensions of one task, at the most; a sweep that finds more of them does not end."""
TALKATIVE = Policy(auth=AuthPolicy(comments=Limit("comment", 10_000, timedelta(minutes=1))))
"""Nobody is told to wait a little."""


@pytest.fixture
async def post(database: Database) -> Post:
    assert database
    return await factories.post()


@pytest.fixture
async def viewer(database: Database) -> Viewer:
    assert database
    return viewing(await factories.moderator())


async def comment(viewer: Viewer, post: Post, body: str) -> int:
    return (await add_comment(viewer, TALKATIVE, post=f"post_{post.id}", body=body)).id


async def outcome(work: Coroutine[Any, Any, int] | CancelledAt[int]) -> int | None:
    """The comment's id; None when there was no answer."""

    async def run() -> int:
        return await work

    (result,) = await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)
    assert isinstance(result, int | asyncio.CancelledError), result
    return result if isinstance(result, int) else None


async def assert_whole(database: Database, body: str, id_: int | None) -> None:
    """The comment is there with all that belongs to it, or not at all; what was acknowledged is there."""
    await assert_at_rest(database, within=10)
    found = [row.id for row in await Comment.filter(body=body)]
    assert found == ([id_] if id_ is not None else found[:1])
    assert await CommentEvent.filter(comment_id__gt=0).count() == await Comment.all().count()
    assert await CommentEvent.filter(comment_id__in=found or [0]).exclude(comment_id=0).count() == len(found)
    assert (await Feed.get()).position == await Comment.all().count()
    assert set((await recount()).values()) == {0}


async def test_the_caller_may_be_cancelled_at_every_await(
    database: Database, post: Post, viewer: Viewer
) -> None:
    for number in range(1, MOST):
        body = f"caller {number}"
        attempt = CancelledAt(comment(viewer, post, body), number)
        await assert_whole(database, body, await outcome(attempt))
        assert await comment(viewer, post, "afterwards")
        if not attempt.reached:
            break
    assert 2 < number < MOST - 1


class Sweep(ShieldedTasks):
    """Cancels the nth suspension of the task that is started as the mth."""

    task = number = 0

    def begin(self, task: int, number: int) -> None:
        self.task, self.number, self._started = task, number, itertools.count(1)
        self.attempt: CancelledAt[Any] | None = None

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        if next(self._started) != self.task:
            return super().start(work)
        self.attempt = attempt = CancelledAt(work, self.number)

        async def run() -> Any:
            return await attempt

        return super().start(run())


async def test_the_work_itself_may_be_cancelled_at_every_await(
    database: Database, post: Post, viewer: Viewer
) -> None:
    """There are several tasks: of the unit, and of its beginning and its end, which the unit waits for."""
    client: Any = Post._meta.db  # noqa: SLF001 - Tortoise's way to the connection
    sweep = client.shielded = Sweep()
    cancelled = 0
    for task in range(1, MOST):
        for number in range(1, MOST):
            sweep.begin(task, number)
            body = f"task {task}, await {number}"
            id_ = await outcome(comment(viewer, post, body))
            attempt = sweep.attempt
            sweep.begin(0, 0)
            await assert_whole(database, body, id_)
            assert await comment(viewer, post, "afterwards")
            if attempt is None or not attempt.reached:
                break
            cancelled += 1
        if attempt is None:
            break
    assert 2 < task < MOST - 1
    assert cancelled > 10
