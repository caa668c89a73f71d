"""Several processes on one socket: they share the work, are replaced, and end together."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import CHEAP
from tests.server.graphql_client import Socket, sign_in, socket
from tests.server.running import Server, command, environment, is_one_line, running

POSTS = {"query": "{ posts { totalCount } }"}
ADD = """
    mutation ($post: ID!, $body: String!) {
      addComment(input: {post: $post, body: $body}) { comment { body } error { message } }
    }
"""
LISTEN = "subscription ($post: ID!) { commentAdded(post: $post) { body } }"


@pytest.fixture
def crew(database_url: str) -> Iterator[Server]:
    """Two workers, ready, on each kind of database."""
    with running(database_url, "--demo", "--workers", "2", **CHEAP) as server:
        pids_of(server)
        yield server


@pytest.fixture
def sqlite_crew(sqlite_url: str) -> Iterator[Server]:
    """Two workers for what has nothing to do with the kind of database."""
    with running(sqlite_url, "--workers", "2") as server:
        pids_of(server)
        yield server


def test_each_worker_answers(crew: Server) -> None:
    for pid in pids_of(crew):
        with alone(crew, pid):
            assert httpx.post(crew.graphql, json=POSTS).json()["data"]["posts"]["totalCount"] > 20


def test_a_killed_worker_is_replaced_and_requests_go_on(sqlite_crew: Server) -> None:
    before = pids_of(sqlite_crew)
    os.kill(min(before), signal.SIGKILL)
    for _ in range(10):
        assert httpx.post(sqlite_crew.graphql, json=POSTS).status_code == 200
    after = pids_of(sqlite_crew)
    assert max(before) in after
    assert min(before) not in after
    (new,) = after - before
    with alone(sqlite_crew, new):
        assert httpx.post(sqlite_crew.graphql, json=POSTS).status_code == 200
    (died,) = sqlite_crew.events("worker died")
    assert died["how"] == "was killed by SIGKILL"


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT], ids=str)
async def test_all_end_with_success(sqlite_crew: Server, order: signal.Signals) -> None:
    """Also when the order reaches everybody, as Ctrl-C in a terminal does; sockets hear 1012."""
    pids = pids_of(sqlite_crew)
    async with socket(sqlite_crew) as idle:
        await idle.init()
        for pid in (sqlite_crew.process.pid, *pids):
            os.kill(pid, order)
        sqlite_crew.process.send_signal(order)
        assert await idle.closed() == 1012
    assert await asyncio.to_thread(sqlite_crew.process.wait, 10) == 0
    assert not any(alive(pid) for pid in pids)
    assert len(sqlite_crew.events("stopped")) == 2
    assert sqlite_crew.unstructured == []


def test_workers_end_when_their_parent_is_gone(sqlite_crew: Server) -> None:
    pids = pids_of(sqlite_crew)
    sqlite_crew.process.kill()
    eventually(lambda: not any(alive(pid) for pid in pids), "the orphans end")


async def test_workers_without_a_parent_leave_the_address_to_the_next_server(sqlite_url: str) -> None:
    """Though a request whose body never comes keeps them busy."""
    with running(sqlite_url, "--workers", "2", drain="30s") as killed:
        host, port = killed.url.removeprefix("http://").split(":")
        pids = pids_of(killed)
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /graphql HTTP/1.1\r\nHost: blog\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: 9\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)
        killed.process.kill()
        eventually(lambda: sum(map(alive, pids)) == 1, "one orphan has nothing to do")
        with running(sqlite_url, "--port", port) as server:
            assert (await asyncio.to_thread(httpx.get, f"{server.url}/readyz")).status_code == 200
            assert sum(map(alive, pids)) == 1
        writer.close()
        await writer.wait_closed()
        eventually(lambda: not any(alive(pid) for pid in pids), "the orphan ends")


async def test_a_comment_written_through_one_worker_is_heard_through_the_other(crew: Server) -> None:
    one, other = pids_of(crew)
    async with client_of(crew, one) as client, socket_of(crew, other) as listener:
        asked = await listener.ask({"query": "{ posts(first: 1) { nodes { id } } }"})
        post = asked["payload"]["data"]["posts"]["nodes"][0]["id"]
        await listener.say(
            type="subscribe", id="feed", payload={"query": LISTEN, "variables": {"post": post}}
        )
        headers = {"authorization": f"Bearer {await sign_in(client, 'nadia@example.org')}"}
        said = {"query": ADD, "variables": {"post": post, "body": "From next door"}}
        answer = await client.post("/graphql", json=said, headers=headers)
        assert answer.json() == {
            "data": {"addComment": {"comment": {"body": "From next door"}, "error": None}}
        }
        heard = await listener.hear()
    assert heard["payload"] == {"data": {"commentAdded": {"body": "From next door"}}}


async def test_a_session_that_ends_in_one_worker_loses_its_sockets_in_the_other(crew: Server) -> None:
    one, other = pids_of(crew)
    async with client_of(crew, one) as client:
        token = await sign_in(client, "nadia@example.org")
        async with socket_of(crew, other, token=token) as signed_in:
            headers = {"authorization": f"Bearer {token}"}
            await client.post("/graphql", json={"query": "mutation { signOut }"}, headers=headers)
            assert await signed_in.closed() == 4403


async def test_workers_are_renewed_without_refusing_a_connection_or_breaking_a_request_off(
    crew: Server,
) -> None:
    await _renewed(crew, 2)


async def test_a_single_worker_is_renewed_likewise(sqlite_url: str) -> None:
    with running(sqlite_url, "--demo", **CHEAP) as server:
        await _renewed(server, 1)


async def _renewed(crew: Server, size: int) -> None:
    """On connections that are kept, and on new ones; a socket of each hears 1012."""
    before = pids_of(crew, size)
    renewed = asyncio.Event()
    async with AsyncExitStack() as opened:
        sockets = [await opened.enter_async_context(socket_of(crew, pid)) for pid in before]

        async def ask(client: httpx.AsyncClient) -> None:
            while not renewed.is_set():
                answer = await client.post("/graphql", json=POSTS)
                assert answer.json()["data"]["posts"]["totalCount"] > 20

        async def come_again() -> None:
            while not renewed.is_set():
                async with httpx.AsyncClient(base_url=crew.url, verify=False) as client:
                    assert (await client.get("/readyz")).status_code == 200

        client = await opened.enter_async_context(httpx.AsyncClient(base_url=crew.url, verify=False))
        async with asyncio.TaskGroup() as asking:
            for work in (ask(client), ask(client), come_again()):
                asking.create_task(work)
            crew.process.send_signal(signal.SIGHUP)
            await asyncio.to_thread(
                eventually, lambda: len(crew.events("worker retired")) == size, "renewed", 60
            )
            renewed.set()
        assert [await each.closed() for each in sockets] == [1012] * size
    after = pids_of(crew, size)
    assert not before & after
    assert [line["how"] for line in crew.events("worker retired")] == ["ended with exit code 0"] * size
    for pid in after:
        async with client_of(crew, pid):
            pass
    assert crew.unstructured == []


def test_two_orders_to_renew_are_obeyed_one_after_the_other(sqlite_crew: Server) -> None:
    for _ in range(2):
        sqlite_crew.process.send_signal(signal.SIGHUP)
        eventually(lambda: bool(sqlite_crew.events("renewing the workers")), "the order is heard")
    eventually(lambda: len(sqlite_crew.events("worker retired")) == 4, "renewed twice", 60)
    assert len(pids_of(sqlite_crew)) == 2


def test_a_worker_that_dies_during_a_renewal_is_renewed_too(sqlite_crew: Server) -> None:
    """Whoever takes its place at first may be of the old program."""
    before = pids_of(sqlite_crew)
    sqlite_crew.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(sqlite_crew.events("worker started")) == 3, "a successor is started")
    os.kill(min(before), signal.SIGKILL)

    def renewed() -> bool:
        try:
            lines = [Path(f"/proc/{pid}/cmdline").read_text() for pid in children_of(sqlite_crew)]
        except (FileNotFoundError, ProcessLookupError):  # one is just going
            return False
        return len(lines) == 2 and all("--inherit" in line for line in lines)

    eventually(renewed, "both are new", 60)
    assert not children_of(sqlite_crew) & before


def test_an_order_to_stop_ends_a_renewal(sqlite_crew: Server) -> None:
    sqlite_crew.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(sqlite_crew.events("worker started")) == 3, "a successor is started")
    assert sqlite_crew.stop() == 0
    assert sqlite_crew.unstructured == []


def test_a_new_program_that_cannot_serve_leaves_the_old_ones_alone(sqlite_url: str, tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.json"
    trusted.write_text("{}")
    with running(sqlite_url, "--workers", "2", trusted_documents=trusted) as server:
        before = pids_of(server)
        trusted.write_text("nonsense")
        server.process.send_signal(signal.SIGHUP)
        eventually(
            lambda: bool(server.events("the new worker cannot serve: the others go on")), "given up", 60
        )
        assert children_of(server) == before
        trusted.write_text("{}")
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(server.events("worker retired")) == 2, "renewed", 60)
        assert not children_of(server) & before


GIVEN_UP = "the new worker cannot serve: the others go on"
TRYING = """
from server.cli import main
from server.process import supervisor

