"""Kept answers are exact: what has been written is seen at once, what comes due is seen at that instant."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

import schema
from auth.viewer import now
from compiler import Engine
from models import Category, PostStatus
from resolvers.policy import Policy
from resolvers.reads.posts import next_publication
from server.app import _responses
from server.config.environment import load_settings
from server.http.context import contexts
from server.http.error_formatting import format_error
from server.http.graphql import GraphQLOverHTTP
from server.http.origins import Origins
from server.http.response_cache import OVERHEAD_BYTES, CachedResponse, DataVersion, ResponseCache
from storage import Database, DatabaseUnavailable
from tests import factories
from tests.server.running import ROOT, Server, running
from tests.server.tiny import NoDatabase, client_of

NAME = '{ category(by: {id: "category_1"}) { name } }'
TOTAL = '{ posts { totalCount nodes { title } } category(by: {id: "category_1"}) { postCount } }'


class Counted:
    """A database that counts the statements of the compiler, and can hold them up."""

    def __init__(self, database: Database) -> None:
        self.real = database
        self.reads = 0
        self.after: Callable[[], Awaitable[None]] | None = None

    @property
    def dialect(self) -> str:
        return self.real.dialect

    async def fetch_json(self, sql: str, parameters: Any) -> bytes | None:
        self.reads += 1
        value = await self.real.fetch_json(sql, parameters)
        if self.after is not None:
            after, self.after = self.after, None
            await after()
        return value

    def fetch_json_nowait(self, statements: Any) -> Any:
        self.reads += len(statements)
        return self.real.fetch_json_nowait(statements)


class Site:
    """The HTTP layer on an open database."""

    def __init__(self, database: Database, capacity: int = 2**20) -> None:
        self.database = Counted(database)
        engine = Engine(
            schema.build(),
            self.database,
            placeholders=schema.PLACEHOLDERS,
            describe=format_error,
            policy=Policy(),
        )
        self.cache = ResponseCache(database, next_publication, capacity)
        endpoint = GraphQLOverHTTP(
            engine, contexts(Policy()), Origins(()), 2**20, page=None, responses=self.cache
        )
        self.client = client_of(Starlette(routes=[Route("/graphql", endpoint)]))

    async def ask(self, query: str, **headers: str) -> Any:
        response = await self.client.post("/graphql", json={"query": query}, headers=headers)
        return response.json()

    async def name(self) -> str:
        name: str = (await self.ask(NAME))["data"]["category"]["name"]
        return name

    async def total(self) -> int:
        data = (await self.ask(TOTAL))["data"]
        assert len(data["posts"]["nodes"]) == data["posts"]["totalCount"] == data["category"]["postCount"]
        total: int = data["posts"]["totalCount"]
        return total

    async def was_read(self, query: str, **headers: str) -> bool:
        """Whether the answer had to be read."""
        before = self.database.reads
        await self.ask(query, **headers)
        return self.database.reads > before


@pytest.fixture
async def site(sqlite_database: Database) -> AsyncIterator[Site]:
    await factories.category(name="000000")
    made = Site(sqlite_database)
    yield made
    await made.client.aclose()


async def test_an_answer_is_read_once_until_something_is_written(site: Site) -> None:
    assert [await site.was_read(NAME) for _ in range(3)] == [True, False, False]
    await Category.filter(id=1).update(name="other")
    assert [await site.was_read(NAME) for _ in range(3)] == [True, False, False]
    assert await site.name() == "other"
    await factories.user()
    assert await site.was_read(NAME)


async def test_each_request_has_an_answer_of_its_own(site: Site) -> None:
    await site.ask(NAME)
    assert await site.was_read(NAME + " ")
    by_get = await site.client.get("/graphql", params={"query": NAME})
    assert by_get.json() == await site.ask(NAME)
    before = site.database.reads
    await site.client.get("/graphql", params={"query": NAME})
    assert site.database.reads == before


async def test_every_acknowledged_write_is_seen(site: Site) -> None:
    """Readers, one after the other and together, never see less than was acknowledged, nor less than before."""
    acknowledged, going = 0, True

    async def write() -> None:
        nonlocal acknowledged, going
        for number in range(1, 151):
            await Category.filter(id=1).update(name=f"{number:06d}")
            acknowledged = number
            await asyncio.sleep(0.001 * (number % 3))
        going = False

    async def read() -> int:
        seen = reads = 0
        while going:
            known = acknowledged
            shown = int(await site.name())
            assert shown >= max(known, seen)
            seen, reads = shown, reads + 1
            await asyncio.sleep(0)
        return reads

    reads = [asyncio.create_task(read()) for _ in range(4)]
    await write()
    assert await site.name() == "000150"
    assert site.database.reads < sum([await each for each in reads])


async def test_every_write_that_another_process_acknowledged_is_seen(site: Site) -> None:
    path = site.database.real.location.target
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.server.second_process", path, "200"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    acknowledged, seen = 0, 0
    lines = process.stdout
    assert lines is not None

    async def listen() -> None:
        nonlocal acknowledged
        async for line in lines:
            acknowledged = int(line)

    listening = asyncio.create_task(listen())
    deadline = time.monotonic() + 30
    while not listening.done() and time.monotonic() < deadline:
        known = acknowledged
        shown = int((await site.name()).removeprefix("beside "))
        assert shown >= max(known, seen)
        seen = shown
        await asyncio.sleep(0)
    await listening
    assert await process.wait() == 0
    assert await site.name() == "beside 000200"
    assert not await site.was_read(NAME)


async def scheduled(at: datetime) -> None:
    await factories.post(category=await Category.get(id=1), status=PostStatus.PUBLISHED, published_at=at)


async def test_a_scheduled_post_appears_at_its_instant(site: Site) -> None:
    due, next_due = now() + timedelta(seconds=1), now() + timedelta(seconds=2)
    await scheduled(due)
    await scheduled(next_due)
    shown = []
    while now() < next_due + timedelta(milliseconds=100):
        before = now()
        total = await site.total()
        after = now()
        least, most = (sum(d <= moment for d in (due, next_due)) for moment in (before, after))
        assert least <= total <= most
        shown.append(total)
        await asyncio.sleep(0.002)
    assert set(shown) == {0, 1, 2}
    assert site.database.reads < 2 * len(shown)


async def test_an_answer_from_before_the_instant_is_not_served_after_it(site: Site) -> None:
    """It was begun before a post came due, and is finished after that, while others were asked."""
    due = now() + timedelta(milliseconds=100)
    await scheduled(due)

    async def come_due() -> None:
        await asyncio.sleep((due - now()).total_seconds() + 0.01)
        assert await site.total() == 1

    site.database.after = come_due
    assert await site.total() == 0
    assert await site.total() == 1


async def test_of_two_slow_answers_the_older_is_not_kept_by_the_clock_of_the_newer(site: Site) -> None:
    """Neither knows yet when the next post comes due; the one that is asked after it finds none."""
    cache = site.cache
    await scheduled(now() + timedelta(milliseconds=100))
    first, before = cache.look("first"), now()
    assert isinstance(first, DataVersion)
    await asyncio.sleep(0.15)
    second = cache.look("second")
    assert isinstance(second, DataVersion)
    await cache.keep("second", CachedResponse(b"new", None), 1, second, now())
    await cache.keep("first", CachedResponse(b"old", None), 1, first, before)
    assert isinstance(cache.look("first"), DataVersion)


async def test_an_answer_that_was_read_across_a_write_is_not_kept(site: Site) -> None:
    async def write() -> None:
        await Category.filter(id=1).update(name="written")

    site.database.after = write
    assert await site.name() == "000000"
    assert await site.name() == "written"


async def test_what_is_somebodys_own_is_not_kept(site: Site) -> None:
    for headers in ({"authorization": "Bearer x"}, {"authorization": ""}, {"graphql-cost": "1"}):
        assert [await site.was_read(NAME, **headers) for _ in range(2)] == [True, True]
    await site.ask(NAME)
    answer = await site.ask(NAME, authorization="Bearer x")
    assert answer["extensions"]["authentication"]["code"] == "INVALID_TOKEN"
    assert "extensions" in await site.ask(NAME, **{"graphql-cost": "1"})
    assert "extensions" not in await site.ask(NAME)


async def test_errors_and_mutations_are_not_kept(site: Site) -> None:
    kept = site.cache._entries  # noqa: SLF001 - what is kept shows nowhere else
    for query in ("{ unknown }", "{ posts(first: -1) { totalCount } }", "mutation { signOut }"):
        await site.ask(query)
    assert len(kept) == len(site.cache._entries) == 0  # noqa: SLF001


async def test_the_memory_is_bounded(sqlite_database: Database) -> None:
    site = Site(sqlite_database, capacity=20_000)
    for number in range(200):
        await site.ask(f"{{ x{number}: __typename }}")
    kept = site.cache._entries  # noqa: SLF001
    assert kept.weight <= 20_000
    assert 10 < len(kept) < 20_000 / OVERHEAD_BYTES
    text = "x" * 30_000
    await site.ask(f"# {text}\n{{ __typename }}")
    assert len(kept) > 10
    await site.client.aclose()


async def test_an_answer_is_given_though_it_cannot_be_kept(sqlite_database: Database) -> None:
    async def fails(_: datetime) -> datetime | None:
        raise DatabaseUnavailable("away")

    cache = ResponseCache(sqlite_database, fails, 1000)
    stamp = cache.look("key")
    assert isinstance(stamp, DataVersion)
    await cache.keep("key", CachedResponse(b"{}", None), 1, stamp, now())
    assert isinstance(cache.look("key"), DataVersion)


async def test_nothing_is_kept_where_no_version_is_known(postgresql_database: Database) -> None:
    site = Site(postgresql_database)
    await factories.category()
    assert site.cache.look("key") is None
    assert [await site.was_read(NAME) for _ in range(2)] == [True, True]
    await site.client.aclose()


# On the real server.


async def test_a_kept_answer_is_logged_with_its_operation(sqlite_site: Server) -> None:
    body = json.dumps(
        {"query": "query KeptAndLogged { posts { totalCount nodes { body author { name } } } }"}
    )
    async with httpx.AsyncClient(base_url=sqlite_site.url) as client:
        responses = {
            (await client.post("/graphql", content=body, headers={"content-type": "application/json"})).text
            for _ in range(3)
        }
        assert len(responses) == 1
    lines = sqlite_site.requests("KeptAndLogged", 3)
    assert [(line["status"], line["viewer"]) for line in lines] == [(200, None)] * 3


def test_the_cache_can_be_turned_off() -> None:
    assert _responses(load_settings(answer_cache=0), NoDatabase()) is None  # type: ignore[arg-type]
    assert _responses(load_settings(), NoDatabase()) is not None  # type: ignore[arg-type]


async def test_the_server_answers_without_the_cache(sqlite_url: str) -> None:
    body = {"query": "{ posts { totalCount } }"}
    with running(sqlite_url, "--demo", answer_cache=0) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            responses = [(await client.post("/graphql", json=body)).json() for _ in range(3)]
    assert responses[0]["data"]["posts"]["totalCount"] > 0
    assert responses[0] == responses[1] == responses[2]


async def test_answers_are_kept_again_after_the_clock_was_set_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [await site.was_read(NAME) for _ in range(2)] == [True, False]
    ahead = now() + timedelta(days=2)
    with monkeypatch.context() as clock:
        clock.setattr("server.http.response_cache.now", lambda: ahead)
        await factories.user()
        await site.ask(NAME)
    assert [await site.was_read(TOTAL) for _ in range(3)][-1] is False
