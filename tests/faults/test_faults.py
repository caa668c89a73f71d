"""Whatever goes wrong: what was acknowledged reaches every subscriber exactly once, in one order.

`make faults SEED=7 SECONDS=60 DATABASE=postgresql WORKERS=2` does it for longer, and again with the same faults.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from models import Comment, CommentEvent, CommentStatus, Role
from resolvers.counters import recount
from tests import factories
from tests.databases import assert_at_rest, opened
from tests.endtoend.accounts import token_of
from tests.faults import nemesis
from tests.faults.clients import Author, Moderator, Subscriber, Voice, Writer
from tests.faults.clock import Clock
from tests.faults.history import ADDED, REMOVED, History, Logged, Subscription, problems
from tests.faults.nemesis import Nemesis
from tests.faults.proxy import Proxy
from tests.faults.restartable_server import RestartableServer
from tests.faults.streams import StreamSubscriber
from tests.postgresql import Server as Postgresql
from tests.redis import Redis

SEED = int(os.environ.get("FAULTS_SEED") or 1)
SECONDS = float(os.environ.get("FAULTS_SECONDS") or 3)
PLACES = (os.environ.get("FAULTS_PLACES") or "sqlite-1 sqlite-2 postgresql-2").split()
"""A database and a number of workers each; `redis` is PostgreSQL with wake-ups by Redis."""
DRAFT = ("NotFound",)
WRITERS, SUBSCRIBERS = 4, 12
RECOVERY = 120.0
"""Seconds in which everybody has caught up, on however busy a machine."""


@dataclass
class People:
    """Two posts and those who meet there."""

    posts: list[str]
    writers: list[str]
    """Their tokens."""
    moderator: str
    """An administrator: who sees drafts decides about comments under them, too."""
    author: str
    cursor: str


@pytest.fixture(params=PLACES)
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def workers(kind: str) -> int:
    return int(kind.partition("-")[2])


@pytest.fixture
def postgresql(kind: str) -> Iterator[Postgresql | None]:
    """A PostgreSQL server that may be broken; on SQLite none."""
    server = None if kind.startswith("sqlite") else Postgresql.start()
    try:
        yield server
    finally:
        if server is not None:
            server.stop()


@pytest.fixture
def redis(kind: str) -> Iterator[Redis | None]:
    """A Redis server that may be broken, where there should be one."""
    server = Redis.start() if kind.startswith("redis") else None
    try:
        yield server
    finally:
        if server is not None:
            server.stop()


@pytest.fixture
def place(request: pytest.FixtureRequest, postgresql: Postgresql | None) -> str:
    """A migrated database whose acknowledged commits survive the end of every process."""
    if postgresql is None:
        url: str = request.getfixturevalue("sqlite_url")
        return url
    url = postgresql.create_database("blog")
    postgresql.execute("ALTER DATABASE blog SET synchronous_commit = on")
    asyncio.run(migrate(url))
    return url


async def migrate(url: str) -> None:
    async with opened(url) as database:
        await database.migrate()


@pytest.fixture
async def people(place: str) -> People:
    async with opened(place):
        author = await factories.author()
        posts = [await factories.post(author=author), await factories.post()]
        writers = [await token_of(await factories.user()) for _ in range(WRITERS)]
        moderator = await token_of(await factories.user(role=Role.ADMIN))
        first = await CommentEvent.all().order_by("-position").first()
        assert first is not None
        return People(
            [f"post_{post.id}" for post in posts], writers, moderator, await token_of(author), first.cursor
        )


async def test_what_was_acknowledged_reaches_everybody_once_whatever_goes_wrong(
    kind: str,
    place: str,
    postgresql: Postgresql | None,
    redis: Redis | None,
    people: People,
    workers: int,
    tmp_path: Path,
) -> None:
    history, done = History(), list[str]()
    settings = {} if redis is None else {"wakeup": redis.url}
    server = RestartableServer(place, workers, Clock(tmp_path), **settings)
    with told_on_failure(kind, history, done, server):
        with server:
            async with Proxy(server.port).open() as proxy, opened(place) as database:
                cast = Cast.of(people, history, proxy.url, Random(SEED))
                doom = Nemesis(server, proxy, cast.subscribers, Random(SEED), postgresql, redis, done)
                async with following(cast):
                    await cast.play(doom)
                    await quiet(history)
                await assert_at_rest(database)
                assert set((await recount()).values()) == {0}
        assert server.complaints() == []
        assert history.acknowledged
        assert history.rejected
        assert any(subscription.connections > 1 for subscription in history.subscriptions)


@contextmanager
def told_on_failure(
    kind: str, history: History, done: list[str], server: RestartableServer
) -> Iterator[None]:
    """Say how to have the same faults again, what they were, and what the servers said of them."""
    try:
        yield
    except BaseException:
        database, _, workers = kind.partition("-")
        again = f"make faults SEED={SEED} SECONDS={SECONDS:g} DATABASE={database} WORKERS={workers}"
        print(f"{again}\n{', '.join(done)}\n{history}", *server.last_lines(), sep="\n")  # noqa: T201 - for people
        raise


@dataclass
class Cast:
    """Everybody who takes part."""

    writers: list[Writer]
    moderator: Moderator
    author: Author
    subscribers: list[Subscriber]

    @classmethod
    def of(cls, people: People, history: History, url: str, random: Random) -> "Cast":
        numbers = itertools.count(1)
        scopes = itertools.cycle([None, *people.posts])
        history.subscriptions = [
            Subscription(f"subscriber {number}", next(scopes), people.cursor) for number in range(SUBSCRIBERS)
        ]
        voices = [Voice(url, token, history, DRAFT) for token in people.writers]
        return cls(
            [Writer(voice, people.posts, Random(random.random()), numbers) for voice in voices],
            Moderator(Voice(url, people.moderator, history), Random(random.random())),
            Author(Voice(url, people.author, history), people.posts, Random(random.random())),
            [
                kind(url, each, Random(random.random()))
                for kind, each in zip(
                    itertools.cycle([Subscriber, StreamSubscriber]), history.subscriptions, strict=False
                )
            ],
        )

    def is_complete(self) -> bool:
        """Whether all listen, and somebody has been heard."""
        listening = all(subscriber.subscription.connections for subscriber in self.subscribers)
        return listening and any(subscriber.subscription.heard for subscriber in self.subscribers)

    async def play(self, doom: Nemesis) -> None:
        """Write and moderate while the nemesis rages; at the end everybody writes once more, whatever it takes.

        It rages when everybody is there: on a busy machine it would be over before.
        """
        enough = asyncio.Event()
        async with asyncio.timeout(SECONDS + RECOVERY), asyncio.TaskGroup() as acting:
            works = [self.moderator.moderate(enough), self.author.publish(enough)]
            for work in (*works, *(writer.write(enough) for writer in self.writers)):
                acting.create_task(work)
            while not self.is_complete():  # noqa: ASYNC110 - they are many
                await asyncio.sleep(0.05)
            over = asyncio.get_running_loop().time() + SECONDS
            await asyncio.gather(
                doom.rage(nemesis.of_processes(doom), over),
                doom.rage(nemesis.OF_THE_NETWORK, over),
            )
            enough.set()
        last: list[Author | Writer | Moderator] = [
            self.author,
            self.writers[0],
            self.moderator,
            *self.writers,
        ]
        async with asyncio.timeout(RECOVERY):
            for person in last:
                while not await person.attempt():  # noqa: ASYNC110 - it tries again
                    await asyncio.sleep(0.1)


@asynccontextmanager
async def following(cast: Cast) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(subscriber.follow()) for subscriber in cast.subscribers]
    try:
        yield
    finally:
        for voice in (cast.moderator.voice, cast.author.voice, *(writer.voice for writer in cast.writers)):
            await voice.http.aclose()
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(outcome, asyncio.CancelledError), outcome


async def quiet(history: History) -> None:
    """Wait until everything that happened has been heard of, and nothing else."""
    over = asyncio.get_running_loop().time() + RECOVERY
    while found := await wrong(history):
        assert asyncio.get_running_loop().time() < over, found
        await asyncio.sleep(0.2)


async def wrong(history: History) -> list[str]:
    """The problems of the history, by what the database says now."""
    events = await CommentEvent.exclude(comment_id=0).order_by("position")
    log = [
        Logged(
            event.cursor,
            ADDED if event.status_after == CommentStatus.APPROVED else REMOVED,
            f"comment_{event.comment_id}",
            f"post_{event.post_id}",
        )
        for event in events
    ]
    rows = {f"comment_{id_}": body for id_, body in await Comment.all().values_list("id", "body")}
    return problems(history, log, rows)
