"""Starting, being ready, and stopping without breaking anything off."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from socket import create_connection, create_server

import httpx

from server.commands.serving import LEEWAY_SECONDS
from server.process.serve import closing_time
from server.process.supervisor import ECHO_SECONDS
from tests.server.graphql_client import Socket, sign_in, socket
from tests.server.running import Server, command, is_one_line, running

SLOW = {"argon2_memory": "64MiB", "argon2_passes": 12}
"""Passwords that take a second or so."""

SIGN_UP = """
    mutation { signUp(input: {email: "new@example.org", username: "newcomer", password: "a long walk home"}) {
      user { username } error { message }
    } }
"""

UNFINISHED = (
    b"POST /graphql HTTP/1.1\r\nHost: blog\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
    b"Expect: 100-continue\r\n\r\n"
)
"""A request whose body is waited for; the server says so."""


HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: blog\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)


async def test_the_sample_blog_is_served(client: httpx.AsyncClient) -> None:
    query = "{ posts(first: 3) { totalCount nodes { title author { name } } } viewer { name } }"
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"]["posts"]["totalCount"] > 20
    assert len(answer["data"]["posts"]["nodes"]) == 3
    assert answer["data"]["viewer"] is None


async def test_a_token_opens_an_account_until_it_is_signed_out(client: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {await sign_in(client, 'nadia@example.org')}"}
    viewer = {"query": "{ viewer { role } }"}
    answer = (await client.post("/graphql", json=viewer, headers=headers)).json()
    assert answer == {"data": {"viewer": {"role": "ADMIN"}}}
    await client.post("/graphql", json={"query": "mutation { signOut }"}, headers=headers)
    answer = (await client.post("/graphql", json=viewer, headers=headers)).json()
    assert answer["data"] == {"viewer": None}
    assert answer["extensions"]["authentication"]["code"] == "INVALID_TOKEN"


async def test_it_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


async def test_the_first_page_says_what_this_is(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "A blog and its conversations" in page.text
    assert "content-security-policy" in page.headers
    assert (await client.get("/static/site.css")).status_code == 200
    assert (await client.get("/nothing")).status_code == 404


async def test_sigterm_ends_an_idle_server_with_success(server: Server) -> None:
    async with socket(server) as idle:
        await idle.init()
        server.ask_to_stop()
        assert await idle.closed() == 1012
    assert await asyncio.to_thread(server.process.wait, 10) == 0
    assert server.events("stopped")
    assert server.unstructured == []


async def test_what_runs_is_finished_before_the_server_stops(database_url: str) -> None:
    """The password of this sign-up takes a while; the server is told to stop meanwhile."""
    with running(database_url, **SLOW) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            asked = asyncio.create_task(client.post("/graphql", json={"query": SIGN_UP}))
            await asyncio.sleep(0.2)
            server.ask_to_stop()
            answer = (await asked).json()
        assert answer == {"data": {"signUp": {"user": {"username": "newcomer"}, "error": None}}}
        assert await asyncio.to_thread(server.process.wait, 10) == 0


async def test_a_stopping_server_is_not_ready_and_lets_sockets_finish(sqlite_url: str) -> None:
    """The password of this sign-up takes a while; the answer comes before the socket is closed."""
    with running(sqlite_url, **SLOW) as server:
        async with httpx.AsyncClient(base_url=server.url) as client, socket(server) as one:
            await one.init()
            await one.say(type="subscribe", id="1", payload={"query": SIGN_UP})
            await asyncio.sleep(0.1)
            server.ask_to_stop()
            await asyncio.sleep(0.2)
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()) == (503, {"status": "stopping"})
            answer = await one.hear()
            assert answer["payload"] == {
                "data": {"signUp": {"user": {"username": "newcomer"}, "error": None}}
            }
            assert await one.closed() == 1012
        assert await asyncio.to_thread(server.process.wait, 10) == 0


async def test_a_stopping_server_waits_no_longer_than_it_should(sqlite_url: str) -> None:
    """A request whose body never comes keeps its connection open; the server does not wait for it for ever."""
    with running(sqlite_url, drain="1s") as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(UNFINISHED)
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"  # it has begun
        server.ask_to_stop()
        assert await asyncio.to_thread(server.process.wait, 8) == 0
        assert (await reader.read()).startswith(b"HTTP/1.1 503")
        writer.close()
    assert "Traceback" not in json.dumps(server.log)


async def test_many_sockets_are_not_closed_all_at_once(sqlite_url: str) -> None:
    """Clients come back at once: the more there are, the longer it takes, up to what is set."""
    with running(sqlite_url, drain_spread="10s") as server:
        async with AsyncExitStack() as opened:
            many = [await opened.enter_async_context(socket(server)) for _ in range(100)]
            for each in many:
                await each.init()
            server.ask_to_stop()
            now = asyncio.get_running_loop().time
            ended = []

            async def wait(client: Socket) -> None:
                assert await client.closed() == 1012
                ended.append(now())

            await asyncio.gather(*map(wait, many))
    assert ended[-1] - ended[0] > 0.3


async def test_clients_that_do_nothing_at_all_do_not_keep_the_server_from_stopping(sqlite_url: str) -> None:
    """A socket and an event stream that nobody reads, answers that nobody takes, half requests, and nothing at all."""
    big = "{ posts(first: 50) { nodes { bodyHtml comments(first: 50) { nodes { bodyHtml } } } } }"
    body = json.dumps({"query": big}).encode()
    stream = b"GET /graphql?query=subscription%7BcommentFeed%7B__typename%7D%7D HTTP/1.1\r\nHost: blog\r\n"
    said = [
        b"POST /graphql HTTP/1.1\r\nHost: blog\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body) * 100,
        stream + b"Accept: text/event-stream\r\n\r\n",
        b"POST /graphql HT",
        b"",
        HANDSHAKE[:-2] + b"Content-Length: 9\r\n\r\n",
        HANDSHAKE[:-2] + b"Cookie: a=%b\r\n\r\n" % (b"x" * 9000),
        HANDSHAKE[:-2],
        HANDSHAKE,
        HANDSHAKE + b"\x81\xff",
    ]
    with running(sqlite_url, "--demo", drain="1s") as server:
        host, port = server.url.removeprefix("http://").split(":")
        async with AsyncExitStack() as opened:
            for text in said:
                silent = opened.enter_context(create_connection((host, int(port))))
                silent.sendall(text)
            deaf = await opened.enter_async_context(socket(server))
            await deaf.init()
            await deaf.say(
                type="subscribe", id="1", payload={"query": "subscription { commentAdded { id } }"}
            )
            deaf.connection.transport.pause_reading()
            opened.callback(deaf.connection.transport.abort)
            server.ask_to_stop()
            assert await asyncio.to_thread(server.process.wait, 20) == 0
    assert server.events("stopped")
    assert [line for line in server.log if "exception" in line] == []
    assert server.unstructured == []


def test_many_connections_have_more_time_to_be_closed_and_less_than_the_workers_parent_has() -> None:
    assert (
        closing_time(0) < closing_time(1_000) < closing_time(19_500) <= closing_time(10**6) < LEEWAY_SECONDS
    )


async def test_an_order_to_stop_may_come_twice(sqlite_url: str) -> None:
    """As from `timeout make demo`, which tells make, which tells the server."""
    with running(sqlite_url, **SLOW) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            asked = asyncio.create_task(client.post("/graphql", json={"query": SIGN_UP}))
            await asyncio.sleep(0.1)
            for _ in range(2):
                server.ask_to_stop()
                await asyncio.sleep(0.02)
            assert (await asked).json() == {
                "data": {"signUp": {"user": {"username": "newcomer"}, "error": None}}
            }
        assert await asyncio.to_thread(server.process.wait, 10) == 0
    assert server.events("stopped")


async def test_a_second_order_does_not_wait_for_clients(sqlite_url: str) -> None:
    with running(sqlite_url, drain="20s") as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(UNFINISHED)
        assert (await reader.readline()).startswith(b"HTTP/1.1 100")  # it has begun
        server.ask_to_stop()
        await asyncio.to_thread(server.until, lambda line: line["event"] == "stopping")
        await asyncio.sleep(ECHO_SECONDS + 0.2)  # what comes sooner is the same order
        server.ask_to_stop()
        assert await asyncio.to_thread(server.process.wait, 15) == 0
        writer.close()
    assert server.events("stopped")
    assert "Traceback" not in json.dumps(server.log)
    assert server.unstructured == []


def test_a_port_that_is_taken_is_one_line(sqlite_url: str) -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = command("serve", "--port", port, "--database", sqlite_url, apart=True)
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert port in ended.stderr
    assert "--port" in ended.stderr


def test_an_unmigrated_postgresql_database_is_refused_with_the_command_to_run(
    empty_postgresql_url: str,
) -> None:
    ended = command("serve", "--port", "0", "--database", empty_postgresql_url, apart=True)
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert "causerie migrate" in ended.stderr
    migrated = command("migrate", "--database", empty_postgresql_url)
    assert migrated.returncode == 0
    assert "applied 0001_initial" in migrated.stdout
    with running(empty_postgresql_url) as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_new_sqlite_database_is_made_without_asking(new_sqlite_url: str) -> None:
    with running(new_sqlite_url) as server:
        answer = httpx.post(server.graphql, json={"query": "{ posts { totalCount } }"}).json()
    assert answer == {"data": {"posts": {"totalCount": 0}}}


def test_a_database_that_is_taken_away_is_neither_ready_nor_written_to(
    sqlite_url: str, tmp_path: Path
) -> None:
    with running(sqlite_url, "--demo", **SLOW) as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        Path(sqlite_url.removeprefix("sqlite://")).rename(tmp_path / "away.db")
        assert httpx.get(f"{server.url}/readyz").status_code == 503
        for _ in range(2):
            answer = httpx.post(server.graphql, json={"query": SIGN_UP}, timeout=30).json()
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"]
        assert httpx.post(server.graphql, json={"query": "{ site { title } }"}).json()["data"]
        (tmp_path / "away.db").rename(sqlite_url.removeprefix("sqlite://"))
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        answer = httpx.post(server.graphql, json={"query": SIGN_UP}, timeout=30).json()
        assert answer["data"]["signUp"]["user"] == {"username": "newcomer"}
    words = [line["event"] for line in server.log if "causerie.db" in line["event"]]
    assert len(words) == 2
    assert "was deleted or replaced" in words[0]
    assert "is there again" in words[1]