supervisor.TRIAL_SECONDS = 5.0
main()
"""


def test_a_new_program_that_never_gets_ready_is_given_up(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for somebody to write into a pipe. A later order finds what works."""
    monkeypatch.setattr("tests.server.running.CAUSERIE", [sys.executable, "-c", TRYING])
    trusted = tmp_path / "trusted.json"
    trusted.write_text("{}")
    with running(sqlite_url, "--workers", "2", trusted_documents=trusted) as server:
        before = pids_of(server)
        trusted.unlink()
        os.mkfifo(trusted)
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: bool(server.events(GIVEN_UP)), "given up", 60)
        assert server.events(GIVEN_UP)[0]["how"] == "was killed by SIGKILL"
        assert children_of(server) == before
        trusted.unlink()
        trusted.write_text("{}")

        def renewed() -> bool:
            """A busy machine may need longer than it has, and so another order."""
            if len(server.events("renewing the workers")) == len(server.events(GIVEN_UP)):
                server.process.send_signal(signal.SIGHUP)
                server.until(
                    lambda _: len(server.events("renewing the workers")) > len(server.events(GIVEN_UP))
                )
            return bool(server.events("worker retired"))

        eventually(renewed, "renewed", 60)


BROKEN = """
import server.commands.serving
from server.cli import main

def work(*of_the_worker):
    raise RuntimeError("nothing works")

server.commands.serving.work = work
main()
"""


