"""Sockets that a service manager keeps open: the server takes them over, and whoever comes meanwhile waits."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from server.process.listening import FIRST_LEFT
from server.process.listening import activated as activated_here
from tests.server.running import CAUSERIE, STOP_TIMEOUT, environment, is_one_line
from tests.tools import find

ACTIVATED = ["sh", "-c", f'export LISTEN_PID=$$; exec "$@" {FIRST_LEFT}<&0 </dev/null', "sh"]
"""As systemd starts a service: the socket, which is the shell's standard input, is the first descriptor left."""


@contextmanager
def activated(listener: socket.socket, url: str, fds: str = "1") -> Iterator[subprocess.Popen[str]]:
    """A server that a service manager has started, until it has finished."""
    with subprocess.Popen(
        [*ACTIVATED, *CAUSERIE, "serve", "--database", url, "--port", "1"],
        stdin=listener.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(log_format="json") | {"LISTEN_FDS": fds},
        text=True,
    ) as process:
        yield process
        process.terminate()
        process.communicate(timeout=STOP_TIMEOUT)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as kept:
        yield kept


async def test_nobody_is_refused_while_one_server_ends_and_the_next_begins(
    sqlite_url: str, listener: socket.socket
) -> None:
    address = "http://{}:{}".format(*listener.getsockname())
    responses = list[int]()
    ended = asyncio.Event()

    async def come_again() -> None:
        while not ended.is_set():
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                responses.append((await client.get("/healthz")).status_code)

    def lives() -> None:
        for _ in range(2):
            enough = len(responses) + 5
            with activated(listener, sqlite_url) as process:
                while len(responses) < enough:
                    assert process.poll() is None
            assert process.returncode == 0

    coming = [asyncio.create_task(come_again()) for _ in range(3)]
    await asyncio.to_thread(lives)
    ended.set()
    with listener:  # who has come since the last server ended is told so
        pass
    for left in await asyncio.gather(*coming, return_exceptions=True):
        assert left is None or isinstance(left, httpx.TransportError)
    assert set(responses) == {200}


def test_systemd_starts_it_for_the_first_visitor(sqlite_url: str) -> None:
    program = find("systemd-socket-activate")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [program, f"--listen=127.0.0.1:{port}", *CAUSERIE, "serve", "--database", sqlite_url],
        env=environment(log_format="json"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()  # it listens
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=30).status_code == 200
        process.terminate()
        _, log = process.communicate(timeout=STOP_TIMEOUT)
    assert f'"url":"http://127.0.0.1:{port}"' in log


@pytest.mark.parametrize(
    ("family", "kind", "fds", "reason"),
    [
        (socket.AF_INET, socket.SOCK_STREAM, "2", "one ListenStream="),
        (
            socket.AF_INET,
            socket.SOCK_STREAM,
            "1",
            "Accept=no",
        ),  # connected to nobody, and listening to nobody
        (socket.AF_INET, socket.SOCK_DGRAM, "1", "ListenStream= needs"),
        (socket.AF_UNIX, socket.SOCK_STREAM, "1", "an address and a port"),
    ],
)
def test_what_it_cannot_serve_on_is_one_line(
    sqlite_url: str, family: socket.AddressFamily, kind: socket.SocketKind, fds: str, reason: str
) -> None:
    with socket.socket(family, kind) as left:
        ended = subprocess.run(
            [*ACTIVATED, *CAUSERIE, "serve", "--database", sqlite_url],
            stdin=left.fileno(),
            capture_output=True,
            env=environment() | {"LISTEN_FDS": fds},
            text=True,
            check=False,
            timeout=STOP_TIMEOUT,
        )
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert reason in ended.stderr


def test_sockets_that_were_left_for_another_process_are_not_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getppid()))
    monkeypatch.setenv("LISTEN_FDS", "1")
    assert activated_here() is None
    assert "LISTEN_FDS" not in os.environ  # nor shall they mislead whatever is started from here
