"""A site that was restored from a backup: what its clients saw of the lost future is recognised as such."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random

import pytest

from models import CommentEvent
from storage.location import locate
from tests import factories
from tests.databases import opened
from tests.endtoend.accounts import token_of
from tests.faults.clients import ADD, Subscriber, Voice
from tests.faults.history import Heard, History, Subscription
from tests.live.listening import eventually
from tests.postgresql import free_port
from tests.server.running import Server, running

PATIENCE = 60.0


class Site:
    """A site on one address, its file, and a post."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.file = Path(locate(url).target)
        self.port = free_port()

    async def found(self) -> None:
        async with opened(self.url):
            self.post = f"post_{(await factories.post()).id}"
            self.token = await token_of(await factories.user())
            first = await CommentEvent.all().order_by("-position").first()
            assert first is not None
            self.start = first.cursor

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> contextlib.AbstractContextManager[Server]:
        return running(self.url, "--port", str(self.port))

    async def write(self, *bodies: str) -> None:
        voice = Voice(self.address, self.token, History())
        async with voice.http:
            for body in bodies:
                await voice.do(ADD, post=self.post, body=body)

    def back_up(self) -> None:
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(self.copy)) as copy:
            source.backup(copy)

    def restore(self) -> None:
        for rest in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(f"{self.file}{rest}")  # noqa: PTH107 - it is no path of its own
        shutil.copyfile(self.copy, self.file)

    @property
    def copy(self) -> Path:
        return self.file.with_suffix(".backup")

    @asynccontextmanager
    async def following(self, after: str) -> AsyncIterator[list[Heard]]:
        """What a subscriber hears that has seen everything up to a cursor."""
        subscription = Subscription("follower", self.post, after)
        task = asyncio.create_task(Subscriber(self.address, subscription, Random(1)).follow())
        try:
            yield subscription.heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def site(sqlite_url: str) -> Site:
    site = Site(sqlite_url)
    await site.found()
    return site


def told(heard: list[Heard]) -> list[str]:
    return [event.body or event.kind for event in heard]


async def until(true: Callable[[], bool]) -> None:
    await eventually(true, PATIENCE)


async def test_who_followed_into_the_lost_future_is_reset_and_goes_on(site: Site) -> None:
    async with site.following(site.start) as heard:
        with site.serve():
            await site.write("kept")
            site.back_up()
            await site.write("lost", "lost, too")
            await until(lambda: told(heard) == ["kept", "lost", "lost, too"])
        site.restore()
        with site.serve():
            await until(lambda: told(heard)[3:] == ["FeedReset"])
            await site.write("new")
            await until(lambda: told(heard)[4:] == ["new"])


async def test_positions_that_are_given_again_are_not_taken_for_the_lost_ones(site: Site) -> None:
    """Whoever comes back late finds as many events as it had seen, and more: but not the same."""
    with site.serve():
        async with site.following(site.start) as heard:
            await site.write("kept")
            site.back_up()
            await site.write("lost", "lost, too")
            await until(lambda: len(heard) == 3)
            seen = [event.cursor for event in heard]
    site.restore()
    with site.serve():
        await site.write("new", "newer", "newest")
        async with site.following(seen[2]) as late, site.following(seen[0]) as earlier:
            await until(lambda: told(late) == ["FeedReset"])
            await until(lambda: told(earlier) == ["new", "newer", "newest"])
            await site.write("after that")
            await until(lambda: told(late)[1:] == told(earlier)[3:] == ["after that"])
