"""Several servers in front of one database: what one writes the other one's listeners hear.

Where hints are tried, the poll is an hour: whatever is heard, a hint has brought it.
"""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from models.fields import rfc3339
from storage.location import locate
from tests.pgbouncer import Pooler
from tests.postgresql import PASSWORD
from tests.postgresql import Server as Postgresql
from tests.redis import PASSWORD as REDIS_PASSWORD
from tests.redis import QUOTED, Redis
from tests.server.conftest import CHEAP
from tests.server.graphql_client import Socket, sign_in, socket
from tests.server.running import Server, command, running

NEVER = {"feed_poll": "1h"}
ADD = """
    mutation ($post: ID!, $body: String!) {
      addComment(input: {post: $post, body: $body}) { comment { body } error { message } }
    }
"""
LISTEN = "subscription ($post: ID!) { commentAdded(post: $post) { body } }"
WRITE = """
    mutation { createPost(input: {
      title: "To be put off", body: "Later.", category: "category_1", publishedAt: "2026-01-01T00:00:00Z"
    }) { post { id } error { message } } }
"""
PUT_OFF = """
    mutation ($post: ID!, $at: DateTime!) {
      updatePost(input: {id: $post, publishedAt: $at}) { post { id } error { message } }
    }
"""
FEED = """
    subscription ($post: ID!) {
      commentFeed(post: $post) { __typename ... on CommentAdded { comment { body } } }
    }
"""
POSTS = {"query": "{ posts(first: 1) { nodes { id } } }"}
WHO = {"query": "{ viewer { username } }"}


@dataclass
class Pair:
    """Two servers, and a post of their blog."""

    url: str
    one: Server
    other: Server
    post: str

    async def sign_in(self, name: str) -> str:
        async with httpx.AsyncClient(base_url=self.one.url) as client:
            return await sign_in(client, f"{name}@example.org")

    async def ask(self, query: str, variables: dict[str, str], token: str) -> dict[str, Any]:
        """Ask the one."""
        async with httpx.AsyncClient(base_url=self.one.url) as client:
            headers = {"authorization": f"Bearer {token}"}
            asked = {"query": query, "variables": variables}
            answer = await client.post("/graphql", json=asked, headers=headers)
            data: dict[str, Any] = answer.json()["data"]
            return data

    async def say(self, *bodies: str) -> None:
        """Write comments on the one."""
        token = await self.sign_in("nadia")
        for body in bodies:
            added = await self.ask(ADD, {"post": self.post, "body": body}, token)
            assert added == {"addComment": {"comment": {"body": body}, "error": None}}

    @asynccontextmanager
    async def listener(self) -> AsyncIterator[Socket]:
        """Somebody who listens to the other."""
        listening = {"query": LISTEN, "variables": {"post": self.post}}
        async with socket(self.other) as listener:
            await listener.init()
            await listener.say(type="subscribe", id="feed", payload=listening)
            await listener.ask(WHO, "sentinel")
            yield listener


async def heard(listener: Socket) -> str:
    body: str = (await listener.hear())["payload"]["data"]["commentAdded"]["body"]
    return body


@contextmanager
def machines(url: str, **settings: object) -> Iterator[Pair]:
    with (
        running(url, "--demo", **CHEAP, **settings) as one,
        running(url, **CHEAP, **settings) as other,
    ):
        answer = httpx.post(one.graphql, json=POSTS).json()
        yield Pair(url, one, other, answer["data"]["posts"]["nodes"][0]["id"])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Two that depend on hints for the feed."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("machines") / "causerie.db"
        shutil.copyfile(sqlite_template, path)
        url = f"sqlite://{path}"
    else:
        url = request.getfixturevalue("postgresql_server").create_database(template="template_of_tests")
    with machines(url, **NEVER) as two:
        yield two


async def test_a_comment_is_heard_on_the_other_machine_by_a_hint(pair: Pair) -> None:
    async with pair.listener() as listener:
        for body in ("first", "second"):
            await pair.say(body)
            assert await heard(listener) == body


async def test_redis_carries_the_hints(postgresql_url: str, redis_server: Redis) -> None:
    with machines(postgresql_url, wakeup=redis_server.url, **NEVER) as two:
        async with two.listener() as listener:
            await two.say("by Redis")
            assert await heard(listener) == "by Redis"
            await assert_sessions_end(two)
            log = json.dumps([two.one.log, two.other.log])
    assert REDIS_PASSWORD not in log
    assert QUOTED not in log


