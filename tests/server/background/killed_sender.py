"""Kills a process that publishes and sends, again and again: `python -m tests.server.background.killed_sender URL 100`.

Each process publishes a post that links to a few pages, and tells them; it is killed by SIGKILL at a random moment,
mostly while it does. The last one is left alone. What is printed is an account, as JSON.
"""

import asyncio
import json
import os
import random
import select
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any, NoReturn

from jobs import open_bookkeeping
from models import Category, DeliveryStatus, OutgoingLinkback, Post, User
from resolvers import posts
from storage import open_database
from tests import factories
from tests.jobs.web import Server
from tests.resolvers.rows import POLICY, viewing
from tests.server.background.linkbacks import PUBLISHED, site
from tests.server.background.receiver import receive

LINKS = 4
Life = tuple[float, float]
"""From when to when something went on."""
EARLY = 0.2
"""How many of those that are killed are so without regard to whether they have published yet."""
UNTIL_EARLY_SECONDS, UNTIL_LATE_SECONDS = 0.3, 0.4
FREE_LEASE = "UPDATE job_lease SET holder = ''"
"""Of who was killed: that it is free after a while is no matter of this test."""
LET_IT_BE_DUE = "UPDATE job_attempts SET next_try = '2001-01-01 00:00:00' WHERE outcome IS NULL"
"""At the end: what was tried by who was killed is tried again only after some minutes."""


def main(url: str, times: int, seed: int) -> dict[str, Any]:
    """The account of so many kills."""
    chance = random.Random(seed)
    with ExitStack() as stopping:
        port = _start_receiver(stopping)
        _run(lambda: _prepare(url))
        published, in_time, lives = 0, 0, list[Life]()
        for _ in range(times):
            begun = time.monotonic()
            has_published, killed = _kill(url, port, chance)
            lives.append((begun, killed))
            published += has_published
            in_time += len(_told(port)) < published * LINKS
        _run(lambda: _finish(url, port))
        account = asyncio.run(_compare(url, _told(port), lives))
        return {"kills": times, "kills_before_all_was_told": in_time, **account}


def _kill(url: str, port: int, chance: random.Random) -> tuple[bool, float]:
    """Let a process begin, and end it; whether it has said that it has published, and when it was killed."""
    reading, writing = os.pipe()
    process = _fork(lambda: _publish_and_send(url, port, writing))
    if chance.random() < EARLY:
        time.sleep(chance.uniform(0, UNTIL_EARLY_SECONDS))
    else:
        assert select.select([reading], [], [], 60)[0], "nothing was published"
        time.sleep(chance.uniform(0, UNTIL_LATE_SECONDS))
    killed = time.monotonic()
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    has_published = bool(select.select([reading], [], [], 0)[0])
    os.close(reading)
    os.close(writing)
    return has_published, killed


def _fork(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """A process that does this and ends; everything is imported already."""
    process = os.fork()
    if process == 0:
        _do_and_exit(work)
    return process


def _do_and_exit(work: Callable[[], Coroutine[Any, Any, None]]) -> NoReturn:
    code = 1
    try:
        asyncio.run(work())
        code = 0
    finally:
        os._exit(code)


def _run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    _, status = os.waitpid(_fork(work), 0)
    assert status == 0


def _start_receiver(stopping: ExitStack) -> int:
    reading, writing = os.pipe()
    process = _fork(lambda: receive(writing))
    stopping.callback(os.waitpid, process, 0)
    stopping.callback(os.kill, process, signal.SIGKILL)
    return int(os.read(reading, 10))


def _told(port: int) -> dict[str, list[Life]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/account") as answer:
        told: dict[str, list[Life]] = json.load(answer)
        return told


async def _prepare(url: str) -> None:
    database = await open_database(url)
    await factories.author()
    await factories.category()
    await database.close()


async def _publish_and_send(url: str, port: int, published: int) -> None:
    """Never ends by itself."""
    database, server = await open_database(url), Server()
    server.port = port
    async with open_bookkeeping(database) as books, site(books, server, between=0) as blog:
        await books.execute(FREE_LEASE, [])
        await _publish(blog.links(*(f"/page/{number}" for number in range(LINKS))))
        os.write(published, b"p")
        await blog.work()
        await asyncio.Event().wait()


async def _publish(body: str) -> None:
    author, category = await User.get(), await Category.get()
    await posts.create_post(
        viewing(author),
        POLICY,
        {"title": "A post", "body": body, "category": f"category_{category.id}", "published_at": PUBLISHED},
    )


async def _finish(url: str, port: int) -> None:
    """Let everything be told."""
    database, server = await open_database(url), Server()
    server.port = port
    async with open_bookkeeping(database) as books, site(books, server, between=0) as blog:
        for _ in range(3):  # links are found, then told; what the receiver could not do is told once more
            await books.execute(FREE_LEASE, [])
            await books.execute(LET_IT_BE_DUE, [])
            await blog.work()
        assert await books.entries() == []
    await database.close()


async def _compare(url: str, told: dict[str, list[Life]], lives: list[Life]) -> dict[str, Any]:
    """What should have been told, and what was; of each time that a page was told, whether its answer was heard."""
    database = await open_database(url)
    slugs = await Post.all().values_list("slug", flat=True)
    sent = await OutgoingLinkback.filter(status=DeliveryStatus.SENT).count()
    await database.close()
    owed = {f"{slug} /page/{number}" for slug in slugs for number in range(LINKS)}
    return {
        "posts": len(slugs),
        "links": len(owed),
        "never_told": len(owed - told.keys()),
        "told_for_nothing": len(told.keys() - owed),
        "not_noted": len(owed) - sent,
        "told_again_unheard": sum(
            len(times) > 1 and not _heard(times[:-1], lives) for times in told.values()
        ),
        "told_again_although_heard": sum(_heard(times[:-1], lives) for times in told.values()),
    }


def _heard(tellings: list[Life], lives: list[Life]) -> bool:
    """Whether an answer was there before the process was killed that waited for it."""
    return any(
        begun <= received and answered <= killed for received, answered in tellings for begun, killed in lives
    )


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int((*sys.argv, "1")[3]))))  # noqa: T201 - its account
