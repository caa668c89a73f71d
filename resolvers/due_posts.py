"""Posts whose time has come: counted and announced once, by the process that notices first.

A scheduled post is public as soon as its time has come, without anybody's doing, because that is a condition of each
read. What is stored of it, its category's count and the log of its comments, follows here: a moment later, or before
the first write under it, whichever is sooner. `Post.counted` tells that it has been done.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from tortoise.queryset import QuerySet

from live.feed import event_log
from live.feed.batch import Change
from models import Post, PostKind, PostStatus
from resolvers import counters, feed_events, filing, outgoing_linkbacks
from storage import unit_of_work

TOLERATED_LATENESS = timedelta(minutes=1)
"""How much later than its time a post may be noticed: a slow transaction may have scheduled it, or a slow clock."""
COLUMNS = ("id", "kind", "status", "published_at", "category_id", "counted")

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Verb = Callable[Arguments, Awaitable[Result]]


class PostDue(Exception):
    """The time of a post has come, and nobody has noticed yet: the post's key, and the moment."""


def require_noticed(post: Post, now: datetime) -> None:
    """Raises PostDue, for `publishing_due_posts`: what is written comes after what was there before."""
    if not post.counted and post.status is PostStatus.PUBLISHED and post.published_at <= now:
        raise PostDue(post.id, now)


def publishing_due_posts(verb: Verb[Arguments, Result]) -> Verb[Arguments, Result]:
    """Make a unit of work that stops with `PostDue` notice what is due, and then do it."""

    @functools.wraps(verb)
    async def done(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return await verb(*args, **kwargs)
        except PostDue as due:
            post_id, now = due.args
            await _publish_one(post_id, now)
        return await verb(*args, **kwargs)

    return done


async def publish_due(since: datetime, now: datetime) -> datetime | None:
    """Notice what has come due since then; when the next post will, or None. The clock may have been set back since."""
    coming = _coming(Post.filter(published_at__gt=min(since, now) - TOLERATED_LATENESS))
    due = await _earliest(coming)
    if due is not None and due <= now:
        await _publish_all(coming, now)
        due = await _earliest(coming.filter(published_at__gt=now))
    return due


@unit_of_work
async def _publish_all(coming: QuerySet[Post], now: datetime) -> None:
    """A post that another transaction holds is left to it, or to the next look."""
    due = coming.filter(published_at__lte=now).order_by("category_id", "id")
    await _announce(await due.only(*COLUMNS).select_for_update(skip_locked=True, no_key=True))


@unit_of_work
async def _publish_one(post_id: int, now: datetime) -> None:
    """Another transaction that holds it is waited for, and may have noticed meanwhile."""
    due = _coming(Post.filter(id=post_id, published_at__lte=now))
    await _announce(await due.only(*COLUMNS).select_for_update(no_key=True))


async def _announce(due: list[Post]) -> None:
    changes: list[Change] = []
    await filing.lock(due)
    for post in due:
        await counters.count_post(post)
        changes += await feed_events.appeared(post)
    await outgoing_linkbacks.look_later(due)
    await event_log.append(changes)


def _coming(posts: QuerySet[Post]) -> QuerySet[Post]:
    return posts.filter(kind__in=[*PostKind], status=PostStatus.PUBLISHED, counted=False)


async def _earliest(posts: QuerySet[Post]) -> datetime | None:
    post = await posts.order_by("published_at").first().only("published_at")
    return None if post is None else post.published_at