async def test_without_any_hint_everything_arrives(database_url: str) -> None:
    with machines(database_url, wakeup="none", feed_poll="100ms") as two:
        async with two.listener() as listener:
            bodies = [f"comment {number}" for number in range(5)]
            for body in bodies:
                await two.say(body)
            assert [await heard(listener) for _ in bodies] == bodies
            await assert_sessions_end(two)


async def test_redis_that_is_away_stops_nothing_and_loses_nothing(
    postgresql_url: str, lonely_redis: Redis
) -> None:
    lonely_redis.stop()
    with machines(postgresql_url, wakeup=lonely_redis.url) as two:
        async with two.listener() as listener:
            await two.say("away at the start")
            assert await heard(listener) == "away at the start"
            lonely_redis.resume()
            await asyncio.to_thread(goes_on, two, "redis")
            lonely_redis.stop()
            await two.say("away again")
            assert await heard(listener) == "away again"
            for server in (two.one, two.other):
                interrupted = [
                    line for line in server.log if "redis://" in line["event"] and "again" in line["event"]
                ]
                assert 1 <= len(interrupted) <= 2
            assert two.one.unstructured == two.other.unstructured == []


@pytest.fixture
def lonely_postgresql() -> Iterator[Postgresql]:
    """A server that a test may stop, with a database called blog."""
    server = Postgresql.start()
    assert command("migrate", "--database", server.create_database("blog")).returncode == 0
    yield server
    server.stop()


async def test_a_restart_of_postgresql_loses_nothing(lonely_postgresql: Postgresql) -> None:
    with machines(lonely_postgresql.url("blog"), **NEVER) as two:
        async with two.listener() as listener:
            await two.say("before")
            assert await heard(listener) == "before"
            lonely_postgresql.interrupt()
            lonely_postgresql.resume()
            await two.say("afterwards")
            assert await heard(listener) == "afterwards"
            await asyncio.to_thread(goes_on, two, "postgresql")
            await two.say("by a hint again")
            assert await heard(listener) == "by a hint again"
            assert PASSWORD not in json.dumps([two.one.log, two.other.log])


async def test_while_postgresql_is_away_the_log_says_so_once(lonely_postgresql: Postgresql) -> None:
    with running(lonely_postgresql.url("blog"), "--demo", wakeup="none", **CHEAP) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            lonely_postgresql.interrupt()
            for _ in range(12):
                answer = await client.post("/graphql", json=POSTS)
                assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
                assert (await client.get("/readyz")).status_code == 503
                await asyncio.sleep(0.1)
            lonely_postgresql.resume()
            await asyncio.to_thread(server.until, lambda line: "answers again" in line["event"])
            assert (await client.post("/graphql", json=POSTS)).json()["data"]["posts"]["nodes"]
    said = [
        line["event"]
        for line in server.log
        if line["event"]
        not in ("request", "serving", "stopping", "stopped", "worker started", "stopping the workers")
    ]
    assert len(said) == 2
    assert "cannot be used" in said[0]
    assert server.unstructured == []


async def test_a_pooler_and_postgresql_s_own_address_for_hints(
    postgresql_url: str, pooler: Pooler, postgresql_server: Postgresql
) -> None:
    name = postgresql_url.rsplit("/", 1)[-1]
    for limit in ("statement_timeout = 5000", "lock_timeout = 5000", "jit = off"):
        postgresql_server.execute(f"ALTER ROLE causerie IN DATABASE {name} SET {limit}")
    idle = "idle_in_transaction_session_timeout = 4000"
    postgresql_server.execute(f"ALTER ROLE causerie IN DATABASE {name} SET {idle}")
    with machines(pooler.url(postgresql_url), wakeup=postgresql_url, **NEVER) as two:
        async with two.listener() as listener:
            for body in ("first", "second"):
                await two.say(body)
                assert await heard(listener) == body
            log = json.dumps([two.one.log, two.other.log])
    assert PASSWORD not in log
    assert log.count("keeps no prepared statements") <= 4  # of a PgBouncer older than 1.21
    assert "is interrupted" not in log


def goes_on(two: Pair, scheme: str) -> None:
    for server in (two.one, two.other):
        server.until(lambda line: f"{scheme}://" in line["event"] and " goes on after " in line["event"])


async def assert_sessions_end(two: Pair) -> None:
    """A session that ends on one machine loses its sockets on the other, and no other session does."""
    ended, kept = [await two.sign_in("claire") for _ in range(2)]
    async with socket(two.other) as one, socket(two.other) as other:
        await one.init(token=ended)
        await other.init(token=kept)
        assert await two.ask("mutation { signOut }", {}, ended) == {"signOut": True}
        assert await one.closed() == 4403
        assert (await other.ask(WHO))["payload"]["data"] == {"viewer": {"username": "claire"}}