def test_workers_that_cannot_start_are_one_line(sqlite_url: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN, "serve", "--port", "0", "--database", sqlite_url, "--workers", "2"],
        env=environment(log_format="json"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    log = [line for line in ended.stderr.splitlines(keepends=True) if line.startswith("{")]
    assert any("nothing works" in line for line in log)
    said = "".join(line for line in ended.stderr.splitlines(keepends=True) if line not in log)
    assert is_one_line(said)
    assert "before it could serve" in said


KILLED = """
import os, signal
import server.commands.serving
from server.cli import main

work, killed = server.commands.serving.work, os.environ["KILLED"]

def be_killed(*of_the_worker):
    times = len(os.listdir(killed))
    if times < int(os.environ["TIMES"]):
        open(os.path.join(killed, str(os.getpid())), "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    work(*of_the_worker)

server.commands.serving.work = be_killed
main()
"""


def test_a_worker_that_is_killed_before_it_serves_is_replaced(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.server.running.CAUSERIE", [sys.executable, "-c", KILLED])
    folder = tmp_path / "killed"
    folder.mkdir()
    with running(sqlite_url, "--workers", "1", variables={"KILLED": str(folder), "TIMES": "2"}) as server:
        assert [died["how"] for died in server.events("worker died")] == ["was killed by SIGKILL"] * 2
        assert httpx.post(server.graphql, json=POSTS).status_code == 200


def test_workers_that_are_killed_again_and_again_end_the_server(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, "serve", "--port", "0", "--database", sqlite_url],
        env=environment(log_format="json") | {"KILLED": str(folder), "TIMES": "100"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "was killed by SIGKILL before it could serve" in ended.stderr
    assert len(list(folder.iterdir())) == 4


def test_a_new_database_is_migrated_once(new_sqlite_url: str) -> None:
    with running(new_sqlite_url, "--workers", "3") as server:
        assert len(pids_of(server, 3)) == 3
        answer = httpx.post(server.graphql, json=POSTS).json()
    assert answer == {"data": {"posts": {"totalCount": 0}}}
    assert command("migrate", "--database", new_sqlite_url).stdout.startswith("Nothing to do")


def pids_of(server: Server, size: int = 2) -> set[int]:
    """The workers, once each of them serves."""

    def complete() -> bool:
        started = len(server.events("worker started"))
        return len(children_of(server)) == size and len(server.events("serving")) >= started

    eventually(complete, f"{size} workers serve")
    return children_of(server)


def children_of(server: Server) -> set[int]:
    pid = server.process.pid
    return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@contextmanager
def alone(server: Server, pid: int) -> Iterator[None]:
    """Only this worker does anything meanwhile: new connections are its own. The others may hold locks: only read."""
    others = children_of(server) - {pid}
    for other in others:
        os.kill(other, signal.SIGSTOP)
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


@asynccontextmanager
async def client_of(server: Server, pid: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose one connection this worker has."""
    async with httpx.AsyncClient(base_url=server.url) as client:
        with alone(server, pid):
            await client.post("/graphql", json=POSTS)
        yield client


@asynccontextmanager
async def socket_of(server: Server, pid: int, **params: str) -> AsyncIterator[Socket]:
    """A socket of this worker's, acknowledged."""
    async with AsyncExitStack() as opened:
        with alone(server, pid):
            one = await opened.enter_async_context(socket(server))
            await one.init(**params)
        yield one


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def eventually(true: Callable[[], bool], what: str, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