async def test_sessions_that_end_on_another_machine_close_their_sockets(pair: Pair) -> None:
    await assert_sessions_end(pair)


async def test_a_new_role_closes_the_sockets_of_the_old_one(pair: Pair) -> None:
    async with socket(pair.other) as one:
        await one.init(token=await pair.sign_in("thomas"))
        demote = ("user", "role", "--username", "thomas", "--role", "reader", "--database", pair.url)
        assert (await asyncio.to_thread(command, *demote, apart=True)).returncode == 0
        assert await one.closed() == 4403


async def test_a_deleted_session_closes_its_sockets(pair: Pair, postgresql_server: Postgresql) -> None:
    async with socket(pair.other) as one:
        await one.init(token=await pair.sign_in("claire"))
        by_hand(pair.url, "DELETE FROM sessions", postgresql_server)
        assert await one.closed() == 4403


async def test_a_session_that_expires_closes_its_sockets(pair: Pair, postgresql_server: Postgresql) -> None:
    async with socket(pair.other) as one:
        await one.init(token=await pair.sign_in("claire"))
        soon = rfc3339(datetime.now(UTC) + timedelta(seconds=1))
        by_hand(pair.url, f"UPDATE sessions SET expires_at = '{soon}'", postgresql_server)
        assert await one.closed() == 4403
        assert rfc3339(datetime.now(UTC)) >= soon


async def test_a_post_that_is_put_off_comes_back_once_on_every_machine(pair: Pair) -> None:
    """Its comments are gone, and back when its time has come, whoever notices."""
    token = await pair.sign_in("nadia")
    made = await pair.ask(WRITE, {}, token)
    post = made["createPost"]["post"]["id"]
    bodies = ["first", "second"]
    for body in bodies:
        await pair.ask(ADD, {"post": post, "body": body}, token)
    async with socket(pair.one) as one, socket(pair.other) as other:
        for listener in (one, other):
            await listener.init()
            await listener.say(
                type="subscribe", id="feed", payload={"query": FEED, "variables": {"post": post}}
            )
            await listener.ask(WHO, "sentinel")
        soon = rfc3339(datetime.now(UTC) + timedelta(seconds=2))
        await pair.ask(PUT_OFF, {"post": post, "at": soon}, token)
        for listener in (one, other):
            assert [await told(listener) for _ in range(4)] == ["CommentRemoved", "CommentRemoved", *bodies]
        assert rfc3339(datetime.now(UTC)) >= soon
        await pair.ask(ADD, {"post": post, "body": "third"}, token)
        assert [await told(listener) for listener in (one, other)] == ["third", "third"]


async def told(listener: Socket) -> str:
    event = (await listener.hear())["payload"]["data"]["commentFeed"]
    told: str = event["comment"]["body"] if "comment" in event else event["__typename"]
    return told


async def test_a_lock_that_somebody_keeps_is_answered_in_time_and_reads_go_on(database_url: str) -> None:
    with machines(database_url, lock_timeout="300ms") as two:
        token = await two.sign_in("nadia")
        async with locked(database_url), httpx.AsyncClient(base_url=two.one.url) as client:
            said = {"query": ADD, "variables": {"post": two.post, "body": "in vain"}}
            headers = {"authorization": f"Bearer {token}"}
            tries = [client.post("/graphql", json=said, headers=headers) for _ in range(20)]
            responses = await asyncio.gather(*tries)
            codes = {answer.json()["errors"][0]["extensions"]["code"] for answer in responses}
            assert codes == {"UNAVAILABLE"}
            reading = await client.post("/graphql", json=POSTS)
            assert reading.json()["data"]["posts"]["nodes"] == [{"id": two.post}]
        async with two.listener() as listener:
            await two.say("at last")
            assert await heard(listener) == "at last"


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Somebody holds what every writer of a comment needs, and never lets go of it by themselves."""
    if locate(url).dialect == "sqlite":
        other = sqlite3.connect(locate(url).target, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
    else:
        connection = await asyncpg.connect(url)
        await connection.execute("BEGIN; SELECT * FROM feed FOR UPDATE")
        yield
        await connection.close()


def by_hand(url: str, statement: str, server: Postgresql) -> None:
    """What somebody does in the database itself."""
    location = locate(url)
    if location.dialect == "sqlite":
        with closing(sqlite3.connect(location.target, timeout=10)) as connection, connection:
            connection.execute(statement)
    else:
        server.execute(statement, url.rsplit("/", 1)[-1])
